/** The things in a picture as SVG: boxes of Values, circles of operations, cards of closed groups. */
import { type Cell, cardOf, cellsOf, cellWidth, fontSize, padding, rowHeight } from './box.ts'
import type { Frame, GroupNode, OpNode, ValueNode } from './collapse.ts'
import type { Graph } from './graph.ts'
import { escapeXml, printable, shortLabel } from './label.ts'
import type { Place } from './layout.ts'

/** From the middle of a line of text down to where its letters stand. */
const drop = fontSize * 0.35
const cardLine = 18

/** A tenth of a pixel, without a trailing zero. */
export const round = (x: number): number => Math.round(x * 10) / 10

interface Attributes {
  readonly [name: string]: string | number | undefined
}

/** One element; what `content` holds is markup already. */
export function element(name: string, attributes: Attributes, content = ''): string {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${typeof value === 'number' ? round(value) : value}"`)
    .join('')
  return content === '' ? `<${name}${written}/>` : `<${name}${written}>${content}</${name}>`
}

/** `[label | data 0.7071 | grad 1.0000]`, with every digit in the tooltip. */
export function valueShape(node: ValueNode, place: Place): string {
  const { id, role, root } = node
  const tip = element('title', {}, escapeXml(tipOf(node)))
  const box = element('rect', { class: 'box', ...place, rx: 5 })
  const kind = `value ${role}${root ? ' root' : ''}`
  return element('g', { class: kind, 'data-id': id }, tip + box + rowOf(cellsOf(node), place))
}

/** Name and numbers with every digit. */
export function tipOf({ label, data, grad }: ValueNode): string {
  const name = label === undefined ? '' : `${printable(label.slice(0, 500))}: `
  return `${name}data ${data}, grad ${grad}`
}

/** Cells from left to right with lines between them, over the full width. */
function rowOf(cells: readonly Cell[], { x, y, width }: Place): string {
  const stretch = (width - cells.reduce((sum, cell) => sum + cellWidth(cell), 0)) / cells.length
  let left = x
  const parts = cells.map((cell, i) => {
    const line = { class: 'line', x1: left, x2: left, y1: y, y2: y + rowHeight }
    const size = cellWidth(cell) + stretch
    const middle = { x: left + size / 2, y: y + rowHeight / 2 + drop }
    left += size
    return (i === 0 ? '' : element('line', line)) + cellText(cell, middle)
  })
  return parts.join('')
}

function cellText({ kind, text }: Cell, at: { x: number; y: number }): string {
  const word = kind === 'data' || kind === 'grad'
  const before = word ? element('tspan', { class: 'quiet' }, `${kind} `) : ''
  return element('text', { class: `middle ${kind}`, ...at }, before + escapeXml(text))
}

/** The operation in a circle, or a capsule where its name is longer. */
export function opShape({ id, name, symbol }: OpNode, { x, y, width, height }: Place): string {
  const tip = element('title', {}, escapeXml(name))
  const box = element('rect', { class: 'box', x, y, width, height, rx: height / 2 })
  const at = { x: x + width / 2, y: y + height / 2 + drop }
  const text = element('text', { class: 'middle', ...at }, escapeXml(symbol))
  return element('g', { class: 'op', 'data-id': id }, tip + box + text)
}

/** A closed group as a card on a pile: its name, what is in it, and the number if it gives just one. */
export function groupShape(node: GroupNode, place: Place, graph: Graph): string {
  const { x, y } = place
  const { title, contents, cells } = cardOf(node, graph)
  const behind = element('rect', { class: 'box', ...place, x: x + 4, y: y + 4, rx: 5 })
  const box = element('rect', { class: 'box', ...place, rx: 5 })
  const line = (text: string, kind: string, row: number): string => {
    const at = { x: x + padding, y: y + padding / 2 + (row + 0.5) * cardLine + drop }
    return element('text', { class: kind, ...at }, escapeXml(text))
  }
  const bottom = y + place.height - rowHeight
  const row =
    cells.length === 0
      ? ''
      : element('line', { class: 'line', x1: x, x2: x + place.width, y1: bottom, y2: bottom }) +
        rowOf(cells, { ...place, y: bottom })
  const tip = element('title', {}, escapeXml(printable(node.path ?? node.name)))
  const content = tip + behind + box + line(title, 'title', 0) + line(contents, 'quiet', 1) + row
  return element('g', { class: 'group', 'data-id': node.id, 'data-path': safe(node.path) }, content)
}

/** The frame around what an open group holds. */
export function frameShape({ id, name, path }: Frame, place: Place): string {
  const box = element('rect', { class: 'frame', ...place, rx: 8 })
  const at = { class: 'quiet', x: place.x + 12, y: place.y + 12 + drop }
  const text = element('text', at, escapeXml(shortLabel(name) ?? ''))
  return element('g', { 'data-id': id, 'data-path': safe(path) }, box + text)
}

const safe = (path: string | undefined): string | undefined =>
  path === undefined ? undefined : escapeXml(path.replaceAll(/[^\P{C}]/gu, '\ufffd'))

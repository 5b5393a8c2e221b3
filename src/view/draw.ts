/** Drawing: a picture and its layout become SVG text. Nothing is measured or decided here. */
import { columnWidth } from './box.ts'
import type { Picture, PictureEdge, PictureNode } from './collapse.ts'
import type { Graph } from './graph.ts'
import { columns, escapeXml, printable, shortLabel } from './label.ts'
import type { Layout, Way } from './layout.ts'
import { shown } from './number.ts'
import type { Theme } from './palette.ts'
import { element, frameShape, groupShape, opShape, round, valueShape } from './shape.ts'
import { styleOf } from './style.ts'

export interface DrawOptions {
  /** Colours: 'auto' (the default) follows the reader's light or dark mode. */
  readonly theme?: Theme | undefined
  /** What the picture is called, for those who cannot see it. Default: what it shows. */
  readonly title?: string | undefined
}

const margin = 16
const noteHeight = 20

/** The picture as SVG text, complete in itself unless the page around it has the `style` already. */
export function draw(
  picture: Picture,
  graph: Graph,
  layout: Layout,
  options: DrawOptions = {},
  style: string = styleOf(options.theme ?? 'auto'),
): string {
  const { title = titleOf(graph) } = options
  const noteWidth = Math.max(0, ...picture.notes.map(columns)) * columnWidth
  const width = Math.ceil(Math.max(layout.width, noteWidth) + 2 * margin)
  const noteTop = layout.height + 2 * margin
  const height = Math.ceil(noteTop + picture.notes.length * noteHeight)
  const name = escapeXml(printable(title))
  const size = { width, height, viewBox: `0 0 ${width} ${height}` }
  const notes = picture.notes.map((note, i) => {
    const at = { x: margin, y: noteTop + i * noteHeight + 4 }
    return element('text', { class: 'quiet', ...at }, escapeXml(note))
  })
  const parts = [
    element('title', {}, name),
    ...(style === '' ? [] : [element('style', {}, style)]),
    element('rect', { class: 'paper', width, height }),
    element(
      'g',
      { transform: `translate(${margin} ${margin})` },
      `\n${shapes(picture, graph, layout).join('\n')}\n`,
    ),
    ...notes,
  ]
  const root = { xmlns: 'http://www.w3.org/2000/svg', class: 'chainrule', role: 'img' }
  return element('svg', { ...root, 'aria-label': name, ...size }, `\n${parts.join('\n')}\n`)
}

function titleOf({ values, roots }: Graph): string {
  const names = roots.map((root) => shortLabel(values[root]!.label)).filter(Boolean)
  const of = names.length === 0 ? '' : ` of ${names.join(', ')}`
  const count = `${values.length.toLocaleString('en')} Value${values.length === 1 ? '' : 's'}`
  return `Computation graph${of}: ${count}`
}

/** Frames at the bottom, edges on them, nodes on edges, and the text on edges on top. */
function shapes(picture: Picture, graph: Graph, { places, ways }: Layout): string[] {
  const shapeOf = (node: PictureNode): string => {
    const place = places[node.id]!
    if (node.kind === 'op') return opShape(node, place)
    return node.kind === 'value' ? valueShape(node, place) : groupShape(node, place, graph)
  }
  const edges = picture.edges.map((edge, i) => edgeShape(edge, ways[i]!))
  const dense = edges.length > Math.min(500, 3 * picture.nodes.length)
  return [
    ...picture.frames.flatMap((frame) => {
      const place = places[frame.id]
      return place === undefined ? [] : [frameShape(frame, place)]
    }),
    element('g', { class: dense ? 'dense' : undefined }, edges.join('\n')),
    ...picture.nodes.map(shapeOf),
    ...picture.edges.map((edge, i) => edgeText(edge, ways[i]!)).filter((text) => text !== ''),
  ]
}

function edgeShape({ from, to, count }: PictureEdge, { points }: Way): string {
  const [x, y, ...rest] = points.map(round) as [number, number, ...number[]]
  const line = { class: count > 1 ? 'edge several' : 'edge', d: `M${x},${y}C${rest.join(' ')}` }
  const [tipX, tipY] = points.slice(-2) as [number, number]
  const tip = from.startsWith('o') ? '' : arrow(tipX, tipY)
  return element('g', { 'data-from': from, 'data-to': to }, element('path', line) + tip)
}

/** The point of an arrow: every edge arrives from the left. The short one to a result has none. */
function arrow(x: number, y: number): string {
  return element('path', { class: 'tip', d: `M${round(x)},${round(y)}l-8,-3.5v7z` })
}

/** ∂y/∂x on an edge that has room for it, with paper under it so that the edge does not cross it out. */
function edgeText({ partial, count }: PictureEdge, { text }: Way): string {
  if (text === undefined || partial === null || count > 1) return ''
  const [x, y] = text
  const width = columns(shown(partial)) * columnWidth
  const size = { x: x - width / 2, y: y - 8, width, height: 16, rx: 4 }
  const label = element('text', { class: 'middle partial', x, y: y + 4 }, escapeXml(shown(partial)))
  return element('rect', { class: 'paper', ...size }) + label
}

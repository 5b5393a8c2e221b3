/** How large each node of a picture is, from the text in it: nothing is ever cut. */
import type { GroupNode, OpNode, Picture, PictureNode, ValueNode } from './collapse.ts'
import type { Graph } from './graph.ts'
import { columns, shortLabel } from './label.ts'
import { shown } from './number.ts'

/** All in pixels; text is set in a monospace font of this size. */
export const fontSize = 13
/** No common monospace font is wider. */
export const columnWidth = fontSize * 0.6025
export const rowHeight = 26
export const padding = 8
/** From an operation to its Value. */
export const opGap = 14

/** What a cell of a box says: a word for what it is (absent: a name), and the text itself. */
export interface Cell {
  readonly kind: 'label' | 'data' | 'grad' | 'literal'
  readonly text: string
}

/** The cells of a Value's box from left to right: `[label | data 0.7071 | grad 1.0000]`. */
export function cellsOf({
  label,
  data,
  grad,
  role,
}: Pick<ValueNode, 'label' | 'data' | 'grad' | 'role'>): Cell[] {
  const name = shortLabel(label)
  const first: Cell[] = name === undefined ? [] : [{ kind: 'label', text: name }]
  if (role === 'literal') return [...first, { kind: 'literal', text: literal(Number(data)) }]
  return [...first, { kind: 'data', text: shown(data) }, { kind: 'grad', text: shown(grad) }]
}

/** A number as somebody wrote it: 3, not 3.0000. */
function literal(x: number): string {
  const written = String(x)
  return written.length <= 8 ? written.replace('Infinity', '∞') : shown(x)
}

/** Numbers get at least this many columns: `-138.8338`, so that most boxes are as wide as others. */
const numberColumns = 8

export function cellWidth({ kind, text }: Cell): number {
  const number = kind === 'data' || kind === 'grad'
  const count = number ? kind.length + 1 + Math.max(numberColumns, columns(text)) : columns(text)
  return count * columnWidth + 2 * padding
}

function opWidth({ symbol }: Pick<OpNode, 'symbol'>): number {
  return Math.max(rowHeight, columns(symbol) * columnWidth + 2 * padding)
}

/** The lines of a closed group's box: its name, what is in it, and the number if it gives just one. */
interface Card {
  readonly title: string
  readonly contents: string
  readonly cells: readonly Cell[]
}

const number = (n: number, what: string): string =>
  `${n.toLocaleString('en')} ${what}${n === 1 ? '' : 's'}`

export function cardOf(node: GroupNode, graph: Graph): Card {
  const { name, values, parameters, runs, outputs, outputCount } = node
  const contents = [number(values, 'Value')]
  if (parameters > 0) contents.push(number(parameters, 'parameter'))
  if (runs > 1) contents.push(number(runs, 'run'))
  const output = outputCount === 1 ? graph.values[outputs[0]!] : undefined
  const cells = output === undefined ? [] : cellsOf({ ...output, label: undefined })
  return { title: shortLabel(name) ?? '?', contents: contents.join(' · '), cells }
}

export interface Size {
  readonly width: number
  readonly height: number
}

/** Whole and even, as the layout engine counts: halves are whole too. */
const even = (x: number): number => 2 * Math.ceil(x / 2)

/** The size of each node, by id. */
export function sizesOf(picture: Picture, graph: Graph): Map<string, Size> {
  return new Map(picture.nodes.map((node) => [node.id, sizeOf(node, graph)]))
}

function sizeOf(node: PictureNode, graph: Graph): Size {
  if (node.kind === 'op') return { width: even(opWidth(node)), height: rowHeight }
  if (node.kind === 'value') return { width: even(total(cellsOf(node))), height: rowHeight }
  const { title, contents, cells } = cardOf(node, graph)
  const text = Math.max(columns(title), columns(contents)) * columnWidth + 2 * padding
  const height = 2 * 18 + padding + (cells.length > 0 ? rowHeight : 0)
  return { width: even(Math.max(text, total(cells))), height }
}

function total(cells: readonly Cell[]): number {
  return cells.reduce((width, cell) => width + cellWidth(cell), 0)
}

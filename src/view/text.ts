import type { Value } from '../engine.ts'
import { cardOf, cellsOf } from './box.ts'
import type { Picture, PictureNode, ValueNode } from './collapse.ts'
import { type Graph, type GraphOptions, graphOf } from './graph.ts'
import { columns, shortLabel } from './label.ts'
import { type Opening, pictureOf } from './opening.ts'

export interface TextOptions extends GraphOptions {
  /** Which modules are shown open, as in `toSvg`. */
  readonly open?: Opening | undefined
  /** How many lines at most. Default 200. */
  readonly lines?: number | undefined
  /** How many operations deep. Default 30. */
  readonly depth?: number | undefined
}

/**
 * The graph below a Value, or several, as a tree for the terminal: a result, below it what it was computed
 * from. What is used again is written once and then referred to as `↑ name`. Throws unless it is given
 * Values.
 */
export function toText(root: Value | readonly Value[], options: TextOptions = {}): string {
  const { lines = 200, depth = 30 } = options
  for (const [name, n] of Object.entries({ lines, depth }))
    if (!(n >= 1)) throw new RangeError(`toText: ${name} is a number from 1 up, got ${n}.`)
  const graph = graphOf(root, options)
  const picture = pictureOf(graph, options.open)
  const tree = treeOf(picture, graph)
  const rows = rowsOf(tree, graph, lines, depth)
  const whole = !rows.some(({ text }) => text.endsWith(omitted))
  const notes = whole
    ? picture.notes
    : [...picture.notes, '… stands for what is left out: ask for more { lines } or { depth }.']
  return [...aligned(rows), ...(notes.length === 0 ? [] : ['', ...notes])].join('\n')
}

/** What is on a line of the tree: a Value with its operation, or a closed group. */
interface Tree {
  readonly nodes: ReadonlyMap<string, PictureNode>
  readonly ops: ReadonlyMap<string, string>
  readonly inputs: ReadonlyMap<string, readonly string[]>
  readonly roots: readonly string[]
  /** What those are called that are written more than once. */
  readonly names: ReadonlyMap<string, string>
}

function treeOf(picture: Picture, graph: Graph): Tree {
  const nodes = new Map<string, PictureNode>()
  const ops = new Map<string, string>()
  for (const node of picture.nodes)
    if (node.kind === 'op') ops.set(lineOf(node.id), node.symbol)
    else nodes.set(node.id, node)
  const inputs = new Map<string, string[]>()
  const uses = new Map<string, number>()
  for (const edge of picture.edges) {
    const [from, to] = [lineOf(edge.from), lineOf(edge.to)]
    if (from === to) continue
    if (inputs.has(to)) inputs.get(to)!.push(from)
    else inputs.set(to, [from])
    uses.set(from, (uses.get(from) ?? 0) + 1)
  }
  const roots = graph.roots.map((root) => `v${root}`).filter((id) => nodes.has(id))
  return { nodes, ops, inputs, roots, names: namesOf(nodes, uses) }
}

/** An operation stands on the line of its Value. */
const lineOf = (id: string): string => (id.startsWith('o') ? `v${id.slice(1)}` : id)

function namesOf(
  nodes: ReadonlyMap<string, PictureNode>,
  uses: ReadonlyMap<string, number>,
): Map<string, string> {
  const labels = new Map([...nodes].map(([id, node]) => [id, labelOf(node)]))
  const count = new Map<string | undefined, number>()
  for (const label of labels.values()) count.set(label, (count.get(label) ?? 0) + 1)
  const names = new Map<string, string>()
  let unnamed = 0
  for (const [id, label] of labels) {
    const node = nodes.get(id)!
    const literal = node.kind === 'value' && node.role === 'literal'
    if (literal && label === undefined) names.set(id, cellsOf(node)[0]!.text)
    else if (label !== undefined && count.get(label) === 1) names.set(id, label)
    else if ((uses.get(id) ?? 0) > 1) names.set(id, `${label ?? ''}#${++unnamed}`)
    else if (label !== undefined) names.set(id, label)
  }
  return names
}

function labelOf(node: PictureNode): string | undefined {
  return shortLabel(
    node.kind === 'group' ? (node.path ?? node.name) : (node as { label?: string }).label,
  )
}

/** A line: the tree with a name, then what is known about it. */
interface Row {
  readonly text: string
  readonly data?: string | undefined
  readonly grad?: string | undefined
  readonly note?: string | undefined
}

/** A place in the tree that is still to be written. */
interface Visit {
  readonly id: string
  readonly depth: number
  readonly indent: string
  readonly last: boolean
}

const stemOf = ({ depth, indent, last }: Visit): string =>
  depth === 0 ? '' : `${indent}${last ? '└─ ' : '├─ '}`

function visitsOf(ids: readonly string[], { depth, indent, last }: Visit): Visit[] {
  const within = depth === 0 ? '' : `${indent}${last ? '   ' : '│  '}`
  return ids.map((id, i) => ({
    id,
    depth: depth + 1,
    indent: within,
    last: i === ids.length - 1,
  }))
}

function rowsOf(tree: Tree, graph: Graph, most: number, deepest: number): Row[] {
  const rows: Row[] = []
  const written = new Set<string>()
  const open = tree.roots.map((id) => ({ id, depth: 0, indent: '', last: true })).reverse()
  for (let visit = open.pop(); visit !== undefined; visit = open.pop()) {
    if (rows.length >= most) return [...rows, { text: `${stemOf(visit)}${omitted}` }]
    if (written.has(visit.id)) {
      rows.push(referring(visit, open, written, tree))
      continue
    }
    written.add(visit.id)
    rows.push(rowOf(visit, tree, graph))
    const inputs = tree.inputs.get(visit.id) ?? []
    if (visit.depth < deepest) open.push(...visitsOf(inputs, visit).reverse())
    else if (inputs.length > 0)
      rows.push({ text: `${stemOf(visitsOf([''], visit)[0]!)}${omitted}` })
  }
  return rows
}
const omitted = '…'

/** `↑ a, b`: what has been written before, with its neighbours on the same branch of which that is true. */
function referring(
  first: Visit,
  open: Visit[],
  written: ReadonlySet<string>,
  { names }: Tree,
): Row {
  const found = [first]
  for (let next = open.at(-1); next !== undefined; next = open.at(-1)) {
    const neighbour = next.depth === first.depth && next.indent === first.indent
    if (first.depth === 0 || !neighbour || !written.has(next.id)) break
    found.push(open.pop()!)
  }
  const called = found.slice(0, 3).map(({ id }) => names.get(id)!)
  const more = found.length > 3 ? `, … ${found.length - 3} more` : ''
  return { text: `${stemOf(found.at(-1)!)}↑ ${called.join(', ')}${more}` }
}

/** `n ← +`, its numbers; a literal; a closed group and what is in it. */
function rowOf(visit: Visit, { nodes, ops, names }: Tree, graph: Graph): Row {
  const node = nodes.get(visit.id)!
  const stem = stemOf(visit)
  const name = names.get(visit.id)
  const cells = node.kind === 'group' ? cardOf(node, graph).cells : cellsOf(node as ValueNode)
  const textOf = (kind: string): string | undefined =>
    cells.find((cell) => cell.kind === kind)?.text
  const numbers = { data: textOf('data'), grad: textOf('grad') }
  if (node.kind === 'group')
    return { text: `${stem}[${name}]`, ...numbers, note: cardOf(node, graph).contents }
  const op = ops.get(visit.id)
  const literal = textOf('literal')
  if (literal !== undefined)
    return {
      text: stem + (name === undefined || name === literal ? literal : `${name} = ${literal}`),
    }
  const called = name === undefined ? '' : `${name} ← `
  return { text: stem + (op === undefined ? (name ?? 'leaf') : called + op), ...numbers }
}

/** The rows with their numbers in columns. */
function aligned(rows: readonly Row[]): string[] {
  const width = (of: (row: Row) => string | undefined): number =>
    rows.reduce((most, row) => Math.max(most, columns(of(row) ?? '')), 0)
  const left = width(({ text, data, note }) => (data ?? note) && text)
  const [data, grad] = [width((row) => row.data), width((row) => row.grad)]
  const none = ' '.repeat(data + grad + 'data  │ grad '.length)
  return rows.map((row) => {
    if ((row.data ?? row.note) === undefined) return row.text
    const { text, note = '' } = row
    const numbers =
      row.data === undefined
        ? none
        : `data ${row.data.padStart(data)} │ grad ${(row.grad ?? '').padStart(grad)}`
    return `${text}${' '.repeat(left - columns(text))}  ${numbers}  ${note}`.trimEnd()
  })
}

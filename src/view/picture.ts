/** The nodes, edges and words of a picture, once it is decided where each Value is drawn. */
import type { GroupNode, PictureEdge, PictureNode } from './collapse.ts'
import type { Graph, GraphValue, Group } from './graph.ts'
import { beyond, itself } from './horizon.ts'

/** The id of the node that stands for all that lies beyond what a picture has room for. */
const restId = 'rest'

/** A node for each Value by itself (two where an operation computed it) and each closed group. */
export function nodesOf(
  { values, groups, ops }: Graph,
  place: readonly number[],
  roots: ReadonlySet<number>,
): PictureNode[] {
  const nodes: PictureNode[] = []
  const summaries = new Map<number, GroupNode>()
  const used = outputsOf(values, place, roots)
  values.forEach((v, value) => {
    const at = place[value]!
    const root = roots.has(value)
    if (at !== itself && !summaries.has(at)) {
      const node = at === beyond ? restOf(values, place) : groupNode(groups, at)
      const outputs = used.get(at) ?? []
      const summary = { ...node, outputs: outputs.slice(0, 3), outputCount: outputs.length }
      summaries.set(at, summary)
      nodes.push(summary)
    }
    if (at !== itself && !(root && at !== beyond)) return
    const group = at === itself ? v.group : -1
    const { label, data, grad, role } = v
    if (at === itself && v.op !== undefined)
      nodes.push({ kind: 'op', id: `o${value}`, value, ...ops[v.op]!, group })
    nodes.push({ kind: 'value', id: `v${value}`, value, label, data, grad, role, root, group })
  })
  return nodes
}

function groupNode(groups: readonly Group[], group: number): GroupNode {
  const { id: path, name, values, parameters, runs, parent } = groups[group]!
  const id = `g${group}`
  return {
    kind: 'group',
    id,
    path,
    name,
    values,
    parameters,
    runs,
    outputs: [],
    outputCount: 0,
    group: parent,
  }
}

function restOf(values: readonly GraphValue[], place: readonly number[]): GroupNode {
  const inside = values.filter((_, i) => place[i] === beyond)
  return {
    kind: 'group',
    id: restId,
    name: `… ${inside.length.toLocaleString('en')} more`,
    values: inside.length,
    parameters: inside.filter(({ role }) => role === 'parameter').length,
    runs: 1,
    outputs: [],
    outputCount: 0,
    group: -1,
  }
}

/** For each place that is not a Value by itself, the Values in it that show outside. */
function outputsOf(
  values: readonly GraphValue[],
  place: readonly number[],
  roots: ReadonlySet<number>,
): Map<number, number[]> {
  const shows = new Set(roots)
  values.forEach(({ inputs }, i) => {
    for (const x of inputs) if (place[x] !== itself && place[x] !== place[i]) shows.add(x)
  })
  const outputs = new Map<number, number[]>()
  for (const i of [...shows].sort((a, b) => a - b)) {
    const at = place[i]!
    if (!outputs.has(at)) outputs.set(at, [])
    outputs.get(at)!.push(i)
  }
  return outputs
}

/** The edges of each operation in the order of its operands, operations in the order of the graph. */
export function edgesOf(
  values: readonly GraphValue[],
  place: readonly number[],
  roots: ReadonlySet<number>,
): PictureEdge[] {
  const edges = new Edges(values.length)
  values.forEach((value, i) => {
    const at = place[i]!
    if (value.op === undefined) return
    value.inputs.forEach((x, position) => {
      const from = place[x]!
      if (at !== itself && from === at) return
      // A result is drawn by itself even where it is computed in a closed group.
      const tail = from >= 0 && roots.has(x) ? itself : from
      edges.add(tail, x, at, i, position, value)
    })
    if (at === itself || (roots.has(i) && at !== beyond)) edges.addResult(at, i)
  })
  return edges.list
}

/** Edges as they are found; those between the same two places, one of them no single Value, are one. */
class Edges {
  readonly list: { -readonly [K in keyof PictureEdge]: PictureEdge[K] }[] = []
  readonly #merged = new Map<number, number>()
  readonly #values: number

  constructor(values: number) {
    this.#values = values
  }

  add(from: number, x: number, to: number, y: number, position: number, value: GraphValue): void {
    const single = from === itself && to === itself
    const key = single ? -1 : this.#number(from, x) * 2 ** 26 + this.#number(to, y)
    const known = this.list[this.#merged.get(key) ?? -1]
    if (known !== undefined) {
      Object.assign(known, { position: null, partial: null, count: known.count + 1 })
      return
    }
    if (!single) this.#merged.set(key, this.list.length)
    const ends = { from: nameOf(from, 'v', x), to: nameOf(to, 'o', y) }
    this.list.push({ ...ends, position, partial: value.partials[position]!, count: 1 })
  }

  /** From an operation to its Value. */
  addResult(at: number, y: number): void {
    const none = { position: null, partial: null, count: 1 }
    this.list.push({ from: nameOf(at, 'o', y), to: `v${y}`, ...none })
  }

  /** Values, then what lies beyond, then groups, as one range of numbers. */
  #number(at: number, value: number): number {
    return at === itself ? value : this.#values + at + 2
  }
}

function nameOf(at: number, kind: 'v' | 'o', value: number): string {
  if (at === itself) return `${kind}${value}`
  return at === beyond ? restId : `g${at}`
}

const number = (n: number): string => n.toLocaleString('en')

/** What is not drawn one by one, in words. */
export function notesOf({ values }: Graph, nodes: readonly PictureNode[]): string[] {
  const groups = nodes.filter((node) => node.kind === 'group')
  const closed = groups.filter(({ id }) => id !== restId)
  const rest = groups.find(({ id }) => id === restId)
  const total = `${number(values.length)} Values`
  const inside = closed.reduce((sum, group) => sum + group.values, 0)
  const notes: string[] = []
  if (closed.length > 0)
    notes.push(
      `${total}, ${number(inside)} of them in ${number(closed.length)} closed group${closed.length === 1 ? '' : 's'}.`,
    )
  if (rest !== undefined)
    notes.push(
      `${total}: those nearest to the result are drawn, ${number(rest.values)} more lie beyond.`,
    )
  return notes
}

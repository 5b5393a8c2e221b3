/** What one sees of a graph when some of its groups are open. */
import type { Graph, GraphValue, Group, Role } from './graph.ts'
import { beyond, chosen, itself } from './horizon.ts'
import type { Numeral } from './number.ts'

/** A number in a box: `[label | data | grad]`. */
export interface ValueNode {
  readonly kind: 'value'
  readonly id: string
  /** Its place in `Graph.values`. */
  readonly value: number
  readonly label?: string | undefined
  readonly data: Numeral
  readonly grad: Numeral
  readonly role: Role
  /** One of the results asked for. */
  readonly root: boolean
  /** The open group that it is drawn in, a place in `Graph.groups`; −1: none. */
  readonly group: number
}

/** The operation that computes the Value with the same place; its own node, as in the tutorial. */
export interface OpNode {
  readonly kind: 'op'
  readonly id: string
  readonly value: number
  readonly name: string
  readonly symbol: string
  readonly group: number
}

/** A closed group, or all that lies beyond what a picture has room for. */
export interface GroupNode {
  readonly kind: 'group'
  readonly id: string
  /** The group's id, to open it by; absent on what lies beyond. */
  readonly path?: string | undefined
  readonly name: string
  /** How many Values it stands for, how many of those are parameters, how often its module ran. */
  readonly values: number
  readonly parameters: number
  readonly runs: number
  /** The Values in it that something outside uses (or that are results): the first few. */
  readonly outputs: readonly number[]
  readonly outputCount: number
  readonly group: number
}

export type PictureNode = ValueNode | OpNode | GroupNode

/** From an operand to its operation, or (position null) from an operation to its Value. */
export interface PictureEdge {
  readonly from: string
  readonly to: string
  /** Which operand: 0 for the first; null where the edge stands for several or for a result. */
  readonly position: number | null
  /** ∂y/∂xᵢ of that operand; null where no derivative flows or the edge stands for several. */
  readonly partial: Numeral | null
  /** How many connections of the graph it stands for. */
  readonly count: number
}

/** An open group that something is drawn in. */
export interface Frame {
  readonly id: string
  readonly path: string
  readonly name: string
  /** Its place in `Graph.groups`, and that of the frame around it; −1: none. */
  readonly group: number
  readonly parent: number
}

export interface Picture {
  readonly nodes: readonly PictureNode[]
  readonly edges: readonly PictureEdge[]
  /** An outer frame before those inside it. */
  readonly frames: readonly Frame[]
  /** What is not drawn one by one, in words; empty when everything is. */
  readonly notes: readonly string[]
}

/** The id of the node that stands for all that lies beyond what a picture has room for. */
export const restId = 'rest'

/** Above this many Values one by one no picture is laid out in reasonable time, nor read. */
export const mostValues = 2500

/**
 * The graph as one sees it when the groups with the ids `open` are open: each closed group is one node,
 * and connections between the same two nodes are one edge with a count. Where more than `most` Values
 * would be drawn one by one, those nearest to the results are, and one node stands for the rest.
 */
export function collapse(graph: Graph, open: ReadonlySet<string>, most = mostValues): Picture {
  const { values, groups } = graph
  const closedAt = closedAround(groups, open)
  const closed = values.map((v) => (v.group < 0 ? -1 : closedAt[v.group]!))
  // A result is always drawn, however closed the module is that computed it.
  const roots = new Set(graph.roots)
  const place = chosen(values, roots, closed, most)
  const nodes = nodesOf(graph, place, roots)
  const frames = groups.flatMap(({ id, name, parent }, group) =>
    closedAt[group] === -1 ? [{ id: `g${group}`, path: id, name, group, parent }] : [],
  )
  const used = framesInUse(groups, nodes)
  return {
    nodes,
    edges: edgesOf(values, place, roots),
    frames: frames.filter(({ group }) => used.has(group)),
    notes: notesOf(graph, nodes),
  }
}

/** For each group the outermost closed one around it or itself; −1 where all are open. */
function closedAround(groups: readonly Group[], open: ReadonlySet<string>): number[] {
  const at: number[] = []
  groups.forEach(({ id, parent }, group) => {
    const outer = parent < 0 ? -1 : at[parent]!
    at[group] = outer >= 0 || open.has(id) ? outer : group
  })
  return at
}

function nodesOf(
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
function edgesOf(
  values: readonly GraphValue[],
  place: readonly number[],
  roots: ReadonlySet<number>,
): PictureEdge[] {
  const edges: { -readonly [K in keyof PictureEdge]: PictureEdge[K] }[] = []
  const merged = new Map<string, number>()
  const nameOf = (at: number): string => (at === beyond ? restId : `g${at}`)
  const draw = (from: string, to: string, several: boolean, edge: Half): void => {
    const key = several ? `${from} ${to}` : ''
    const known = several ? edges[merged.get(key) ?? -1] : undefined
    if (known === undefined) merged.set(key, edges.push({ from, to, ...edge, count: 1 }) - 1)
    else Object.assign(known, { position: null, partial: null, count: known.count + 1 })
  }
  values.forEach(({ op, inputs, partials }, i) => {
    const at = place[i]!
    if (op === undefined) return
    const to = at === itself ? `o${i}` : nameOf(at)
    inputs.forEach((x, position) => {
      const from = place[x]!
      if (at !== itself && from === at) return
      const single = from === itself || (from !== beyond && roots.has(x))
      const edge = { position, partial: partials[position]! }
      draw(single ? `v${x}` : nameOf(from), to, at !== itself || !single, edge)
    })
    if (at === itself || (roots.has(i) && at !== beyond))
      draw(to, `v${i}`, false, { position: null, partial: null })
  })
  return edges
}
type Half = Pick<PictureEdge, 'position' | 'partial'>

/** The open groups that hold something drawn, directly or further in. */
function framesInUse(groups: readonly Group[], nodes: readonly PictureNode[]): Set<number> {
  const used = new Set<number>()
  for (const { group } of nodes)
    for (let at = group; at >= 0 && !used.has(at); at = groups[at]!.parent) used.add(at)
  return used
}

function notesOf({ values }: Graph, nodes: readonly PictureNode[]): string[] {
  const groups = nodes.filter((node) => node.kind === 'group')
  const closed = groups.filter(({ id }) => id !== restId)
  const rest = groups.find(({ id }) => id === restId)
  const number = (n: number): string => n.toLocaleString('en')
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

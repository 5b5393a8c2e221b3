/** What one sees of a graph when some of its groups are open. */
import type { Graph, Group, Role } from './graph.ts'
import { chosen } from './horizon.ts'
import type { Numeral } from './number.ts'
import { edgesOf, nodesOf, notesOf } from './picture.ts'

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

/** The open groups that hold something drawn, directly or further in. */
function framesInUse(groups: readonly Group[], nodes: readonly PictureNode[]): Set<number> {
  const used = new Set<number>()
  for (const { group } of nodes)
    for (let at = group; at >= 0 && !used.has(at); at = groups[at]!.parent) used.add(at)
  return used
}

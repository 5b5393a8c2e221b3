import { collapse, mostValues, type Picture } from './collapse.ts'
import type { Graph, Group } from './graph.ts'

/** Which groups are drawn open: all, none, those with these ids (and what is around them). */
export type Opening = 'all' | 'none' | readonly string[]

/** Up to this many Values are all drawn. */
const manyValues = 200
/** Closed groups and what is between them are opened further as long as a glance takes them in. */
const manyNodes = 100
const manyEdges = 400

/**
 * The picture of a graph with the groups `open` open. By default all are where there are few Values;
 * else level after level from the outside, as long as the picture stays readable.
 * Throws on an id that no group has.
 */
export function pictureOf(graph: Graph, open?: Opening): Picture {
  const { ids, most } = openingOf(graph, open)
  return collapse(graph, ids, most)
}

/** The ids of the groups to draw open, and how many Values at most one by one. */
export function openingOf(
  graph: Graph,
  open?: Opening,
): { readonly ids: ReadonlySet<string>; readonly most: number } {
  if (open === 'all') return { ids: new Set(graph.groups.map(({ id }) => id)), most: mostValues }
  if (open === 'none') return { ids: new Set(), most: manyValues }
  if (open !== undefined) return { ids: asked(graph.groups, open), most: mostValues }
  return { ids: readable(graph), most: manyValues }
}

/** The ids asked for, with those of the groups around them. */
function asked(groups: readonly Group[], open: readonly string[]): ReadonlySet<string> {
  const ids = new Map(groups.map((group) => [group.id, group]))
  const found = new Set<string>()
  for (const id of open) {
    if (!ids.has(id)) throw new RangeError(unknownGroup(id, groups))
    for (let group = ids.get(id); group !== undefined; group = groups[group.parent])
      found.add(group.id)
  }
  return found
}

function unknownGroup(id: string, groups: readonly Group[]): string {
  const some = groups.slice(0, 8).map((group) => `'${group.id}'`)
  const there = some.length === 0 ? 'it has no groups' : `it has ${some.join(', ')}`
  return `this graph has no group '${id}'; ${there}${groups.length > some.length ? ', …' : '.'}`
}

/** The ids of the groups that a picture of this graph opens by itself. */
function readable(graph: Graph): ReadonlySet<string> {
  const { groups, values } = graph
  if (values.length <= manyValues) return new Set(groups.map(({ id }) => id))
  const open = new Set<string>()
  for (const level of levels(groups)) {
    const next = new Set([...open, ...level])
    if (nodeCount(graph, next) > manyNodes) break
    if (collapse(graph, next).edges.length > manyEdges) break
    for (const id of level) open.add(id)
  }
  return open
}

/** The ids of the modules by depth. Values alike stay closed: there are too many of them to open. */
function levels(groups: readonly Group[]): string[][] {
  const found: string[][] = []
  const depth: number[] = []
  groups.forEach(({ id, parent, kind }, i) => {
    depth[i] = parent < 0 ? 0 : depth[parent]! + 1
    if (kind === 'module') (found[depth[i]] ??= []).push(id)
  })
  return found
}

/** How many Values and closed groups are drawn when `open` are open. */
function nodeCount({ groups, values }: Graph, open: ReadonlySet<string>): number {
  const shows = groups.map(() => false)
  let count = 0
  groups.forEach(({ id, parent }, i) => {
    const visible = parent < 0 || shows[parent]!
    shows[i] = visible && open.has(id)
    if (visible && !open.has(id)) count++
  })
  for (const { group } of values) if (group < 0 || shows[group]!) count++
  return count
}

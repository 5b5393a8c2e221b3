import type { Graph, GraphValue, Group } from './graph.ts'

/** More Values than this directly in one place are drawn by kind, and one opens what one wants. */
const crowd = 200
/** Fewer than this computed alike are not worth a group. */
const few = 4
/** More kinds than this, and kinds would be no clearer than the Values. */
const manyKinds = 2000

/** Values of one place that are computed alike, by what they are computed from. */
interface Kind {
  readonly name: string
  /** The kinds and groups of its inputs, each once. */
  readonly from: ReadonlySet<number>
  readonly members: number[]
}

/**
 * Where very many Values lie directly side by side (a program without modules, the losses of a batch,
 * the penalty on every weight), makes a group of those that the same operation computes from the same
 * kinds of Values. A chain such as a running total is one kind. Adds to `groups`.
 */
export function groupAlike(graph: Graph, groups: Group[]): void {
  const { values, roots } = graph
  const isRoot = new Set(roots)
  const crowded = [...placesOf(values)].filter(([, members]) => members.length > crowd)
  if (crowded.length === 0) return
  const nameOf = namesOf(graph, groups)
  for (const [place, members] of crowded) {
    const kinds = kindsOf(values, members, groups, place, nameOf)
    for (const { name, members } of kinds) {
      const together = members.filter((i) => !isRoot.has(i))
      if (together.length < few) continue
      const group = addGroup(groups, place, name)
      for (const i of together) values[i]!.group = group
    }
  }
}

function placesOf(values: readonly GraphValue[]): Map<number, number[]> {
  const places = new Map<number, number[]>()
  values.forEach(({ group }, i) => {
    const members = places.get(group)
    if (members === undefined) places.set(group, [i])
    else members.push(i)
  })
  return places
}

function addGroup(groups: Group[], parent: number, name: string): number {
  const before = parent < 0 ? '' : `${groups[parent]!.id}/`
  let id = `${before}${name}`
  for (let n = 2; groups.some((group) => group.id === id); n++) id = `${before}${name} (${n})`
  const group = { id, name, kind: 'alike' as const, parent, groups: [], runs: 1 }
  groups[parent]?.groups.push(groups.length)
  return groups.push({ ...group, values: 0, parameters: 0 }) - 1
}

/** What Values are called among others alike: the operation, or on a leaf its role and its user. */
function namesOf({ values, ops }: Graph, groups: readonly Group[]): (i: number) => string {
  /** The name of what uses a leaf, as seen from where the leaf is; empty where several do. */
  const user = new Array<string | undefined>(values.length).fill(undefined)
  for (const { op, inputs, group } of values) {
    for (const x of inputs) {
      const leaf = values[x]!
      if (leaf.op !== undefined) continue
      const name = group === leaf.group ? ops[op!] : groups[childOf(groups, group, leaf.group)]
      user[x] = (user[x] ?? name?.name) === name?.name ? name?.name : ''
    }
  }
  return (i) => {
    const { op, role } = values[i]!
    if (op !== undefined) return ops[op]!.name
    const by = user[i] ? ` of ${user[i]}` : ''
    return `${role === 'leaf' ? 'leaves' : `${role}s`}${by}`
  }
}

/** The group directly in `place` that holds `group`; −1 where none does. */
function childOf(groups: readonly Group[], group: number, place: number): number {
  let at = group
  while (at >= 0 && groups[at]!.parent !== place) at = groups[at]!.parent
  return at
}

/** Kinds in the order of their first member; none where there are too many to be of use. */
function kindsOf(
  values: readonly GraphValue[],
  members: readonly number[],
  groups: readonly Group[],
  place: number,
  nameOf: (i: number) => string,
): readonly Kind[] {
  const kinds: Kind[] = []
  const found = new Map<string, number>()
  const kindOf = new Map<number, number>()
  const outside = (x: number): number => -2 - childOf(groups, values[x]!.group, place)
  for (const i of members) {
    const name = nameOf(i)
    const from = new Set(values[i]!.inputs.map((x) => kindOf.get(x) ?? outside(x)))
    let kind = chained(kinds, name, from)
    if (kind === undefined) {
      const key = `${name} ${[...from].sort((a, b) => a - b).join()}`
      kind = found.get(key) ?? kinds.push({ name, from, members: [] }) - 1
      found.set(key, kind)
      if (kinds.length > manyKinds) return []
    }
    kinds[kind]!.members.push(i)
    kindOf.set(i, kind)
  }
  return kinds
}

/** The kind that a Value goes on with: one of its inputs has the same name and the rest is alike. */
function chained(
  kinds: readonly Kind[],
  name: string,
  from: ReadonlySet<number>,
): number | undefined {
  for (const kind of from) {
    const before = kinds[kind]
    if (before?.name !== name) continue
    if ([...from].every((other) => other === kind || before.from.has(other))) return kind
  }
  return undefined
}

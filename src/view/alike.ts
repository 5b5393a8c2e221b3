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
  const kindOf = new Int32Array(values.length)
  for (const [place, members] of crowded) {
    const kinds = kindsOf(values, members, groups, place, nameOf, kindOf)
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

/** The kinds of the Values in one place, found as the graph is read from its leaves up. */
class Kinds {
  readonly all: Kind[] = []
  readonly #found = new Map<string, number>()
  /** What has been found for a name and the kinds of one or two inputs: nearly every operation. */
  readonly #known = new Map<string, Map<number, number>>()

  /** The kind of a Value by its name and the kinds of its inputs. */
  of(name: string, inputs: readonly number[]): number {
    if (inputs.length > 2) return this.#search(name, inputs)
    const key = ((inputs[0] ?? -1) + offset) * 2 * offset + (inputs[1] ?? -1) + offset
    let known = this.#known.get(name)
    if (known === undefined) this.#known.set(name, (known = new Map()))
    let kind = known.get(key)
    if (kind === undefined) known.set(key, (kind = this.#search(name, inputs)))
    return kind
  }

  #search(name: string, inputs: readonly number[]): number {
    const from = new Set(inputs)
    const kind = chained(this.all, name, from)
    if (kind !== undefined) return kind
    const key = `${name} ${[...from].sort((a, b) => a - b).join()}`
    const known = this.#found.get(key) ?? this.all.push({ name, from, members: [] }) - 1
    this.#found.set(key, known)
    return known
  }
}
/** More than there are groups or kinds: makes one number of two. */
const offset = 2 ** 24

/**
 * Kinds in the order of their first member; none where there are too many to be of use. Leaves the
 * kind of each member in `kindOf`.
 */
function kindsOf(
  values: readonly GraphValue[],
  members: readonly number[],
  groups: readonly Group[],
  place: number,
  nameOf: (i: number) => string,
  kindOf: Int32Array,
): readonly Kind[] {
  const kinds = new Kinds()
  const kindAt = (x: number): number => {
    const { group } = values[x]!
    return group === place ? kindOf[x]! : -2 - childOf(groups, group, place)
  }
  for (const i of members) {
    const kind = kinds.of(nameOf(i), values[i]!.inputs.map(kindAt))
    if (kinds.all.length > manyKinds) return []
    kinds.all[kind]!.members.push(i)
    kindOf[i] = kind
  }
  return kinds.all
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

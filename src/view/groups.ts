import type { Scope } from '../page.ts'
import { groupAlike } from './alike.ts'
import type { Graph, GraphValue, Group } from './graph.ts'

/** One time that a module ran: what `inScope` recorded. */
interface Run {
  readonly name: string
  readonly parent: number
  /** The names down to here, as one number. */
  readonly path: number
  readonly depth: number
}

/** Sets of runs that are runs of one module. */
class Modules {
  readonly #same: number[] = []
  /** Whether a run is known by parameters of its own. */
  readonly known: boolean[] = []

  add(): void {
    this.#same.push(this.#same.length)
    this.known.push(false)
  }

  of(run: number): number {
    let top = run
    while (this.#same[top] !== top) top = this.#same[top]!
    for (let at = run; at !== top; ) {
      const next = this.#same[at]!
      this.#same[at] = top
      at = next
    }
    return top
  }

  join(a: number, b: number): void {
    const [x, y] = [this.of(a), this.of(b)]
    this.#same[Math.max(x, y)] = Math.min(x, y)
  }
}

/**
 * The groups of a graph; says on each Value in which it lies, and which leaves are parameters.
 * Runs with the same names that share a parameter are runs of one module and make one group, however
 * many examples went through it; two modules that happen to have the same names stay two groups.
 */
export function groupsOf(
  graph: Graph,
  scopes: readonly (Scope | undefined)[],
  named: ReadonlySet<number> | undefined,
): readonly Group[] {
  const { runs, runOf } = runsOf(scopes)
  const owners = ownersOf(graph.values, runs, runOf, named)
  const modules = new Modules()
  for (const _ of runs) modules.add()
  joinByParameters(graph.values, runs, runOf, owners, modules)
  const { groups, groupOf } = modulesAsGroups(runs, modules)
  graph.values.forEach((v, i) => {
    const run = owners[i] ?? runOf[i]!
    if (run >= 0) v.group = groupOf[run]!
    if (v.role === 'leaf' && (named?.has(i) ?? owners[i] !== undefined)) v.role = 'parameter'
  })
  groupAlike(graph, groups)
  count(graph.values, groups)
  return groups
}

/** Runs in the order of their first Value, outer before inner, and the run of each Value. */
function runsOf(scopes: readonly (Scope | undefined)[]): { runs: Run[]; runOf: number[] } {
  const runs: Run[] = []
  const places = new Map<Scope, number>()
  const paths = new Map<string, number>()
  const placeOf = (scope: Scope | undefined): number => {
    const known = scope === undefined ? -1 : places.get(scope)
    if (known !== undefined) return known
    const news: Scope[] = []
    for (let s = scope; s !== undefined && !places.has(s); s = s.parent) news.push(s)
    for (const s of news.reverse()) {
      const parent = s.parent === undefined ? -1 : places.get(s.parent)!
      const key = `${runs[parent]?.path ?? -1}/${s.name}`
      if (!paths.has(key)) paths.set(key, paths.size)
      const depth = (runs[parent]?.depth ?? 0) + 1
      places.set(s, runs.push({ name: s.name, parent, path: paths.get(key)!, depth }) - 1)
    }
    return runs.length - 1
  }
  return { runOf: scopes.map(placeOf), runs }
}

/**
 * For each leaf that belongs to a module, a run of that module. A leaf that is used under one
 * innermost name only, however often, belongs there (uses outside every module do not count: the
 * penalty on a weight); one that several modules use, like the inputs of a layer, belongs to none.
 */
function ownersOf(
  values: readonly GraphValue[],
  runs: readonly Run[],
  runOf: readonly number[],
  named: ReadonlySet<number> | undefined,
): (number | undefined)[] {
  const owners: (number | undefined)[] = []
  values.forEach((v, i) => {
    const run = runOf[i]!
    if (run < 0) return
    for (const x of v.inputs) {
      if (values[x]!.role !== 'leaf' || runOf[x]! >= 0) continue
      if (named !== undefined && !named.has(x)) continue
      const owner = owners[x]
      if (owner === undefined) owners[x] = run
      else if (owner >= 0 && runs[owner]!.path !== runs[run]!.path)
        owners[x] = named === undefined ? -1 : common(runs, owner, run)
    }
  })
  return owners.map((owner) => (owner === -1 ? undefined : owner))
}

/** The innermost run around `a` whose names are also around `b`; −1: none. */
function common(runs: readonly Run[], a: number, b: number): number {
  let [x, y] = [a, b]
  while (x >= 0 && runs[x]!.path !== runs[y]?.path) {
    if (y < 0 || runs[x]!.depth >= runs[y]!.depth) x = runs[x]!.parent
    else y = runs[y]!.parent
  }
  return x
}

function joinByParameters(
  values: readonly GraphValue[],
  runs: readonly Run[],
  runOf: readonly number[],
  owners: readonly (number | undefined)[],
  modules: Modules,
): void {
  const join = (a: number, b: number): void => {
    for (let [x, y] = [a, b]; x >= 0 && y >= 0; x = runs[x]!.parent, y = runs[y]!.parent) {
      modules.known[x] = modules.known[y] = true
      if (runs[x]!.path === runs[y]!.path) modules.join(x, y)
    }
  }
  values.forEach((v, i) => {
    if (runOf[i]! < 0) return
    for (const x of v.inputs) {
      const owner = owners[x]
      if (owner === undefined) continue
      let run = runOf[i]!
      while (run >= 0 && runs[run]!.depth > runs[owner]!.depth) run = runs[run]!.parent
      if (runs[run]?.path === runs[owner]!.path) join(owner, run)
    }
  })
  const unknown = new Map<number, number>()
  runs.forEach(({ path }, run) => {
    if (modules.known[run]) return
    if (unknown.has(path)) modules.join(unknown.get(path)!, run)
    else unknown.set(path, run)
  })
}

/** A group for each module inside each group. */
function modulesAsGroups(
  runs: readonly Run[],
  modules: Modules,
): { groups: Group[]; groupOf: number[] } {
  const groups: Group[] = []
  const groupOf: number[] = []
  const found = new Map<string, number>()
  const ids = new Map<string, number>()
  runs.forEach(({ name, parent }, run) => {
    const outer = parent < 0 ? -1 : groupOf[parent]!
    const key = `${outer} ${modules.of(run)}`
    const known = found.get(key)
    if (known !== undefined) {
      groupOf[run] = known
      ;(groups[known] as { runs: number }).runs++
      return
    }
    const path = `${outer < 0 ? '' : `${groups[outer]!.id}/`}${name.replaceAll(/[\\/]/g, '\\$&')}`
    const twin = (ids.get(path) ?? 0) + 1
    ids.set(path, twin)
    const suffix = twin === 1 ? '' : ` (${twin})`
    groupOf[run] = groups.length
    found.set(key, groups.length)
    groups[outer]?.groups.push(groups.length)
    const nothing = { groups: [], values: 0, parameters: 0, runs: 1 }
    groups.push({
      id: path + suffix,
      name: name + suffix,
      kind: 'module',
      parent: outer,
      ...nothing,
    })
  })
  return { groups, groupOf }
}

function count(values: readonly GraphValue[], groups: readonly Group[]): void {
  for (const { group, role } of values) {
    if (group < 0) continue
    groups[group]!.values++
    if (role === 'parameter') groups[group]!.parameters++
  }
  for (const group of groups.toReversed()) {
    const outer = groups[group.parent]
    if (outer === undefined) continue
    outer.values += group.values
    outer.parameters += group.parameters
  }
}

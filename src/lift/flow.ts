/**
 * Where gradients flow: which groups depend on what is differentiated by, through which operands,
 * and by which partials; and so, whose numbers the backward pass will read again.
 */
import { readsOf } from './expression.ts'
import type { Group, Grouping } from './group.ts'
import type { Operand, Rolled } from './operand.ts'
import { partialsOf } from './row.ts'

/** Partials of a group for some operands of one run: those at one place, or each of them. */
export interface Flow {
  readonly run: number
  readonly at: number | 'each'
  readonly partial: Rolled
}

/** The flows out of every group that a gradient reaches. */
export type Flows = ReadonlyMap<Group, readonly Flow[]>

/** The flows by which the outputs depend on the groups `by`. */
export function flowsOf({ groups }: Grouping, by: ReadonlySet<Group>): Flows {
  const flows = new Map<Group, readonly Flow[]>([...by].map((group) => [group, []]))
  for (const group of groups) {
    if (!group.runs.some(({ source }) => flows.has(source))) continue
    const out = outOf(group).filter(({ run }) => flows.has(group.runs[run]!.source))
    if (out.length > 0) flows.set(group, out)
  }
  return flows
}

function outOf(group: Group): Flow[] {
  const out: Flow[] = []
  const add = (run: number, at: number | 'each', partial: Rolled | undefined): void => {
    if (partial !== undefined) out.push({ run, at, partial })
  }
  partialsOf(group).forEach((partials, run) => {
    if ('each' in partials) add(run, 'each', partials.each)
    else partials.list.forEach((partial, at) => add(run, at, partial))
  })
  return out
}

/**
 * The groups to compute where they are read, not to store: one reader reads each member once, the
 * backward pass reads none, and no loop of its own computes it.
 */
export function inlinedIn({ groups, outputs }: Grouping, flows: Flows): Set<Group> {
  const kept = new Set<Group>(outputs.map(({ group }) => group))
  const keep = (group: Group, partial: Rolled): void => {
    for (const operand of readsOf(partial)) {
      const source = readBy(group, operand)
      if (source !== undefined) kept.add(source)
      if (operand.from !== 'fold') continue
      keep(group, operand.fold.initial)
      keep(group, operand.fold.step)
    }
  }
  for (const [group, out] of flows) for (const { partial } of out) keep(group, partial)
  const reads = new Map<Group, number>()
  const runs = new Map<Group, number>()
  for (const { source, positions } of groups.flatMap((group) => group.runs)) {
    reads.set(source, (reads.get(source) ?? 0) + positions.length)
    runs.set(source, (runs.get(source) ?? 0) + 1)
  }
  const single = (g: Group): boolean => runs.get(g) === 1 && reads.get(g) === g.count
  // Operations that are computed where a group is read, itself among them. Sources come first.
  const sizes = new Map<Group, number>()
  for (const group of groups) {
    if (!isElementwise(group) || kept.has(group) || !single(group)) continue
    const size = group.runs.reduce((sum, { source }) => sum + (sizes.get(source) ?? 0), 1)
    if (size <= mostInlined) sizes.set(group, size)
  }
  return new Set(sizes.keys())
}

/** Operations that are written into one reader: a longer chain is kept in memory on the way. */
const mostInlined = 32

const isElementwise = ({ op }: Group): boolean => op !== undefined && op.arity !== 'variadic'

/** The group whose numbers a partial reads through an operand. */
function readBy(group: Group, operand: Operand): Group | undefined {
  if (operand.from === 'output') return group
  return 'run' in operand ? group.runs[operand.run]!.source : undefined
}

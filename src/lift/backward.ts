/**
 * The work of the backward pass: the chain rule for whole groups. The adjoint of what reads at
 * strided places is an addition at these places; sums over examples and over neurons come out of it.
 */
import { ops } from '../ops.ts'
import { buffer, type Buffer, type Spelled } from './buffer.ts'
import { applied, literal, read, readsOf } from './expression.ts'
import type { Flow, Flows } from './flow.ts'
import type { Forward } from './forward.ts'
import type { Group, Member } from './group.ts'
import { type Nest, nestOf, sourceAt } from './nest.ts'
import { areDistinct, compose, everyNth, iota, repeated, stretched } from './sequence.ts'

/** What one run adds to the adjoints of its source: at every turn, a number for a place. */
interface Contribution {
  readonly positions: Int32Array
  readonly value: Spelled
}

export class Backward {
  readonly nests: Nest[] = []
  /** To be done before any example: places of uniform buffers that start from 0. */
  readonly clears: Nest[] = []
  readonly #flows: Flows
  readonly #forward: Forward
  readonly #targets: ReadonlyMap<Group, Buffer>
  readonly #contributions = new Map<Group, Contribution[]>()
  /** Adjoints: in memory, or told by the only contribution there is. */
  readonly #adjoints = new Map<Group, (members: Int32Array) => Spelled>()

  /** The nests that fill `targets`, the gradient of each group in it, from `seed` at `root`. */
  constructor(
    forward: Forward,
    flows: Flows,
    root: Member,
    seed: Buffer,
    targets: ReadonlyMap<Group, Buffer>,
  ) {
    this.#flows = flows
    this.#forward = forward
    this.#targets = targets
    const positions = Int32Array.of(root.at)
    const value: Spelled = read({ buffer: seed, positions: Int32Array.of(0) })
    this.#contributions.set(root.group, [{ positions, value }])
    for (const group of [...flows.keys()].toSorted((a, b) => b.number - a.number))
      this.#visit(group)
  }

  #visit(group: Group): void {
    const contributions = this.#contributions.get(group) ?? []
    this.#contributions.delete(group)
    const target = this.#targets.get(group)
    if (target !== undefined) this.#fill(target, contributions)
    const out = this.#flows.get(group)!
    if (out.length === 0 || contributions.length === 0) return
    this.#adjoints.set(group, this.#adjointOf(group, contributions, out.length))
    for (const flow of out) this.#flow(group, flow)
  }

  #adjointOf(
    group: Group,
    contributions: readonly Contribution[],
    readers: number,
  ): (members: Int32Array) => Spelled {
    const [only] = contributions
    if (contributions.length === 1 && tells(only!, group, readers)) {
      const turns = inverse(only!.positions)
      return (members) => sourceAt(only!.value, compose(turns, members))
    }
    const stored = buffer('adjoint', group.count, { varying: group.varying, group })
    this.#fill(stored, contributions)
    return (positions) => read({ buffer: stored, positions })
  }

  /** partial · adjoint, for the source of the run. */
  #flow(group: Group, { run, at, partial }: Flow): void {
    const { source, length, positions } = group.runs[run]!
    const each = at === 'each'
    const all = iota(group.count)
    const members = each ? stretched(all, length) : all
    const turns = each
      ? { members, inner: repeated(iota(length), group.count), times: length }
      : { members, times: 1 }
    const slope = this.#forward.spelled(group, partial, turns)
    const value = applied(ops.mul, [slope, this.#adjoints.get(group)!(members)])
    const places = each ? positions : everyNth(positions, length, at)
    const contribution = { positions: places, value }
    const known = this.#contributions.get(source)
    if (known === undefined) this.#contributions.set(source, [contribution])
    else known.push(contribution)
  }

  /** Adds all contributions up in `target`; the first to reach a place sets it. */
  #fill(target: Buffer, contributions: readonly Contribution[]): void {
    const reached = new Uint8Array(target.size)
    const nests: Nest[] = []
    for (const { positions, value } of inOrder(contributions)) {
      const distinct = areDistinct(positions)
      const manner = distinct ? 'each' : 'sum'
      const nest = nestOf({ target, positions, manner, step: value, adds: false })
      const { before, fresh } = reach(reached, positions)
      if (before && fresh) this.#clear(target)
      nests.push({ ...nest, adds: before || nest.scatters })
    }
    if (nests.some(({ scatters }) => scatters) || reached.includes(0)) this.#clear(target)
    this.nests.push(...nests)
  }

  #clear(target: Buffer): void {
    const positions = iota(target.size)
    const work = { target, positions, manner: 'each', step: literal(0), adds: false } as const
    ;(target.varying ? this.nests : this.clears).push(nestOf(work))
  }
}

/** Those that vary before those that do not. */
function inOrder(contributions: readonly Contribution[]): readonly Contribution[] {
  if (contributions.length < 2) return contributions
  const varying = contributions.filter(({ value }) => varies(value))
  return [...varying, ...contributions.filter((one) => !varying.includes(one))]
}

/** A short value that reaches each member once, for one reader or by itself, needs no memory. */
function tells({ positions, value }: Contribution, group: Group, readers: number): boolean {
  if (positions.length !== group.count || !areDistinct(positions)) return false
  if (varies(value) !== group.varying) return false
  return value.kind === 'read' || (readers === 1 && operations(value) <= short)
}

/** So many operations are rather done twice than stored. */
const short = 8

function operations(x: Spelled): number {
  if (x.kind !== 'apply') return 0
  let count = 1
  for (const arg of x.args) count += operations(arg)
  return count
}

function varies(x: Spelled): boolean {
  return readsOf(x).some(({ buffer }) => buffer.varying)
}

/** Marks places as reached; whether some were before, and some were not. */
function reach(reached: Uint8Array, positions: Int32Array): { before: boolean; fresh: boolean } {
  let known = 0
  for (let t = 0; t < positions.length; t++) known += reached[positions[t]!]!
  for (let t = 0; t < positions.length; t++) reached[positions[t]!] = 1
  return { before: known > 0, fresh: known < positions.length }
}

/** At which turn each place is reached. */
function inverse(positions: Int32Array): Int32Array {
  const turns = new Int32Array(positions.length)
  for (let t = 0; t < positions.length; t++) turns[positions[t]!] = t
  return turns
}

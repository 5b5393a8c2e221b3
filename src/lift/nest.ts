/**
 * A loop nest: what one group of equal operations became. Positions that were spelled out one by one
 * turn into strided loops here; where there are none, into a table of positions.
 */
import { type Buffer, type Source, type Spelled, total } from './buffer.ts'
import { type Expression, readsOf, substituted } from './expression.ts'
import { compose, countDistinct, factor, iota, type Loop } from './sequence.ts'

/** How the turns that write one place go together. */
export type Manner =
  /** There is one. */
  | 'each'
  /** They are added up, in any order. */
  | 'sum'
  /** Each builds on the one before. */
  | 'fold'

/** Work spelled out: at turn t, `step` for the place `positions[t]` of `target`. */
export interface Work {
  readonly target: Buffer
  readonly positions: Int32Array
  readonly manner: Manner
  /** What a sum or a fold starts from; read at any turn of its place. Absent: 0. */
  readonly start?: Spelled | undefined
  readonly step: Spelled
  /** Adds to what the target holds, rather than setting it. */
  readonly adds: boolean
}

/** A place of a buffer as an affine function of loop counters; with a table, its entry there. */
export interface Access {
  readonly buffer: Buffer
  readonly start: number
  /** How far each loop of the nest moves it, outermost first. */
  readonly strides: readonly number[]
  /** Positions, where they follow no pattern; `start` and `strides` then walk this list. */
  readonly table: Int32Array | undefined
}

/** One loop of a nest. */
export interface Counter {
  readonly extent: number
  /** Its turns go into the same place. */
  readonly reduces: boolean
}

export interface Nest {
  readonly counters: readonly Counter[]
  readonly target: Access
  readonly manner: Manner
  readonly start: Expression<Access> | undefined
  readonly step: Expression<Access>
  readonly adds: boolean
  /** Two turns may write one place although no loop says so: turns must follow one another. */
  readonly scatters: boolean
  /** Differs from example to example, or sums over examples. */
  readonly varying: boolean
}

/** Finds the loops of `work`. */
export function nestOf(work: Work): Nest {
  const { target, positions, start, step } = work
  const reads = [...(start ? readsOf(start) : []), ...readsOf(step)].filter((r) => r !== total)
  const aligned = new Aligned(positions)
  const accesses = new Map(reads.map((r) => [r, aligned.add(r)]))
  const { starts, loops } = aligned.loops()
  const access = ({ buffer, positions }: Source, { at, table }: Aligning): Access => ({
    buffer,
    start: starts[at]!,
    strides: loops.map((loop) => loop.strides[at]!),
    table: table ? positions : undefined,
  })
  const by = (r: Source): Expression<Access> => ({
    kind: 'read',
    read: r === total ? totalAccess : access(r, accesses.get(r)!),
  })
  const own = access({ buffer: target, positions }, aligned.target)
  const counters = loops.map((loop, i) => ({ extent: loop.extent, reduces: own.strides[i] === 0 }))
  return {
    counters,
    target: own,
    manner: work.manner,
    start: start && substituted(start, by),
    step: substituted(step, by),
    adds: work.adds,
    scatters: scatters(own, counters, positions),
    varying: target.varying || reads.some((r) => r.buffer.varying),
  }
}

/** What a fold reads as its total. */
export const totalAccess: Access = {
  buffer: total.buffer,
  start: 0,
  strides: [],
  table: undefined,
}

/** Which of the aligned sequences belongs to an access; of a table, it counts the turns. */
interface Aligning {
  readonly at: number
  readonly table: boolean
}

/** Sequences that have loops in common; one that does not fit is read from a table instead. */
class Aligned {
  readonly target: Aligning
  readonly #sequences: Int32Array[]
  #loops: { starts: readonly number[]; loops: readonly Loop[] }

  constructor(positions: Int32Array) {
    const turns = iota(positions.length)
    const loops = factor([turns, positions])
    this.#sequences = loops ? [turns, positions] : [turns]
    this.target = { at: this.#sequences.length - 1, table: loops === undefined }
    this.#loops = loops ?? factor([turns])!
  }

  add({ positions }: Source): Aligning {
    const known = this.#sequences.findIndex((s, i) => i > 0 && equal(s, positions))
    if (known > 0) return { at: known, table: false }
    const loops = factor([...this.#sequences, positions])
    if (loops === undefined) return { at: 0, table: true }
    this.#sequences.push(positions)
    this.#loops = loops
    return { at: this.#sequences.length - 1, table: false }
  }

  loops(): { starts: readonly number[]; loops: readonly Loop[] } {
    return this.#loops
  }
}

function equal(a: Int32Array, b: Int32Array): boolean {
  let i = 0
  if (a !== b) while (i < a.length && a[i] === b[i]) i++
  return a === b || i === a.length
}

function scatters(target: Access, counters: readonly Counter[], positions: Int32Array): boolean {
  const own = counters.flatMap(({ extent, reduces }, i) =>
    reduces ? [] : [{ extent, stride: Math.abs(target.strides[i]!) }],
  )
  if (target.table === undefined && nested(own)) return false
  return countDistinct(positions) !== own.reduce((n, { extent }) => n * extent, 1)
}

/** Strides that each exceed all that the smaller ones can reach together never meet. */
function nested(loops: readonly { extent: number; stride: number }[]): boolean {
  let reached = 0
  for (const { extent, stride } of loops.toSorted((a, b) => a.stride - b.stride)) {
    if (stride <= reached) return false
    reached += stride * (extent - 1)
  }
  return true
}

/** A source at other turns. */
export function sourceAt(x: Spelled, turns: Int32Array): Spelled {
  return substituted(x, (r) => ({
    kind: 'read',
    read: r === total ? r : { buffer: r.buffer, positions: compose(r.positions, turns) },
  }))
}

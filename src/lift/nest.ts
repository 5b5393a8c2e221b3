/**
 * A loop nest: what one group of equal operations became. Positions that were spelled out one by one
 * turn into strided loops here; where there are none, into a table of positions.
 */
import { type Buffer, type Source, type Spelled, total } from './buffer.ts'
import { type Expression, read, readsOf, substituted } from './expression.ts'
import { compose, countDistinct, factor, isAffine, stridesOf } from './sequence.ts'

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
  /** What `start` and `step` read, each once; not the total of a fold. */
  readonly reads: readonly Access[]
  readonly adds: boolean
  /** Two turns may write one place although no loop says so: turns must follow one another. */
  readonly scatters: boolean
  /** Differs from example to example, or sums over examples. */
  readonly varying: boolean
}

/** Finds the loops of `work`. */
export function nestOf(work: Work): Nest {
  const { target, positions, start, step } = work
  const sources = sourcesOf(work)
  const aligned = new Aligned(positions.length)
  aligned.add(positions)
  for (const source of sources) aligned.add(source.positions)
  const own = aligned.access({ buffer: target, positions })
  const reads = sources.map((source) => aligned.access(source))
  const by = (source: Source): Expression<Access> =>
    read(source === total ? totalAccess : reads[sources.indexOf(source)]!)
  const counters = aligned.extents.map((extent, i) => ({ extent, reduces: own.strides[i] === 0 }))
  return {
    counters,
    target: own,
    manner: work.manner,
    start: start && substituted(start, by),
    step: substituted(step, by),
    reads,
    adds: work.adds,
    scatters: scatters(own, counters, positions),
    varying: target.varying || sources.some(({ buffer }) => buffer.varying),
  }
}

function sourcesOf({ start, step }: Work): Source[] {
  const found = new Set(start && readsOf(start))
  for (const source of readsOf(step)) found.add(source)
  found.delete(total)
  return [...found]
}

/** What a fold reads as its total. */
export const totalAccess: Access = {
  buffer: total.buffer,
  start: 0,
  strides: [],
  table: undefined,
}

/** Sequences that have loops in common; one that does not fit is read from a table instead. */
class Aligned {
  readonly #fitting: Int32Array[] = []
  #extents: readonly number[]

  constructor(turns: number) {
    this.#extents = turns > 1 ? [turns] : []
  }

  /** How often each loop turns, outermost first. */
  get extents(): readonly number[] {
    return this.#extents
  }

  add(positions: Int32Array): void {
    const fits = isAffine(positions, this.#extents)
    const extents = fits ? this.#extents : factor([...this.#fitting, positions])
    if (extents === undefined) return
    this.#extents = extents
    this.#fitting.push(positions)
  }

  /** How the loops walk a source: its places, or turn by turn a table of them. */
  access({ buffer, positions }: Source): Access {
    if (!this.#fitting.includes(positions))
      return { buffer, start: 0, strides: turnsOf(this.#extents), table: positions }
    const strides = stridesOf(positions, this.#extents)
    return { buffer, start: positions[0]!, strides, table: undefined }
  }
}

/** How many turns of the nest a turn of each loop is. */
function turnsOf(extents: readonly number[]): number[] {
  let inner = extents.reduce((all, extent) => all * extent, 1)
  return extents.map((extent) => (inner /= extent))
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
  return substituted(x, (r) =>
    read(r === total ? r : { buffer: r.buffer, positions: compose(r.positions, turns) }),
  )
}

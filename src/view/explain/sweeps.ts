import type { Between } from './between.ts'

/** What each Value between f and x knows of the ways from it to x, found by one sweep upwards. */
export interface Sweeps {
  /** How many ways there are; exact up to 2⁵³. */
  readonly counts: Float64Array
  /** ∂value/∂x: the sum over all ways. */
  readonly slopes: Float64Array
  /** The sum over all ways of their sizes, without signs: what rounding errors are measured by. */
  readonly sizes: Float64Array
  /** log₂ of the size of the largest way; ∞ where one is infinite or NaN, −∞ where all are 0. */
  readonly largest: Float64Array
  /** The edge that begins the largest way. */
  readonly best: Int32Array
}

export function sweepsOver(between: Between): Sweeps {
  const { size, starts, targets, partials } = between
  const [counts, slopes, sizes, largest] = [0, 0, 0, 0].map(() => new Float64Array(size)) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ]
  const best = new Int32Array(size).fill(-1)
  counts[0] = slopes[0] = sizes[0] = 1
  for (let i = 1; i < size; i++) {
    largest[i] = -Infinity
    best[i] = starts[i]!
    for (let e = starts[i]!; e < starts[i + 1]!; e++) {
      const [target, partial] = [targets[e]!, partials[e]!]
      counts[i]! += counts[target]!
      slopes[i]! += partial * slopes[target]!
      sizes[i]! += Math.abs(partial) * sizes[target]!
      const through = joined(logSize(partial), largest[target]!)
      if (through > largest[i]!) [largest[i], best[i]] = [through, e]
    }
  }
  return { counts, slopes, sizes, largest, best }
}

/** log₂ |x|. NaN ranks with the infinities: it decides the sum as they do. */
export function logSize(x: number): number {
  return Number.isNaN(x) ? Infinity : Math.log2(Math.abs(x))
}

/** The log of a product; 0 · ∞ is NaN, and ranks as such. */
export function joined(a: number, b: number): number {
  const sum = a + b
  return Number.isNaN(sum) ? Infinity : sum
}

/** Examples divided: for training and for validation, and into batches. */
import { Random } from '../random.ts'
import { DataError, type Examples, places, subset } from './dataset.ts'

/** How examples are divided. */
export interface SplitOptions {
  /** The part held out for validation, 0 ≤ fraction < 1. Default 0.2. */
  readonly fraction?: number
  /** Default 0. */
  readonly seed?: number
  /** Draws instead of a `new Random(seed)`. */
  readonly random?: Random
  /** Whether each class is divided in the same proportion. Default true. */
  readonly stratified?: boolean
}

/** Examples divided in two: every example is in one of them. */
export interface Split<D> {
  readonly train: D
  readonly validation: D
}

/**
 * Divides the examples: round(fraction · count) for validation, the others for training, both in
 * random order. Stratified, the share of a class differs from `fraction` by less than one example.
 * Throws a DataError where one side would be left without an example.
 */
export function split<D extends Examples>(data: D, options: SplitOptions = {}): Split<D> {
  const { fraction = 0.2, seed = 0, random = new Random(seed), stratified = true } = options
  if (!(fraction >= 0 && fraction < 1))
    throw new RangeError(`split: fraction must be at least 0 and less than 1, got ${fraction}.`)
  const count = data.X.length
  const order = places(count, random)
  const held = new Set<number>()
  grouped(data, order, stratified).forEach((place, k) => {
    if (Math.round((k + 1) * fraction) > Math.round(k * fraction)) held.add(place)
  })
  if (count === 0 || held.size === count || (fraction > 0 && held.size === 0))
    throw new DataError(
      `${data.name ?? 'data'}: ${count} examples are too few to hold out a fraction of ${fraction}`,
    )
  return {
    train: subset(
      data,
      order.filter((place) => !held.has(place)),
    ),
    validation: subset(
      data,
      order.filter((place) => held.has(place)),
    ),
  }
}

/** The order with the examples of a class side by side: every n-th of it holds each class's share. */
function grouped(
  { y, classes }: Examples,
  order: readonly number[],
  stratified: boolean,
): number[] {
  if (!stratified || classes === undefined) return [...order]
  return [...order].sort((a, b) => y[a]! - y[b]!)
}

/**
 * The places of the examples, `size` to a batch (the last may be short), in random order if `random`
 * is given: each place once.
 */
export function batches(examples: number | Examples, size: number, random?: Random): number[][] {
  const count = typeof examples === 'number' ? examples : examples.X.length
  if (!(Number.isInteger(size) && size > 0))
    throw new RangeError(`batches: the size must be a whole number from 1, got ${size}.`)
  const order = places(count, random)
  return Array.from({ length: Math.ceil(count / size) }, (_, k) =>
    order.slice(k * size, (k + 1) * size),
  )
}

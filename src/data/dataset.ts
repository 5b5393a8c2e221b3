/** What a network learns from: rows of numbers, and for each row a number or a class. */
import type { Random } from '../random.ts'

/** How the columns were moved and scaled: x became (x − mean) / deviation. */
export interface Standardisation {
  readonly mean: readonly number[]
  readonly deviation: readonly number[]
}

/** The least that training reads, and all that is needed to divide, order and check it. */
export interface Examples {
  /** What messages call it. */
  readonly name?: string | undefined
  /** One row of numbers for each example: [examples][features]. */
  readonly X: readonly (readonly number[])[]
  /** One target for each example: a number, or the index of its class. */
  readonly y: readonly number[]
  /** The names of the classes; absent where y holds numbers to be predicted. */
  readonly classes?: readonly string[] | undefined
  /** The names of the columns of X. */
  readonly features?: readonly string[] | undefined
}

/** Examples with a name, in arrays of their own. */
export interface Dataset extends Examples {
  readonly name: string
  readonly X: number[][]
  readonly y: number[]
  /** What was done to X, if anything: a model needs it again for new examples. */
  readonly standardisation?: Standardisation | undefined
}

/** A mistake in somebody's data, told in one line; not a bug of the program that read it. */
export class DataError extends Error {
  override readonly name: string = 'DataError'
}

/** The examples at these places, in this order; the rows themselves are shared. */
export function subset<D extends Examples>(data: D, at: readonly number[]): D {
  return { ...data, X: at.map((i) => data.X[i]!), y: at.map((i) => data.y[i]!) }
}

/** The places 0 … count − 1 in random order, or in their own without `random`. */
export function places(count: number, random?: Random): number[] {
  const order = Array.from({ length: count }, (_, i) => i)
  random?.shuffle(order)
  return order
}

/** The same examples in random order. */
export function shuffle<D extends Examples>(data: D, random: Random): D {
  return subset(data, places(data.X.length, random))
}

/**
 * Throws a DataError that names the row and the column unless the data can be learned from: at least
 * one example, rows of one length, finite numbers only, and every class one of `classes`.
 */
export function checkDataset(data: Examples): void {
  const { name = 'data', X, y } = data
  const fail = (what: string): never => {
    throw new DataError(`${name}: ${what}`)
  }
  if (X.length === 0) fail('there are no examples')
  if (y.length !== X.length) fail(`X has ${X.length} rows and y has ${y.length}; expected as many`)
  const width = X[0]!.length
  if (width === 0) fail('the rows of X are empty; expected at least one number in each')
  X.forEach((row, i) => {
    if (row.length !== width) fail(`row ${i} of X has ${row.length} columns, row 0 has ${width}`)
    const j = row.findIndex((x) => !Number.isFinite(x))
    if (j >= 0) fail(`row ${i}, ${columnOf(data, j)}: expected a finite number, got ${row[j]}`)
  })
  y.forEach((target, i) => {
    const expected = expectedTarget(data, target)
    if (expected !== undefined) fail(`row ${i} of y: expected ${expected}, got ${target}`)
  })
}

/** How messages name a column of X: by its number from 0, as in X[i][j], and its name. */
function columnOf({ features }: Examples, j: number): string {
  const name = features?.[j]
  return name === undefined ? `column ${j} of X` : `column ${j} of X (${quoted(name)})`
}

function expectedTarget({ classes }: Examples, target: number): string | undefined {
  if (classes === undefined) return Number.isFinite(target) ? undefined : 'a finite number'
  if (Number.isInteger(target) && target >= 0 && target < classes.length) return undefined
  return `the index of a class, 0 to ${classes.length - 1}`
}

/** A text as a message shows it: in quotes, on one line, cut where it grows long. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 32 ? `${text.slice(0, 31)}…` : text)
}

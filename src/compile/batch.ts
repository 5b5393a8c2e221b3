/** The arguments of a compiled function, checked: as many examples of each, and indices that name something. */
import type { Input } from '../lift/index.ts'
import { type BatchArgument, type Column, columnOf, type Counted } from './column.ts'
import type { Precision } from './store.ts'

/** The argument of a single point: a number is a list of one. */
export function asArgument(given: number | BatchArgument): BatchArgument {
  return typeof given === 'number' ? [given] : given
}

/** Arguments of the same number of examples. */
export interface Batch {
  readonly examples: number
  readonly columns: readonly Column[]
}

/**
 * The arguments as columns. Throws unless there is one for each kind, all of one length, none empty,
 * and every index names something. What is in the rows is looked at where it is read.
 */
export function batchOf(
  inputs: readonly Input[],
  given: readonly BatchArgument[],
  precision: Precision,
): Batch {
  if (given.length !== inputs.length)
    throw new TypeError(
      `expected ${inputs.length} argument${inputs.length === 1 ? '' : 's'}, one for each input, got ${given.length}.`,
    )
  const columns = inputs.map(({ kind }, i) => columnOf(kind, given[i]!, `argument ${i + 1}`))
  const [first] = columns
  const examples = first?.examples ?? 1
  if (examples === 0) throw new RangeError('the batch is empty: expected at least one example.')
  columns.forEach((column, i) => {
    if (column.examples !== examples)
      throw new RangeError(
        `argument ${i + 1} has ${column.examples} examples, the first has ${examples}: expected as many.`,
      )
    const { kind, below } = inputs[i]!
    if (kind === 'index') refuseStrangers(column, below, precision, `argument ${i + 1}`)
  })
  return { examples, columns }
}

/** From here on single precision has not every whole number: it would take 16777217 for this one. */
const uncounted = 2 ** 24

/** Throws if an index names nothing, or more than one thing. */
function refuseStrangers(
  { at, examples }: Counted,
  below: number,
  precision: Precision,
  what: string,
): void {
  const limit = precision === 'f32' ? Math.min(below, uncounted) : below
  for (let example = 0; example < examples; example++) {
    const x = at(example, 0)
    if (Number.isInteger(x) && x >= 0 && x < limit) continue
    const end = below < Infinity ? `to ${below - 1}` : 'on'
    const expected =
      Number.isInteger(x) && x >= limit && x < below
        ? `an index below ${limit}, as single precision counts no further by ones: use precision f64`
        : `a whole number from 0 ${end}`
    throw new RangeError(`${what}, example ${example + 1} is ${x}: expected ${expected}.`)
  }
}

/** As many examples, all of them the first: its mean is the first's, by the kernel that is there anyway. */
export function onlyFirst(batch: Batch): Batch {
  const { examples, columns } = batch
  if (examples === 1) return batch
  const rows = columns.map(({ width, at }) => {
    const row = Array.from({ length: width }, (_, place) => at(0, place))
    return columnOf(
      { length: width },
      Array.from({ length: examples }, () => row),
      '',
    )
  })
  return { examples, columns: rows }
}

/** Throws if anything is no number: before the first example is computed, where that is done without the others. */
export function refuseNonNumbers({ columns, examples }: Batch): void {
  for (const { width, at } of columns)
    for (let example = 0; example < examples; example++)
      for (let place = 0; place < width; place++) at(example, place)
}

/** Throws if an argument holds what is no finite number, or none in single precision. */
export function refuseBadNumbers({ columns, examples }: Batch, precision: Precision): void {
  columns.forEach(({ width, at }, i) => {
    for (let example = 0; example < examples; example++)
      for (let place = 0; place < width; place++) {
        const x = at(example, place)
        if (Number.isFinite(precision === 'f32' ? Math.fround(x) : x)) continue
        const where = width > 1 ? `, number ${place + 1}` : ''
        const limit = Number.isFinite(x) ? ' in single precision, at most 3.4e38' : ''
        throw new RangeError(
          `argument ${i + 1}, example ${example + 1}${where} is ${x}: expected a finite number${limit}.`,
        )
      }
  })
}

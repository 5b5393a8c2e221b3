/** The examples of a training, and the order in which they are taken. */
import type { InputKind } from '../../lift/index.ts'
import { lengthOf } from '../../lift/trace.ts'
import { tensorText } from './numbers.ts'

type Numbers = readonly number[] | Float32Array | Float64Array | Int32Array | Uint8Array

/** One argument for every example: a number each, a row each, or all rows in one flat list. */
export type Column = Numbers | readonly Numbers[]

/** The examples of a training and their order. */
export interface TrainingData {
  /** For each argument of the loss, its numbers for every example. */
  readonly columns: readonly Column[]
  /** For each step, the places of its examples. */
  readonly batches?: readonly (readonly number[])[]
  /** Or, as `fit` does: passes over all examples, shuffled anew each time by `new Random(seed)`. */
  readonly epochs?: number
  readonly batchSize?: number
  readonly seed?: number
}

/** The functions `examples` and `batches`. Throws where data and arguments do not fit. */
export function dataFunctions(
  { columns, batches, epochs, batchSize, seed = 0 }: TrainingData,
  kinds: readonly InputKind[],
  names: readonly string[],
): string[] {
  if (columns.length !== kinds.length)
    throw new RangeError(
      `data: expected ${kinds.length} columns, one for each argument, got ${columns.length}.`,
    )
  const flat = columns.map((column, i) => flattened(column, kinds[i]!, names[i]!))
  const count = flat[0]?.count ?? 0
  for (const [i, own] of flat.entries())
    if (own.count !== count || count === 0)
      throw new RangeError(
        `data: ${names[i]} has ${own.count} examples, ${names[0]} has ${count}: expected as many.`,
      )
  const texts = flat.map(({ numbers, shape }, i) =>
    tensorText(numbers, shape, kinds[i] === 'index'),
  )
  const order = batches
    ? explicit(batches, count)
    : shuffled(count, positive('epochs', epochs), positive('batchSize', batchSize), seed)
  return [
    'def examples():',
    `    """${names.join(' and ')} of all ${count} examples."""`,
    ...texts.map((text, i) => `    ${names[i]} = ${text}`),
    `    return ${names.join(', ')}${names.length === 1 ? ',' : ''}`,
    '',
    '',
    ...order,
  ]
}

/** Steps of a training on this data. */
export function stepsOf({ columns, batches, epochs = 1, batchSize = 1 }: TrainingData): number {
  if (batches) return batches.length
  const first = columns.find((column) => typeof column[0] === 'object') ?? columns.at(-1)!
  return epochs * Math.ceil(first.length / batchSize)
}

function positive(name: string, x: number | undefined): number {
  if (x !== undefined && Number.isInteger(x) && x > 0) return x
  throw new RangeError(`data: ${name} is a whole number above 0, got ${x}; or give batches.`)
}

/** Python's generator draws the numbers that ours does. */
function shuffled(count: number, epochs: number, size: number, seed: number): string[] {
  return [
    'def batches():',
    '    """The places of the examples of every step: each epoch takes all of them, in an order of its own."""',
    `    generator = random.Random(${seed})`,
    `    for _ in range(${epochs}):`,
    `        order = list(range(${count}))`,
    '        generator.shuffle(order)',
    `        for start in range(0, ${count}, ${size}):`,
    `            yield order[start:start + ${size}]`,
  ]
}

function explicit(batches: readonly (readonly number[])[], count: number): string[] {
  for (const [k, batch] of batches.entries())
    if (batch.length === 0 || !batch.every((i) => Number.isInteger(i) && i >= 0 && i < count))
      throw new RangeError(
        `data: batch ${k} has ${JSON.stringify(batch)}: expected places from 0 to ${count - 1}, at least one.`,
      )
  return [
    'def batches():',
    '    """The places of the examples of every step."""',
    '    return [',
    ...batches.map((batch) => `        [${batch.join(', ')}],`),
    '    ]',
  ]
}

function flattened(
  column: Column,
  kind: InputKind,
  name: string,
): { numbers: number[]; shape: number[]; count: number } {
  const width = lengthOf(kind)
  const nested = typeof column[0] === 'object'
  const rows = nested ? (column as readonly Numbers[]) : []
  const wrong = rows.findIndex((row) => row.length !== width)
  if (wrong >= 0)
    throw new RangeError(
      `data: row ${wrong} of ${name} has ${rows[wrong]!.length} numbers, expected ${width}.`,
    )
  const numbers = nested ? rows.flatMap((row) => [...row]) : [...(column as Numbers)]
  const count = numbers.length / width
  if (!Number.isInteger(count))
    throw new RangeError(
      `data: ${name} has ${numbers.length} numbers, expected ${width} for each example.`,
    )
  return { numbers, shape: typeof kind === 'object' ? [count, width] : [count], count }
}

/** The arguments of a compiled function: checked, and laid out one input after the other. */
import type { Input, InputKind } from '../lift/index.ts'
import { lengthOf } from '../lift/trace.ts'
import type { Numbers } from '../page.ts'
import type { Precision } from './store.ts'

/** A list of numbers. */
export type List = readonly number[] | Float32Array | Float64Array | Int32Array | Uint8Array

/** One argument of a batch: a row for each example, all rows in one flat array, or a number for each. */
export type BatchArgument = List | readonly List[]

/** One argument, of which every example has `width` numbers. */
interface Column {
  readonly width: number
  /** The number of an example at a place of its row. */
  at(example: number, place: number): number
  /** Copies `count` rows from the row `first` on into memory, and fills the rest of it with the first of these. */
  copy(first: number, count: number, memory: Numbers): void
}

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
 * and every index names something.
 */
export function batchOf(inputs: readonly Input[], given: readonly BatchArgument[]): Batch {
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
    if (kind === 'index') refuseStrangers(column, below, `argument ${i + 1}`)
  })
  return { examples, columns }
}

/** Throws if an index names nothing. */
function refuseStrangers({ at, examples }: Counted, below: number, what: string): void {
  for (let example = 0; example < examples; example++) {
    const x = at(example, 0)
    if (Number.isInteger(x) && x >= 0 && x < below) continue
    const end = below < Infinity ? `to ${below - 1}` : 'on'
    throw new RangeError(
      `${what}, example ${example + 1} is ${x}: expected a whole number from 0 ${end}.`,
    )
  }
}

interface Counted extends Column {
  readonly examples: number
}

function columnOf(kind: InputKind, given: BatchArgument, what: string): Counted {
  const width = lengthOf(kind)
  if (!Array.isArray(given) && !ArrayBuffer.isView(given))
    throw new TypeError(`${what}: expected a list of ${described(kind)}, got ${typeof given}.`)
  const rows = isNested(given)
  if (typeof kind !== 'object' && rows)
    throw new TypeError(`${what}: expected a number for each example, got a list of lists.`)
  if (rows) {
    const wrong = given.findIndex((row) => row?.length !== width)
    if (wrong >= 0)
      throw new RangeError(
        `${what}, row ${wrong + 1}: expected ${width} numbers, got ${String(given[wrong]?.length)}.`,
      )
    return {
      width,
      examples: given.length,
      at: (example, place) => given[example]![place]!,
      copy(first, count, memory) {
        for (let row = 0; row < count; row++) put(given[first + row], memory, row * width)
        repeatFirst(memory, width, count)
      },
    }
  }
  const flat = given as List
  if (flat.length % width !== 0)
    throw new RangeError(
      `${what}: a flat list holds ${width} numbers for each example, got ${flat.length} in all.`,
    )
  return {
    width,
    examples: flat.length / width,
    at: (example, place) => flat[example * width + place]!,
    copy(first, count, memory) {
      const all = count * width === flat.length
      put(all ? flat : part(flat, first * width, (first + count) * width), memory, 0)
      repeatFirst(memory, width, count)
    },
  }
}

function isNested(given: BatchArgument): given is readonly List[] {
  return Array.isArray(given) && typeof given[0] === 'object'
}

function described(kind: InputKind): string {
  if (typeof kind === 'object') return `rows of ${kind.length} numbers`
  return kind === 'index' ? 'whole numbers, one for each example' : 'numbers, one for each example'
}

/** Shorter lists are copied faster by a loop than by the engine. */
const short = 64

function put(list: List, memory: Numbers, at: number): void {
  if (list.length >= short) memory.set(list, at)
  else for (let i = 0; i < list.length; i++) memory[at + i] = list[i]!
}

function part(list: List, start: number, end: number): List {
  return Array.isArray(list) ? list.slice(start, end) : (list as Float64Array).subarray(start, end)
}

/** Fills memory beyond `count` rows with the first of them. */
function repeatFirst(memory: Numbers, width: number, count: number): void {
  for (let at = count * width; at < memory.length; at += width) memory.copyWithin(at, 0, width)
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

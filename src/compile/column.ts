/** One argument of a compiled function, as the numbers of each example: of rows, of one flat list, or of numbers alone. */
import type { InputKind } from '../lift/index.ts'
import { named } from '../lift/stranger.ts'
import { lengthOf } from '../lift/trace.ts'
import type { Numbers } from '../page.ts'

/** A list of numbers. */
export type List = readonly number[] | Float32Array | Float64Array | Int32Array | Uint8Array

/** One argument of a batch: a row for each example, all rows in one flat array, or a number for each. */
export type BatchArgument = List | readonly List[]

/** One argument, of which every example has `width` numbers. */
export interface Column {
  readonly width: number
  /** The number of an example at a place of its row. Throws if it is none. */
  at(example: number, place: number): number
  /**
   * Copies `count` rows from the row `first` on into memory, and fills the rest of it with the first of these.
   * Throws at the first thing that is no number, of which JavaScript would make one: null is 0.
   */
  copy(first: number, count: number, memory: Numbers): void
}

/** One that is all there is. */
export interface Counted extends Column {
  readonly examples: number
}

/** An argument as a column. Throws unless its rows are as long as they should be. */
export function columnOf(kind: InputKind, given: BatchArgument, what: string): Counted {
  const width = lengthOf(kind)
  if (!isList(given))
    throw new TypeError(`${what}: expected a list of ${described(kind)}, got ${named(given)}.`)
  if (typeof kind === 'object' && isNested(given)) {
    for (let example = 0; example < given.length; example++)
      refuseBadRow(given[example], width, what, example)
    return {
      width,
      examples: given.length,
      at(example, place) {
        const x: unknown = given[example]![place]
        return isNumber(x) ? x : refuse(x, what, width, example * width + place)
      },
      copy(first, count, memory) {
        for (let row = 0; row < count; row++) {
          const list = given[first + row]!
          const copied = put(list, 0, width, memory, row * width)
          if (copied < width) refuse(list[copied], what, width, (first + row) * width + copied)
        }
        repeatFirst(memory, width, count)
      },
    }
  }
  const flat = given
  if (flat.length % width !== 0)
    throw new RangeError(
      `${what}: a flat list holds ${width} numbers for each example, got ${flat.length} in all.`,
    )
  return {
    width,
    examples: flat.length / width,
    at(example, place) {
      const at = example * width + place
      const x: unknown = flat[at]
      return isNumber(x) ? x : refuse(x, what, width, at)
    },
    copy(first, count, memory) {
      const start = first * width
      const copied = put(flat, start, count * width, memory, 0)
      const end = start + copied
      if (copied < count * width) refuse(flat[end], what, width, end)
      repeatFirst(memory, width, count)
    },
  }
}

const isNumber = (x: unknown): x is number => typeof x === 'number'

/** `at` counts from the first number of the first example. */
function refuse(x: unknown, what: string, width: number, at: number): never {
  const where = width > 1 ? `, number ${(at % width) + 1}` : ''
  throw new TypeError(
    `${what}, example ${Math.floor(at / width) + 1}${where}: expected a number, got ${named(x)}.`,
  )
}

/**
 * Where the first row is missing, the others tell. `given[0]` would be compiled for lists of rows and of numbers in
 * one, and engines then turn the latter into lists of objects, which are slow to read.
 */
function isNested(given: BatchArgument): given is readonly List[] {
  return (
    Array.isArray(given) &&
    typeof given.at(0) !== 'number' &&
    given.some((x) => Array.isArray(x) || ArrayBuffer.isView(x))
  )
}

/** A list, or a typed one of numbers: there are such of bigints, and views of bytes alone. */
const isList = (x: unknown): x is List =>
  Array.isArray(x) ||
  (ArrayBuffer.isView(x) && 'length' in x && typeof (x as Float64Array).at(0) !== 'bigint')

function refuseBadRow(row: unknown, width: number, what: string, example: number): void {
  if (!isList(row))
    throw new TypeError(
      `${what}, example ${example + 1}: expected a list of ${width} numbers, got ${named(row)}.`,
    )
  if (row.length !== width)
    throw new RangeError(
      `${what}, row ${example + 1}: expected ${width} numbers, got ${row.length}.`,
    )
}

function described(kind: InputKind): string {
  if (typeof kind === 'object') return `rows of ${kind.length} numbers`
  return kind === 'index' ? 'whole numbers, one for each example' : 'numbers, one for each example'
}

/** Shorter typed arrays are copied faster by a loop than by the engine. */
const short = 64

/**
 * Copies numbers, and returns how many: fewer than `count` if something else comes. Four at a time, as it costs less
 * to look at them; and not by the engine, which is slow where an array has held anything else before.
 */
function put(list: List, start: number, count: number, memory: Numbers, to: number): number {
  if (!Array.isArray(list)) return putTyped(list as Float64Array, start, count, memory, to)
  const mixed = list as readonly unknown[]
  let i = 0
  for (; i + 3 < count; i += 4) {
    const at = start + i
    const a = mixed[at]
    const b = mixed[at + 1]
    const c = mixed[at + 2]
    const d = mixed[at + 3]
    if (!isNumber(a) || !isNumber(b) || !isNumber(c) || !isNumber(d)) break
    memory[to + i] = a
    memory[to + i + 1] = b
    memory[to + i + 2] = c
    memory[to + i + 3] = d
  }
  for (; i < count; i++) {
    const x = mixed[start + i]
    if (!isNumber(x)) return i
    memory[to + i] = x
  }
  return count
}

function putTyped(
  list: Float64Array,
  start: number,
  count: number,
  memory: Numbers,
  to: number,
): number {
  if (count < short) for (let i = 0; i < count; i++) memory[to + i] = list[start + i]!
  else memory.set(count === list.length ? list : list.subarray(start, start + count), to)
  return count
}

/** Fills memory beyond `count` rows with the first of them. */
function repeatFirst(memory: Numbers, width: number, count: number): void {
  for (let at = count * width; at < memory.length; at += width) memory.copyWithin(at, 0, width)
}

/**
 * A graph by numbers. Each Value that a run makes or reads gets one, operands before what is computed
 * from them; who comes after walks lists of numbers, not Values.
 */
import type { Value } from '../engine.ts'
import { Walk } from '../order.ts'
import { Numbering } from './notes.ts'

/** Values by number, and the numbers of their operands. */
export interface Graph {
  readonly values: readonly Value[]
  /** The numbers of those that nothing computed, but for the leaves that had the first ones. */
  readonly leaves: readonly number[]
  /** What was computed before the run, operands first. */
  readonly earlier: readonly Value[]
  /** Operands of value v are operands[starts[v]] up to operands[ends[v]], without that one. */
  readonly operands: Int32Array
  readonly starts: Int32Array
  readonly ends: Int32Array
}

/** A graph that grows: what has a number keeps it. */
export class Tape {
  readonly #values: Value[]
  readonly #leaves: number[] = []
  readonly #earlier: Value[] = []
  #operands: Int32Array
  #starts: Int32Array
  #ends: Int32Array
  readonly #numbers = new Numbering()
  /** Operands so far. */
  #taken = 0

  /** With leaves that have the first numbers. Throws if a parameter is there twice. */
  constructor(parameters: readonly Value[], inputs: readonly (readonly Value[])[]) {
    this.#values = parameters.concat(inputs.flat())
    const { length } = this.#values
    // Memory that is not written to is hardly taken: most networks fit.
    const room = 4 * length + 4096
    this.#operands = new Int32Array(room)
    this.#starts = new Int32Array(room)
    this.#ends = new Int32Array(room)
    if (this.#numbers.setAll(this.#values) < length)
      throw new RangeError('a parameter is in the list twice.') // inputs are new
  }

  /** What there is so far. */
  get graph(): Graph {
    return {
      values: this.#values,
      leaves: this.#leaves,
      earlier: this.#earlier,
      operands: this.#operands,
      starts: this.#starts,
      ends: this.#ends,
    }
  }

  /** Gives the next number to what was computed, and one to operands that have none. */
  record(v: Value): void {
    const { first, second } = v
    const list = Array.isArray(first)
    const count = list ? first.length : second === undefined ? 1 : 2
    const start = this.#taken
    const end = start + count
    this.#taken = end
    while (end > this.#operands.length) this.#operands = doubled(this.#operands)
    for (let i = 0; i < count; i++) {
      const operand = (list ? first[i] : i === 0 ? first : second) as Value
      const number = this.numberOf(operand) // may make room for others first
      this.#operands[start + i] = number
    }
    this.#enter(v, start, end)
  }

  /** The number of a Value. What the run did not make itself is entered now, with all it was computed from. */
  numberOf(v: Value): number {
    const known = this.#numbers.get(v)
    if (known >= 0) return known
    if (v.op !== undefined) this.#recordAll(v)
    else this.#leaves.push(this.#enter(v, 0, 0))
    return this.#values.length - 1
  }

  #recordAll(newest: Value): void {
    const missing: Value[] = []
    const walk = new Walk(newest)
    for (let v = walk.next(); v !== undefined; v = walk.next()) {
      if (v.op !== undefined) missing.push(v)
      for (const x of v.inputs) if (this.#numbers.get(x) < 0) walk.reach(x)
    }
    for (const v of missing.reverse()) {
      this.#earlier.push(v)
      this.record(v)
    }
  }

  #enter(v: Value, start: number, end: number): number {
    const number = this.#values.push(v) - 1
    this.#numbers.set(v, number)
    if (number >= this.#starts.length) {
      this.#starts = doubled(this.#starts)
      this.#ends = doubled(this.#ends)
    }
    this.#starts[number] = start
    this.#ends[number] = end
    return number
  }
}

/** Twice as long, the second half 0. */
export function doubled(list: Int32Array): Int32Array {
  const twice = new Int32Array(2 * list.length)
  twice.set(list)
  return twice
}

/** Which Values of a graph these were computed from, and they: 1, by number. */
export function liveIn(
  { values, operands, starts, ends }: Graph,
  roots: readonly number[],
): Uint8Array {
  const live = new Uint8Array(values.length)
  for (const root of roots) live[root] = 1
  for (let v = values.length - 1; v >= 0; v--)
    if (live[v] === 1) for (let i = starts[v]!; i < ends[v]!; i++) live[operands[i]!] = 1
  return live
}

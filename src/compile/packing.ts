/**
 * How a batch comes into memory: row after row, as it is given. The kernel then turns the rows, a square of
 * numbers at a time, so that examples lie side by side: what a loop over examples reads as one vector.
 */
import type { Input } from '../lift/index.ts'
import { lengthOf } from '../lift/trace.ts'
import type { Layout } from './layout.ts'
import type { Room } from './room.ts'
import type { Shape } from './schedule.ts'
import type { Vectors } from './vectors.ts'
import type { FunctionBuilder, Variable } from './wasm/function.ts'
import { i32, type Node, op } from './wasm/node.ts'

/** An input of several numbers, of which several examples lie side by side. */
interface Turned {
  /** Numbers of a row. */
  readonly width: number
  readonly from: number
  readonly to: number
}

export class Packing {
  readonly #shape: Shape
  readonly #bytes: number
  readonly #turned = new Map<Input, Turned>()

  constructor(room: Room, layout: Layout, inputs: readonly Input[], shape: Shape) {
    this.#shape = shape
    this.#bytes = room.store.bytes
    for (const input of inputs) {
      const width = lengthOf(input.kind)
      if (width === 1 || shape.examples === 1) continue
      // The last row is read as if it had whole vectors.
      const from = room.allocate((width * shape.examples + shape.width) * this.#bytes)
      this.#turned.set(input, { width, from, to: layout.placeOf(input) })
    }
  }

  /** Where the rows of an input are put; undefined where they lie as they come. */
  rowsOf(input: Input): number | undefined {
    return this.#turned.get(input)?.from
  }

  /** Writes the turning of all rows into `f`. */
  emit(f: FunctionBuilder, v: Vectors): void {
    for (const turned of this.#turned.values()) f.scope(() => this.#turn(f, v, turned))
  }

  #turn(f: FunctionBuilder, v: Vectors, { width, from, to }: Turned): void {
    const [side, bytes] = [this.#shape.width, this.#bytes]
    const column = f.local('i32')
    const place = f.local('i32')
    f.set(column, i32(from))
    f.set(place, i32(to))
    const band = (places: number): void => {
      const row = f.local('i32')
      f.set(row, column.get())
      f.repeat(this.#shape.examples / side, () => {
        this.#square(f, v, row.get(), place.get(), width, places)
        advance(f, row, side * width * bytes)
        advance(f, place, side * bytes)
      })
    }
    const whole = Math.floor(width / side)
    if (whole > 0)
      f.repeat(whole, () => {
        band(side)
        advance(f, column, side * bytes)
        advance(f, place, (side - 1) * this.#shape.examples * bytes)
      })
    if (width % side > 0) band(width % side)
  }

  /** As many rows as a vector has lanes, from one address on; the first of their places to another. */
  #square(
    f: FunctionBuilder,
    v: Vectors,
    row: Node,
    place: Node,
    width: number,
    places: number,
  ): void {
    const bytes = this.#bytes
    const rows = Array.from({ length: this.#shape.width }, (_, k) =>
      f.let(op('v128.load', row, { offset: k * width * bytes })),
    )
    v.transposed(rows)
      .slice(0, places)
      .forEach((x, k) => {
        f.store('v128.store', place, x, { offset: k * this.#shape.examples * bytes })
      })
  }
}

function advance(f: FunctionBuilder, address: Variable, bytes: number): void {
  f.set(address, op('i32.add', address.get(), i32(bytes)))
}

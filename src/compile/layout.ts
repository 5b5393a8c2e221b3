/** Where the buffers of a program are in memory, for one number of examples side by side. */
import type { Access, Buffer, LoopProgram, Nest } from '../lift/index.ts'
import { accessesOf, type Shape } from './schedule.ts'
import type { Store } from './store.ts'

export class Layout {
  /** Bytes of a number. */
  readonly bytes: number
  readonly #shape: Shape
  readonly #store: Store
  readonly #addresses = new Map<Buffer, number>()
  readonly #tables = new Map<Int32Array, number>()

  constructor(store: Store, program: LoopProgram, nests: readonly Nest[], shape: Shape) {
    this.bytes = store.bytes
    this.#shape = shape
    this.#store = store
    this.#addresses.set(program.parameters, store.data)
    if (program.gradient) this.#addresses.set(program.gradient, store.grad)
    const { inputs, inputGradients, seed, total, outputs, leaves } = program
    const used = nests.flatMap(accessesOf)
    for (const buffer of [
      ...[...inputs, ...inputGradients, seed, total],
      ...[...outputs, ...leaves].map(({ buffer }) => buffer),
      ...used.map(({ buffer }) => buffer),
    ])
      this.#place(buffer)
    const tables = used.filter(({ table }) => table !== undefined)
    for (const access of tables) this.#tables.set(access.table!, 4 * access.table!.length)
    for (const [table, size] of this.#tables) this.#tables.set(table, store.allocate(size))
    this.#fill(tables)
  }

  /** Where a buffer begins. */
  addressOf(buffer: Buffer): number {
    return this.#addresses.get(buffer)!
  }

  /** Where the addresses of an access through a table are listed, one 32-bit number each. */
  tableOf(access: Access): number {
    return this.#tables.get(access.table!)!
  }

  /** Numbers from one member of a buffer to the next. */
  apart(buffer: Buffer): number {
    return buffer.varying ? this.#shape.examples : 1
  }

  #place(buffer: Buffer): void {
    if (this.#addresses.has(buffer)) return
    const size = buffer.size * this.apart(buffer) * this.bytes
    this.#addresses.set(buffer, this.#store.allocate(size))
  }

  #fill(tables: readonly Access[]): void {
    for (const buffer of this.#addresses.keys())
      if (buffer.purpose === 'table')
        this.#store.numbers(this.addressOf(buffer), buffer.size).set(buffer.numbers)
    const memory = new DataView(this.#store.memory.buffer)
    for (const access of tables) {
      const { buffer, table } = access
      const step = this.apart(buffer) * this.bytes
      table!.forEach((place, turn) => {
        memory.setInt32(this.tableOf(access) + 4 * turn, this.addressOf(buffer) + place * step, true)
      })
    }
  }
}

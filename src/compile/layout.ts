/**
 * Where the buffers of a program are in memory. What is the same for all examples has one place for
 * all kernels of a program; the rest is laid out by the number of examples side by side.
 */
import type { Access, Buffer, Located, LoopProgram } from '../lift/index.ts'
import type { Shape } from './schedule.ts'
import type { Room } from './room.ts'
import type { Update } from './update.ts'

/** The places of what is the same for all examples. */
export type Places = ReadonlyMap<Buffer, number>

/** Finds a place for every uniform buffer of a program, and fills in its constants. */
export function uniformPlaces(room: Room, program: LoopProgram, update?: Update): Places {
  const { store } = room
  const { parameters, gradient } = program
  const places = new Map([[parameters, store.data]])
  if (gradient) places.set(gradient, store.grad)
  for (const buffer of buffersOf(program, update)) {
    if (buffer.varying || places.has(buffer)) continue
    places.set(buffer, room.allocate(buffer.size * store.bytes))
  }
  for (const [{ purpose, size, numbers }, address] of places)
    if (purpose === 'table') store.numbers(address, size).set(numbers)
  return places
}

/** Every access of the nests: of each its target, then what it reads. */
function accessesOf({ before, each, after }: LoopProgram, update: Update | undefined): Access[] {
  const found: Access[] = []
  for (const nests of [before, each, after, update?.nests ?? []])
    for (const { target, reads } of nests) found.push(target, ...reads)
  return found
}

/** All that has a place in memory, each once. */
function buffersOf(program: LoopProgram, update: Update | undefined): Set<Buffer> {
  const { inputs, inputGradients, seed, total, outputs, leaves } = program
  const found = new Set([seed, total])
  const filled = [...inputs, ...inputGradients, ...outputs, ...leaves]
  for (const { buffer } of filled) found.add(buffer)
  for (const { buffer } of accessesOf(program, update)) found.add(buffer)
  for (const slot of update?.slots ?? []) found.add(slot)
  for (const { buffer } of update?.settings ?? []) found.add(buffer)
  return found
}

export class Layout {
  /** Bytes of a number. */
  readonly bytes: number
  readonly #shape: Shape
  readonly #places: Map<Buffer, number>
  /** By buffer and list of positions: where the addresses are listed. */
  readonly #tables = new Map<Buffer, Map<Int32Array, number>>()

  constructor(room: Room, program: LoopProgram, uniform: Places, shape: Shape, update?: Update) {
    this.bytes = room.store.bytes
    this.#shape = shape
    this.#places = new Map(uniform)
    for (const buffer of buffersOf(program, update)) {
      if (this.#places.has(buffer)) continue
      this.#places.set(buffer, room.allocate(buffer.size * shape.examples * this.bytes))
    }
    for (const access of accessesOf(program, update)) {
      const { buffer, table } = access
      if (table === undefined) continue
      const known = this.#tables.get(buffer) ?? new Map<Int32Array, number>()
      this.#tables.set(buffer, known)
      if (known.has(table)) continue
      known.set(table, room.allocate(4 * table.length))
      this.#list(room, access)
    }
  }

  /** Where a buffer begins. */
  addressOf(buffer: Buffer): number {
    return this.#places.get(buffer)!
  }

  /** Where an access begins; through a table, where its list of addresses does, 32-bit numbers. */
  originOf(access: Access): number {
    const { buffer, table, start } = access
    if (table !== undefined) return this.#tables.get(buffer)!.get(table)! + start * 4
    return this.addressOf(buffer) + start * this.apart(buffer) * this.bytes
  }

  /** Where a number is, that of the first example if it varies. */
  placeOf({ buffer, at }: Located): number {
    return this.addressOf(buffer) + at * this.apart(buffer) * this.bytes
  }

  /** Numbers from one member of a buffer to the next. */
  apart(buffer: Buffer): number {
    return buffer.varying ? this.#shape.examples : 1
  }

  #list({ store }: Room, { buffer, table }: Access): void {
    const start = this.addressOf(buffer)
    const step = this.apart(buffer) * this.bytes
    const list = this.#tables.get(buffer)!.get(table!)!
    store.integers(list, table!.length).set(table!.map((place) => start + place * step))
  }
}

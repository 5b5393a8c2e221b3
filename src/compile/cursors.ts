/**
 * Where accesses have come to while the loops of a nest turn: a register for all that move alike,
 * and distances from it that are known when the code is made.
 */
import type { Access } from '../lift/index.ts'
import { type Axis, axesOf, type Schedule } from './schedule.ts'
import type { Vectors } from './vectors.ts'
import type { FunctionBuilder } from './wasm/function.ts'
import { type Node, op } from './wasm/node.ts'

/** A place of the tile: how many turns beyond its cursor each axis is. */
export type Place = ReadonlyMap<Axis, number>

/** Where an access begins: so many bytes from 0, or from an address in a register. */
export type Origin = readonly [register: Node | undefined, bytes: number]

/** Where accesses have come to, and how much more than that the register says. */
interface Cursor {
  readonly at: Node
  readonly ahead: number
}

export class Cursors {
  readonly #f: FunctionBuilder
  readonly #v: Vectors
  readonly #originOf: (access: Access) => Origin
  readonly #schedule: Schedule
  readonly #axes: readonly Axis[]
  /** By the distances that an access moves on each axis. */
  #all: ReadonlyMap<string, Cursor> = new Map()

  constructor(
    f: FunctionBuilder,
    v: Vectors,
    schedule: Schedule,
    originOf: (access: Access) => Origin,
  ) {
    this.#f = f
    this.#v = v
    this.#originOf = originOf
    this.#schedule = schedule
    this.#axes = axesOf(schedule)
  }

  /** A loop at whose every turn the cursors that `axis` moves go `turns` of its turns further. */
  loop(axis: Axis, count: number, turns: number, body: () => void): void {
    const outer = this.#all
    const k = this.#axes.indexOf(axis)
    const moving = [...this.#movements()].filter(([, distances]) => distances[k] !== 0)
    const cursors = moving.map(([key, distances]) => {
      const distance = distances[k]! * turns
      const { at: before, ahead } = outer.get(key) ?? { at: this.#v.address(0), ahead: 0 }
      // An address must not be negative: a cursor that moves down starts as far up.
      const more = Math.max(0, -distance * (count - 1))
      const at = this.#f.local('i32')
      this.#f.set(at, more > 0 ? op('i32.add', before, this.#v.address(more)) : before)
      return { key, at, distance, ahead: ahead + more }
    })
    this.#all = new Map([
      ...outer,
      ...cursors.map(({ key, at, ahead }) => [key, { at: at.get(), ahead }] as const),
    ])
    this.#f.repeat(count, () => {
      body()
      for (const { at, distance } of cursors)
        this.#f.set(at, op('i32.add', at.get(), this.#v.address(distance)))
    })
    this.#all = outer
  }

  /** Where an access is: an address in a register, and how far from it. */
  address(access: Access, place: Place): readonly [Node, number] {
    const [cursor, offset] = this.#from(this.#direct(access), place)
    const [register, bytes] = this.#originOf(access)
    if (access.table === undefined) return this.#sum([register, cursor], bytes + offset)
    const [entry, beyond] = this.#from(this.#listed(access), place)
    const [at, further] = this.#sum([register, entry], bytes + beyond)
    return this.#sum([op('i32.load', at, { offset: further }), cursor], offset)
  }

  /** An address, and how far from it: never a negative distance. */
  #sum(addresses: readonly (Node | undefined)[], bytes: number): readonly [Node, number] {
    const parts = addresses.filter((x) => x !== undefined)
    if (bytes < 0 || parts.length === 0) parts.push(this.#v.address(Math.min(bytes, 0)))
    return [parts.reduce((a, b) => op('i32.add', a, b)), Math.max(bytes, 0)]
  }

  /** The different ways in which accesses move, in bytes along each axis. */
  #movements(): Map<string, readonly number[]> {
    const { accesses } = this.#schedule
    const all = accesses.flatMap((access) => [this.#direct(access), this.#listed(access)])
    return new Map(all.map((distances) => [distances.join(), distances]))
  }

  #direct(access: Access): number[] {
    const i = this.#schedule.accesses.indexOf(access)
    return this.#axes.map(({ strides }) => strides[i]! * this.#v.bytes)
  }

  /** The same in the list of addresses that an access goes through. */
  #listed(access: Access): number[] {
    const i = this.#schedule.accesses.indexOf(access)
    return this.#axes.map(({ entries }) => entries[i]! * 4)
  }

  /** The cursor that moves by these distances, if any loop moves it, and how far from it a place is. */
  #from(distances: readonly number[], place: Place): readonly [Node | undefined, number] {
    const cursor = this.#all.get(distances.join())
    return [cursor?.at, this.#distance(distances, place) - (cursor?.ahead ?? 0)]
  }

  #distance(distances: readonly number[], place: Place): number {
    return this.#axes.reduce((sum, axis, k) => sum + distances[k]! * (place.get(axis) ?? 0), 0)
  }
}

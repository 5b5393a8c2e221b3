/**
 * Where accesses have come to while the loops of a nest turn: a register for all that move alike,
 * and distances from it that are known when the code is made.
 */
import type { Access } from '../lift/index.ts'
import type { Axis, Schedule } from './schedule.ts'
import type { FunctionBuilder, Variable } from './wasm/function.ts'
import { i32, type Node, op } from './wasm/node.ts'

/** A place of the tile: how many turns beyond its cursor each axis is, as far as loops turn by now. */
export type Place = readonly number[]

/** Where an access begins: so many bytes from 0, or from an address in a register. */
export interface Origin {
  readonly register?: Node
  readonly bytes: number
}

/** An address in a register, and how many bytes beyond it. */
export interface Address {
  readonly base: Node
  readonly offset: number
}

/** Where accesses have come to, and how much more than that the register says. */
interface Cursor {
  readonly at: Node
  readonly ahead: number
}

/** Bytes along each axis, and the same as a text. */
interface Way {
  readonly distances: readonly number[]
  readonly key: string
}

/** Where an access begins, and how it moves itself, and in the list of addresses that it goes through. */
interface Course {
  readonly origin: Origin
  readonly direct: Way
  readonly listed: Way
}

export class Cursors {
  readonly #f: FunctionBuilder
  readonly #axes: readonly Axis[]
  readonly #courses = new Map<Access, Course>()
  /** Ways of all accesses, each once. */
  readonly #different = new Map<string, Way>()
  /** By the way it moves. */
  #all: ReadonlyMap<string, Cursor> = new Map()

  /** `bytes` of a number. */
  constructor(
    f: FunctionBuilder,
    bytes: number,
    schedule: Schedule,
    originOf: (access: Access) => Origin,
  ) {
    this.#f = f
    this.#axes = schedule.axes
    schedule.accesses.forEach((access, i) => {
      const direct: number[] = []
      const listed: number[] = []
      for (const { strides, entries } of this.#axes) {
        direct.push(strides[i]! * bytes)
        listed.push(entries[i]! * 4)
      }
      this.#courses.set(access, {
        origin: originOf(access),
        direct: this.#way(direct),
        listed: this.#way(listed),
      })
    })
  }

  #way(distances: readonly number[]): Way {
    const key = distances.join()
    const way = this.#different.get(key) ?? { distances, key }
    this.#different.set(key, way)
    return way
  }

  /** A loop at whose every turn the cursors that `axis` moves go `turns` of its turns further. */
  loop(axis: Axis, count: number, turns: number, body: () => void): void {
    const outer = this.#all
    const all = new Map(outer)
    const moving: { at: Variable; distance: number }[] = []
    const k = this.#axes.indexOf(axis)
    for (const { key, distances } of this.#different.values()) {
      const distance = distances[k]! * turns
      if (distance === 0) continue
      const { at: before, ahead } = outer.get(key) ?? { at: i32(0), ahead: 0 }
      // An address must not be negative: a cursor that moves down starts as far up.
      const more = Math.max(0, -distance * (count - 1))
      const at = this.#f.local('i32')
      this.#f.set(at, more > 0 ? op('i32.add', before, i32(more)) : before)
      all.set(key, { at: at.get(), ahead: ahead + more })
      moving.push({ at, distance })
    }
    this.#all = all
    this.#f.repeat(count, () => {
      body()
      for (const { at, distance } of moving) this.#f.set(at, op('i32.add', at.get(), i32(distance)))
    })
    this.#all = outer
  }

  /** Where an access is: an address in a register, and how far from it. */
  address(access: Access, place: Place): Address {
    const { origin, direct, listed } = this.#courses.get(access)!
    const { register, bytes } = origin
    if (access.table === undefined) return this.#moved(direct, place, register, bytes)
    const { base, offset } = this.#moved(listed, place, register, bytes)
    return this.#moved(direct, place, op('i32.load', base, { offset }), 0)
  }

  /** An address, and `bytes`, further as the cursor says that moves this way, if any loop moves it. */
  #moved({ key, distances }: Way, place: Place, from: Node | undefined, bytes: number): Address {
    const cursor = this.#all.get(key)
    let offset = bytes - (cursor?.ahead ?? 0)
    for (let k = 0; k < place.length; k++) offset += distances[k]! * place[k]!
    const base = from && cursor ? op('i32.add', from, cursor.at) : (from ?? cursor?.at)
    // What is added in an instruction is never negative.
    if (base === undefined) return { base: i32(Math.min(offset, 0)), offset: Math.max(offset, 0) }
    return offset < 0 ? { base: op('i32.add', base, i32(offset)), offset: 0 } : { base, offset }
  }
}

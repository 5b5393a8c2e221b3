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

/** Bytes along each axis, and the same as a text. */
interface Way {
  readonly distances: readonly number[]
  readonly key: string
}

const wayOf = (distances: readonly number[]): Way => ({ distances, key: distances.join() })

export class Cursors {
  readonly #f: FunctionBuilder
  readonly #v: Vectors
  readonly #originOf: (access: Access) => Origin
  readonly #axes: readonly Axis[]
  /** By the distances that an access moves on each axis. */
  #all: ReadonlyMap<string, Cursor> = new Map()
  /** How each access moves itself, and in the list of addresses that it goes through. */
  readonly #ways: ReadonlyMap<Access, { readonly direct: Way; readonly listed: Way }>

  constructor(
    f: FunctionBuilder,
    v: Vectors,
    schedule: Schedule,
    originOf: (access: Access) => Origin,
  ) {
    this.#f = f
    this.#v = v
    this.#originOf = originOf
    this.#axes = axesOf(schedule)
    const { accesses } = schedule
    this.#ways = new Map(
      accesses.map((access, i) => {
        const direct = wayOf(this.#axes.map(({ strides }) => strides[i]! * v.bytes))
        const listed = wayOf(this.#axes.map(({ entries }) => entries[i]! * 4))
        return [access, { direct, listed }]
      }),
    )
  }

  /** A loop at whose every turn the cursors that `axis` moves go `turns` of its turns further. */
  loop(axis: Axis, count: number, turns: number, body: () => void): void {
    const outer = this.#all
    const k = this.#axes.indexOf(axis)
    const moving = this.#different().filter(({ distances }) => distances[k] !== 0)
    const cursors = moving.map(({ key, distances }) => {
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
    const { direct, listed } = this.#ways.get(access)!
    const [cursor, offset] = this.#from(direct, place)
    const [register, bytes] = this.#originOf(access)
    if (access.table === undefined) return this.#sum(register, cursor, bytes + offset)
    const [entry, beyond] = this.#from(listed, place)
    const [at, further] = this.#sum(register, entry, bytes + beyond)
    return this.#sum(op('i32.load', at, { offset: further }), cursor, offset)
  }

  /** An address, and how far from it: never a negative distance. */
  #sum(a: Node | undefined, b: Node | undefined, bytes: number): readonly [Node, number] {
    const sum = a && b ? op('i32.add', a, b) : (a ?? b)
    if (sum === undefined) return [this.#v.address(Math.min(bytes, 0)), Math.max(bytes, 0)]
    return bytes < 0 ? [op('i32.add', sum, this.#v.address(bytes)), 0] : [sum, bytes]
  }

  /** The different ways in which accesses move. */
  #different(): Way[] {
    const all = [...this.#ways.values()].flatMap(({ direct, listed }) => [direct, listed])
    return [...new Map(all.map((way) => [way.key, way])).values()]
  }

  /** The cursor that moves this way, if any loop moves it, and how far from it a place is. */
  #from({ key, distances }: Way, place: Place): readonly [Node | undefined, number] {
    const cursor = this.#all.get(key)
    return [cursor?.at, this.#distance(distances, place) - (cursor?.ahead ?? 0)]
  }

  #distance(distances: readonly number[], place: Place): number {
    let sum = 0
    for (let k = 0; k < distances.length; k++)
      sum += distances[k]! * (place.get(this.#axes[k]!) ?? 0)
    return sum
  }
}

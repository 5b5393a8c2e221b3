/**
 * The code of one nest. Tiles of results are held in registers while the turns that feed them go
 * by; every access is a cursor that moves with the loops, and a distance from it that is known here.
 */
import { type Access, type Expression, type Nest, totalAccess } from '../lift/index.ts'
import { Cursors, type Origin, type Place } from './cursors.ts'
import { piecesOf } from './pieces.ts'
import type { Axis, Schedule } from './schedule.ts'
import { Traits } from './traits.ts'
import type { Filled, Vectors } from './vectors.ts'
import type { FunctionBuilder, Variable } from './wasm/function.ts'
import { type Node, op } from './wasm/node.ts'

type Formula = Expression<Access>

/** Places that are computed together, and what is known of them: in a stretch of code without a loop. */
interface Stretch {
  readonly tile: readonly Place[]
  /** Whether places of the tile share an expression. */
  readonly sharing: Map<Formula, boolean>
  /** What is computed already, by where it is on the axes that move it. */
  readonly known: Map<Formula, Map<string, Node>>
  /** The stretch that this one is in a loop of. */
  readonly outer: Stretch | undefined
}

/** What one place of the tile has come to. */
interface Held {
  readonly place: Place
  readonly total: Variable
}

/** Writes the loops of `nest` into `f`; `originOf` tells where the numbers that it reads and writes begin. */
export function emitNest(
  f: FunctionBuilder,
  v: Vectors,
  nest: Nest,
  schedule: Schedule,
  originOf: (access: Access) => Origin,
): void {
  new NestCode(f, v, nest, schedule, new Cursors(f, v.bytes, schedule, originOf)).emit()
}

class NestCode {
  readonly #f: FunctionBuilder
  readonly #v: Vectors
  readonly #nest: Nest
  readonly #schedule: Schedule
  readonly #cursors: Cursors
  readonly #traits: Traits
  /** The axis whose turns fill the lanes of vectors. */
  readonly #vector: Axis | undefined
  /** Its turns go into one place: lanes are summed at the end. */
  readonly #across: boolean
  /** Which lanes hold turns of it. */
  #lanes: Filled = 'first'
  /** The one whose code is being written. */
  #stretch: Stretch | undefined
  /** What a fold reads as its total. */
  #total: Variable | undefined

  constructor(f: FunctionBuilder, v: Vectors, nest: Nest, schedule: Schedule, cursors: Cursors) {
    this.#f = f
    this.#v = v
    this.#traits = new Traits(schedule)
    this.#cursors = cursors
    this.#nest = nest
    this.#schedule = schedule
    this.#vector = schedule.axes.find(({ lanes }) => lanes > 1)
    this.#across = this.#vector?.reduces === true
  }

  emit(): void {
    this.#walk(this.#schedule.places, [[]], () => this.#compute())
  }

  /** Turns the loops of `axes` around `body`, with all places of the tile at once. */
  #walk(axes: readonly Axis[], tile: readonly Place[], body: () => void): void {
    const [axis] = axes
    if (axis === undefined) {
      const outer = this.#stretch
      this.#stretch = { tile, sharing: new Map(), known: new Map(), outer }
      body()
      this.#stretch = outer
      return
    }
    const inner = axes.slice(1)
    const before = this.#lanes
    for (const { start, count, unrolled, lanes } of piecesOf(axis)) {
      if (axis.lanes > 1) this.#lanes = lanes
      const step = lanes === 'first' ? 1 : axis.lanes
      const wider: Place[] = []
      for (const place of tile)
        for (let k = 0; k < unrolled; k++) wider.push([...place, start + k * step])
      const turn = (): void => this.#walk(inner, wider, body)
      if (count === 1) turn()
      else this.#cursors.loop(axis, count, unrolled * step, turn)
    }
    this.#lanes = before
  }

  #compute(): void {
    const { turns } = this.#schedule
    const { tile } = this.#stretch!
    if (turns.length === 0) {
      for (const place of tile) this.#write(place, this.#value(this.#nest.step, place))
      return
    }
    const lanes = this.#lanes
    for (const place of tile) this.#settle(this.#nest.step, place)
    const held = tile.map((place) => this.#hold(place))
    this.#walk(turns, tile, () => {
      // The tile is now that of the turns, grouped by place.
      const places = this.#stretch!.tile
      const steps = places.length / held.length
      places.forEach((place, i) => this.#turn(held[Math.floor(i / steps)]!.total, place))
    })
    this.#lanes = lanes
    if (this.#across) this.#writeSums(held)
    else for (const { place, total } of held) this.#store(place, total.get())
  }

  /** Computes before the turns what no turn changes. */
  #settle(x: Formula, place: Place): void {
    const { isConstant, folds, movers } = this.#traits.of(x)
    if (isConstant) return
    const changes = folds || movers.some((axis) => axis >= place.length)
    if (!changes) this.#value(x, place, true)
    else if (x.kind === 'apply') for (const arg of x.args) this.#settle(arg, place)
  }

  /** A register with what a place starts from; of sums across lanes, that is added last. */
  #hold(place: Place): Held {
    const { start, adds } = this.#nest
    const total = this.#f.local('v128')
    if (this.#across) this.#f.set(total, this.#v.zero)
    else {
      const from = start === undefined ? this.#v.zero : this.#value(start, place)
      this.#f.set(total, adds ? this.#v.add(from, this.#load(this.#nest.target, place)) : from)
    }
    return { place, total }
  }

  #turn(total: Variable, place: Place): void {
    this.#total = total
    const value = this.#value(this.#nest.step, place)
    const next =
      this.#nest.manner === 'fold' ? value : this.#v.added(total.get(), this.#counted(value))
    this.#f.set(total, next)
  }

  /** A summand, 0 in the lanes that hold no turn. */
  #counted(value: Node): Node {
    return this.#across ? this.#v.masked(value, this.#lanes) : value
  }

  /** Sums across lanes; of neighbours in memory, as many together as there are lanes. */
  #writeSums(held: readonly Held[]): void {
    const { width } = this.#v
    const last = this.#schedule.places.at(-1)
    const side = new Set(held.map(({ place }) => place.at(-1))).size
    const together = last?.strides[0] === 1 && side % width === 0
    if (!together || this.#nest.start !== undefined) {
      this.#lanes = 'first'
      for (const { place, total } of held) {
        const sum = this.#v.sumLanes(total.get())
        const { start } = this.#nest
        this.#write(place, start ? this.#v.add(sum, this.#value(start, place)) : sum)
      }
      return
    }
    this.#lanes = 'all'
    for (let i = 0; i < held.length; i += width) {
      const totals = held.slice(i, i + width).map(({ total }) => total.get())
      this.#write(held[i]!.place, this.#v.sumEach(totals), last)
    }
  }

  /** Puts a result where it belongs, or adds it to what is there. */
  #write(place: Place, value: Node, along?: Axis): void {
    const { adds, target } = this.#nest
    this.#store(place, adds ? this.#v.add(value, this.#load(target, place, along)) : value, along)
  }

  #store(place: Place, value: Node, along = this.#vector): void {
    const { target } = this.#nest
    const whole = this.#lanes !== 'first' && this.#stride(target, along) === 1
    const { base, offset } = this.#cursors.address(target, place)
    if (whole) this.#f.store('v128.store', base, value, { offset })
    else this.#v.storeFirst(base, value, offset)
  }

  /** The number of `x` at a place, as far as possible computed once for all places that share it. */
  #value(x: Formula, place: Place, keep = false): Node {
    if (x.kind === 'literal') return this.#v.constant(x.value)
    if (x.kind === 'read' && x.read === totalAccess) return this.#total!.get()
    const { folds, movers } = this.#traits.of(x)
    const key = keyOf(movers, place)
    for (let stretch = this.#stretch; stretch !== undefined; stretch = stretch.outer) {
      const found = stretch.known.get(x)?.get(key)
      if (found !== undefined) return found
    }
    const node = x.kind === 'read' ? this.#load(x.read, place) : this.#applied(x, place)
    const shared = keep || (!folds && this.#isShared(x, movers))
    const result = shared ? this.#f.let(node) : node
    if (!folds) {
      const { known } = this.#stretch!
      if (!known.has(x)) known.set(x, new Map())
      known.get(x)!.set(key, result)
    }
    return result
  }

  /** Whether places of the tile differ in more than what moves an expression. */
  #isShared(x: Formula, movers: readonly number[]): boolean {
    const { tile, sharing } = this.#stretch!
    if (tile.length === 1) return false
    const known = sharing.get(x)
    if (known !== undefined) return known
    const fresh = new Set(tile.map((place) => keyOf(movers, place))).size < tile.length
    sharing.set(x, fresh)
    return fresh
  }

  #applied(x: Extract<Formula, { kind: 'apply' }>, place: Place): Node {
    return this.#v.apply(
      x.op,
      x.args.map((arg) => this.#value(arg, place)),
    )
  }

  #stride(access: Access, along: Axis | undefined): number {
    return along?.strides[this.#schedule.accesses.indexOf(access)] ?? 0
  }

  #load(access: Access, place: Place, along = this.#vector): Node {
    const { base, offset } = this.#cursors.address(access, place)
    const whole = this.#lanes !== 'first' && this.#stride(access, along) === 1
    return whole ? op('v128.load', base, { offset }) : this.#v.splat(base, offset)
  }
}

/** Where a place is on some axes, as a text; that of an axis that no loop turns yet is not in it. */
function keyOf(axes: readonly number[], place: Place): string {
  let key = ''
  for (let i = 0; i < axes.length; i++) if (axes[i]! < place.length) key += `${place[axes[i]!]},`
  return key
}

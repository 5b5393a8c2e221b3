/**
 * Nests that differ only in where their numbers lie have one form, and a form is one function. A list in
 * memory names the form of each nest and the places it works on, so that the code of a long chain of small
 * groups (a recurrence, an integrator, random wiring) grows with the kinds of nests, not with their number.
 */
import { type Access, type Expression, type Nest, totalAccess } from '../lift/index.ts'
import type { Row } from '../ops.ts'
import { emitNest } from './code.ts'
import type { Layout } from './layout.ts'
import type { Room } from './room.ts'
import { type Schedule, scheduleOf, type Shape } from './schedule.ts'
import type { Vectors } from './vectors.ts'
import { FunctionBuilder } from './wasm/function.ts'
import { i32, type Node, op } from './wasm/node.ts'

/** What a form is written with; it is given the same as the function that calls it. */
type VectorsIn = (f: FunctionBuilder) => Vectors

export class Forms {
  /** One function for each form, by its number. */
  readonly functions: FunctionBuilder[] = []
  readonly #room: Room
  readonly #layout: Layout
  readonly #shape: Shape
  readonly #vectorsIn: VectorsIn
  readonly #byKey = new Map<string, number>()
  readonly #keys = new Keys()

  constructor(room: Room, layout: Layout, shape: Shape, vectorsIn: VectorsIn) {
    this.#room = room
    this.#layout = layout
    this.#shape = shape
    this.#vectorsIn = vectorsIn
  }

  /** Makes `f` do the work of `nests`, one row of a list after the other. */
  emit(f: FunctionBuilder, nests: readonly Nest[]): void {
    const rows = nests.flatMap((nest) => this.#row(nest))
    const start = this.#room.allocate(rows.length * 4)
    this.#room.store.integers(start, rows.length).set(rows)
    const row = f.local('i32')
    f.set(row, i32(start))
    f.repeat(nests.length, () => {
      const form = op('i32.load', row.get())
      const operands = [f.parameter(0), row.get(), form]
      f.set(row, { kind: 'call by number', type: 'i32', operands })
    })
  }

  /** The number of the form, and where each access of the nest begins. */
  #row(nest: Nest): number[] {
    const schedule = scheduleOf(nest, this.#shape)
    const key = this.#keys.of(nest, schedule)
    const form = this.#byKey.get(key) ?? this.functions.push(this.#write(nest, schedule)) - 1
    this.#byKey.set(key, form)
    return [form, ...schedule.accesses.map((access) => this.#layout.originOf(access))]
  }

  /** A function of the examples in the last vector, and of a row; it gives where the next row is. */
  #write(nest: Nest, schedule: Schedule): FunctionBuilder {
    const { accesses } = schedule
    const f = new FunctionBuilder(`form ${this.functions.length}`, ['i32', 'i32'], 'i32')
    const row = f.parameter(1)
    const entry = (i: number): Node => f.let(op('i32.load', row, { offset: 4 * (i + 1) }))
    const origins = new Map(accesses.map((access, i) => [access, { register: entry(i), bytes: 0 }]))
    emitNest(f, this.#vectorsIn(f), nest, schedule, (access) => origins.get(access)!)
    f.give(op('i32.add', row, i32(4 * (accesses.length + 1))))
    return f
  }
}

/** Texts that nests of one form have in common. */
class Keys {
  readonly #rows = new Map<Row, number>()

  of({ manner, adds, scatters, start, step, target }: Nest, schedule: Schedule): string {
    const { accesses, places, turns } = schedule
    const listed = accesses.map(({ table }) => table !== undefined)
    const numbers = new Map<Expression<Access>, number>()
    const parts: string[] = []
    const number = (x: Expression<Access>): number => {
      const known = numbers.get(x)
      if (known !== undefined) return known
      parts.push(x.kind === 'apply' ? this.#applied(x.op, x.args.map(number)) : leaf(x))
      numbers.set(x, parts.length - 1)
      return parts.length - 1
    }
    const leaf = (x: Exclude<Expression<Access>, { kind: 'apply' }>): string => {
      if (x.kind === 'literal') return Object.is(x.value, -0) ? '-0' : `${x.value}`
      return x.read === totalAccess ? 'total' : `#${accesses.indexOf(x.read)}`
    }
    const roots = [start === undefined ? -1 : number(start), number(step)]
    return JSON.stringify([
      manner,
      adds,
      scatters,
      target.buffer.varying,
      listed,
      places,
      turns,
      parts,
      roots,
    ])
  }

  #applied(row: Row, args: readonly number[]): string {
    const name = this.#rows.get(row) ?? this.#rows.size
    this.#rows.set(row, name)
    return `${name}(${args.join()})`
  }
}

/** Arithmetic on vectors of one precision, as code in a function. */
import { isOfTable } from '../lift/lowering.ts'
import { type Algebra, type Num, ops, type Row } from '../ops.ts'
import { type Lane, Lanes } from './math/lanes.ts'
import { type Routine, routines } from './math/routines.ts'
import type { Precision } from './store.ts'
import { FunctionBuilder } from './wasm/function.ts'
import { encodeModule } from './wasm/module.ts'
import { type Node, op } from './wasm/node.ts'
import { isKnown } from './webassembly.ts'

/** The lanes in which a vector holds turns of a loop: all, the first alone, or those of real examples. */
export type Filled = 'all' | 'first' | 'examples'

export class Vectors {
  readonly lanes: Lanes
  readonly width: number
  readonly bytes: number
  readonly zero: Node
  readonly #f: FunctionBuilder
  readonly #algebra: Algebra<Node>
  readonly #examples: Node | undefined
  readonly #relaxed: boolean

  /**
   * `examples`: all bits of the lanes that hold examples, in the last vector of a batch. `relaxed`: a product
   * may be added without being rounded first.
   */
  constructor(f: FunctionBuilder, precision: Precision, examples?: Node, relaxed = false) {
    this.lanes = new Lanes(precision)
    this.width = this.lanes.width
    this.bytes = this.lanes.bytes
    this.zero = this.lanes.all(0)
    this.#f = f
    this.#examples = examples
    this.#relaxed = relaxed
    this.#algebra = algebras[precision] ??= algebraOf(this.lanes)
  }

  constant(x: number): Node {
    return this.lanes.all(x)
  }

  add(a: Node, b: Node): Node {
    return this.lanes.add(a, b)
  }

  /** total + x; of a product, in one instruction where that may be. */
  added(total: Node, x: Node): Node {
    const product = x.kind === 'op' && x.name.endsWith('.mul')
    if (!this.#relaxed || !product) return this.add(total, x)
    const name = this.bytes === 8 ? 'f64x2.relaxed_madd' : 'f32x4.relaxed_madd'
    return op(name, ...x.operands, total)
  }

  /** The number at an address, in every lane. */
  splat(address: Node, offset: number): Node {
    return op(this.bytes === 8 ? 'v128.load64_splat' : 'v128.load32_splat', address, { offset })
  }

  storeFirst(address: Node, value: Node, offset: number): void {
    const name = this.bytes === 8 ? 'v128.store64_lane' : 'v128.store32_lane'
    this.#f.store(name, address, value, { offset, lane: 0 })
  }

  /** `value` in the lanes that count, 0 in the others. */
  masked(value: Node, filled: Filled): Node {
    if (filled === 'all' || (filled === 'examples' && this.#examples === undefined)) return value
    const first = Uint8Array.from({ length: 16 }, (_, i) => (i < this.bytes ? 255 : 0))
    return op(
      'v128.and',
      value,
      filled === 'examples' ? this.#examples! : op('v128.const', { bytes: first }),
    )
  }

  /** The sum over all lanes, in the first. */
  sumLanes(x: Node): Node {
    let sum = x
    for (let distance = 8; distance >= this.bytes; distance /= 2)
      sum = this.add(
        sum,
        shuffled(sum, sum, (i) => (i + distance) % 16),
      )
    return sum
  }

  /** The sum over all lanes of each of `width` vectors, in a lane for each. */
  sumEach(vectors: readonly Node[]): Node {
    let list = vectors
    for (let size = this.bytes; list.length > 1; size *= 2)
      list = pairs(list).map(([a, b]) =>
        this.add(shuffled(a, b, pieces(size, 0)), shuffled(a, b, pieces(size, 1))),
      )
    return list[0]!
  }

  /** As many vectors as there are lanes, rows and columns exchanged. */
  transposed(rows: readonly Node[]): readonly Node[] {
    let list = rows
    for (let size = this.bytes; size < 16; size *= 2) {
      const [first, second] = [list.slice(0, list.length / 2), list.slice(list.length / 2)]
      list = first.flatMap((a, i) =>
        [0, 8].map((start) => this.#f.let(shuffled(a, second[i]!, interleaved(this.bytes, start)))),
      )
    }
    return list
  }

  /** A row: by the basis or a routine, or as its lowering says. */
  apply(row: Row, args: readonly Node[]): Node {
    const basis = this.#algebra as unknown as Record<string, (...x: readonly Node[]) => Node>
    if (isOfTable(row) && Object.hasOwn(basis, row.name)) return basis[row.name]!(...args)
    if (row.arity === 'variadic') return this.#list(row as Row<'variadic'>, args)
    return (row as Row<1>).lower!(this.#algebra, ...(args as [Node]))
  }

  #list(row: Row<'variadic'>, args: readonly Node[]): Node {
    return row.lower!(this.#algebra, args)
  }
}

/** Whether the engine knows the instruction that adds a product without rounding it first. */
export function canRelax(): boolean {
  const f = new FunctionBuilder('f', ['v128'])
  const x = f.parameter(0)
  f.let(op('f64x2.relaxed_madd', x, x, x))
  return isKnown(encodeModule([f]))
}

const algebras: Partial<Record<Precision, Algebra<Node>>> = {}

/** The basis of the table in instructions, and calls of routines. */
function algebraOf(m: Lanes): Algebra<Node> {
  const one = (name: 'neg' | 'abs' | 'sqrt') => (a: Num<Node>) => m.one(name, a)
  const two =
    (name: 'add' | 'sub' | 'mul' | 'div' | 'max' | 'min') => (a: Num<Node>, b: Num<Node>) =>
      m.two(name, a, b)
  const compared = (name: 'gt' | 'lt' | 'ge' | 'le' | 'eq') => (a: Num<Node>, b: Num<Node>) =>
    op('v128.and', m.two(name, a, b), m.all(1))
  const called = Object.fromEntries(
    Object.keys(routines).map((name) => [
      name,
      // As many as the routine has: `map` and `reduce` of a list hand over more.
      ops[name as Routine].arity === 1
        ? (a: Lane) => m.call(name, m.all(a))
        : (a: Lane, b: Lane) => m.call(name, m.all(a), m.all(b)),
    ]),
  ) as Record<Routine, (...a: readonly Lane[]) => Node>
  return {
    ...called,
    add: two('add'),
    sub: two('sub'),
    mul: two('mul'),
    div: two('div'),
    max: two('max'),
    min: two('min'),
    gt: compared('gt'),
    lt: compared('lt'),
    ge: compared('ge'),
    le: compared('le'),
    eq: compared('eq'),
    neg: one('neg'),
    abs: one('abs'),
    sqrt: one('sqrt'),
    select: (condition, a, b) => m.pick(m.two('ne', condition, 0), a, b),
    pow: (a, b) => {
      const exponent = typeof b === 'number' ? b : m.constantIn(b)
      if (exponent === 1) return m.all(a)
      if (exponent === 2) return m.mul(m.all(a), m.all(a))
      if (exponent === 3) return m.mul(m.mul(m.all(a), m.all(a)), m.all(a))
      if (exponent === -1) return m.div(1, a)
      return called.pow(a, b)
    },
  }
}

function shuffled(a: Node, b: Node, from: (byte: number) => number): Node {
  return op('i8x16.shuffle', a, b, { bytes: Uint8Array.from({ length: 16 }, (_, i) => from(i)) })
}

/** Lanes of both operands in turn, from a byte on. */
function interleaved(bytes: number, start: number): (byte: number) => number {
  return (i) => {
    const lane = Math.floor(i / bytes)
    return (lane & 1) * 16 + start + (lane >> 1) * bytes + (i % bytes)
  }
}

/** Of every pair of pieces of `size` bytes, the first or the second, from both operands in turn. */
function pieces(size: number, which: 0 | 1): (byte: number) => number {
  return (i) => {
    const piece = Math.floor(i / size)
    const [pair, operand] = [piece >> 1, piece & 1]
    return operand * 16 + (pair * 2 + which) * size + (i % size)
  }
}

function pairs<T>(list: readonly T[]): [T, T][] {
  return Array.from({ length: list.length / 2 }, (_, k) => [list[2 * k]!, list[2 * k + 1]!])
}

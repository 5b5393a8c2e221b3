/** Arithmetic on vectors of one precision, as WebAssembly. */
import { type Algebra, type Num, numbers, type Row } from '../ops.ts'
import type { Precision } from './store.ts'
import type { FunctionBuilder } from './wasm/function.ts'
import { i32, type Node, op } from './wasm/node.ts'

/** The lanes in which a vector holds turns of a loop: all, the first alone, or those of real examples. */
export type Lanes = 'all' | 'first' | 'examples'

export class Vectors {
  readonly width: number
  readonly bytes: number
  readonly zero: Node
  readonly #f: FunctionBuilder
  readonly #precision: Precision
  readonly #algebra: Algebra<Node>
  readonly #constants = new Map<number, Node>()
  #examples: Node | undefined

  constructor(f: FunctionBuilder, precision: Precision) {
    this.#f = f
    this.#precision = precision
    this.width = precision === 'f64' ? 2 : 4
    this.bytes = precision === 'f64' ? 8 : 4
    this.zero = this.constant(0)
    this.#algebra = this.#basis()
  }

  address(x: number): Node {
    return i32(x)
  }

  constant(x: number): Node {
    const bytes = new Uint8Array(16)
    const view = this.#precision === 'f64' ? new Float64Array(bytes.buffer) : new Float32Array(bytes.buffer)
    return op('v128.const', { bytes: new Uint8Array(view.fill(x).buffer) })
  }

  splat(address: Node, offset: number): Node {
    return op(this.#precision === 'f64' ? 'v128.load64_splat' : 'v128.load32_splat', address, { offset })
  }

  storeFirst(f: FunctionBuilder, address: Node, value: Node, offset: number): void {
    f.store(this.#precision === 'f64' ? 'v128.store64_lane' : 'v128.store32_lane', address, value, { offset, lane: 0 })
  }

  add(a: Node, b: Node): Node {
    return this.#two('add', a, b)
  }

  #two(name: 'add' | 'sub' | 'mul' | 'div' | 'lt' | 'gt' | 'le' | 'ge' | 'eq' | 'ne' | 'min' | 'max', a: Node, b: Node): Node {
    return op(this.#precision === 'f64' ? `f64x2.${name}` : `f32x4.${name}`, a, b)
  }

  /** Lanes before this one hold examples, in the last vector of a batch. */
  set examples(mask: Node) {
    this.#examples = mask
  }

  /** `value` in the lanes that count, 0 in the others. */
  masked(value: Node, lanes: Lanes): Node {
    if (lanes === 'all') return value
    if (lanes === 'examples') return this.#examples ? op('v128.and', value, this.#examples) : value
    return op('v128.and', value, op('v128.const', { bytes: Uint8Array.from({ length: 16 }, (_, i) => (i < this.bytes ? 255 : 0)) }))
  }

  /** The sum over all lanes, in the first. */
  sumLanes(x: Node): Node {
    let sum = this.#f.let(x)
    for (let distance = 8; distance >= this.bytes; distance /= 2)
      sum = this.#f.let(this.add(sum, this.#shuffled(sum, sum, (i) => (i + distance) % 16)))
    return sum
  }

  /** The sum over all lanes of each of `width` vectors, in a lane for each. */
  sumEach(vectors: readonly Node[]): Node {
    let list = vectors
    for (let size = this.bytes; list.length > 1; size *= 2) {
      const next: Node[] = []
      for (let k = 0; k < list.length; k += 2) {
        const [a, b] = [this.#f.let(list[k]!), this.#f.let(list[k + 1]!)]
        next.push(this.add(this.#shuffled(a, b, halves(size, 0)), this.#shuffled(a, b, halves(size, 1))))
      }
      list = next
    }
    return list[0]!
  }

  #shuffled(a: Node, b: Node, from: (byte: number) => number): Node {
    return op('i8x16.shuffle', a, b, { bytes: Uint8Array.from({ length: 16 }, (_, i) => from(i)) })
  }

  /** A row of the table: by the basis, or as its lowering says. */
  apply(row: Row, args: readonly Node[]): Node {
    const given = args.map((x) => (x.kind === 'op' ? this.#f.let(x) : x))
    const basis = (this.#algebra as unknown as Record<string, (...x: Node[]) => Node>)[row.name]
    if (basis) return basis(...given)
    return (row as Row<1>).lower!(this.#algebra, ...(given as [Node]))
  }

  #basis(): Algebra<Node> {
    const lift = (x: Num<Node>): Node => (typeof x === 'number' ? this.constant(x) : this.#keep(x))
    const one = this.constant(1)
    const two = (name: Parameters<Vectors['add']> extends never ? never : 'add' | 'sub' | 'mul' | 'div') => (a: Num<Node>, b: Num<Node>) =>
      this.#two(name, lift(a), lift(b))
    const compare = (name: 'lt' | 'gt' | 'le' | 'ge' | 'eq') => (a: Num<Node>, b: Num<Node>) =>
      op('v128.and', this.#two(name, lift(a), lift(b)), one)
    const single = (name: 'abs' | 'neg' | 'sqrt') => (a: Num<Node>) =>
      op(this.#precision === 'f64' ? `f64x2.${name}` : `f32x4.${name}`, lift(a))
    const missing = (name: string) => (): never => {
      throw new Error(`${name} is not there yet`)
    }
    void numbers
    return {
      add: two('add'),
      sub: two('sub'),
      mul: two('mul'),
      div: two('div'),
      pow: (a, b) => {
        if (b === 2) { const x = lift(a); return this.#two('mul', x, x) }
        if (b === 1) return lift(a)
        const exponent = typeof b === 'number' ? b : b.kind === 'op' && b.name === 'v128.const' ? (this.#precision === 'f64' ? new Float64Array(b.immediates.bytes!.slice().buffer)[0] : new Float32Array(b.immediates.bytes!.slice().buffer)[0]) : NaN
        if (exponent === 2) { const x = lift(a); return this.#two('mul', x, x) }
        if (exponent === 1) return lift(a)
        throw new Error('pow is not there yet')
      },
      max: (a, b) => this.#two('max', lift(a), lift(b)),
      min: (a, b) => this.#two('min', lift(a), lift(b)),
      gt: compare('gt'),
      lt: compare('lt'),
      ge: compare('ge'),
      le: compare('le'),
      eq: compare('eq'),
      neg: single('neg'),
      abs: single('abs'),
      sqrt: single('sqrt'),
      exp: missing('exp'),
      expm1: missing('expm1'),
      log: missing('log'),
      log1p: missing('log1p'),
      sin: missing('sin'),
      cos: missing('cos'),
      tanh: missing('tanh'),
      erf: missing('erf'),
      select: (c, a, b) => op('v128.bitselect', lift(b), lift(a), this.#two('eq', lift(c), this.zero)),
    }
  }

  #keep(x: Node): Node {
    return x.kind === 'op' && x.name !== 'v128.const' ? this.#f.let(x) : x
  }
}

/** Of every pair of pieces of `size` bytes, the first or the second, from both operands in turn. */
function halves(size: number, which: number): (byte: number) => number {
  return (i) => {
    const piece = Math.floor(i / size)
    const pair = piece >> 1
    const operand = piece & 1
    return operand * 16 + (pair * 2 + which) * size + (i % size)
  }
}

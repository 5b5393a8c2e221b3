/** The instructions of one precision by short names: what the mathematics is written in. */
import type { Precision } from '../store.ts'
import { i32, type Node, op } from '../wasm/node.ts'

/** An operand: lanes, or a number in all of them. */
export type Lane = Node | number

type One = 'abs' | 'neg' | 'sqrt' | 'nearest'
type Two = 'add' | 'sub' | 'mul' | 'div' | 'min' | 'max' | 'lt' | 'gt' | 'le' | 'ge' | 'eq' | 'ne'

export class Lanes {
  readonly precision: Precision
  /** Lanes of a vector, and bytes of a lane. */
  readonly width: number
  readonly bytes: number

  constructor(precision: Precision) {
    this.precision = precision
    this.width = precision === 'f64' ? 2 : 4
    this.bytes = 16 / this.width
  }

  /** A number in every lane. */
  all(x: Lane): Node {
    if (typeof x !== 'number') return x
    const list =
      this.precision === 'f64' ? new Float64Array(2).fill(x) : new Float32Array(4).fill(x)
    return op('v128.const', { bytes: new Uint8Array(list.buffer) })
  }

  /** The number that is in every lane, if it is known here. */
  constantIn(x: Node): number | undefined {
    if (x.kind !== 'op' || x.name !== 'v128.const') return undefined
    const { buffer } = x.immediates.bytes!
    return this.precision === 'f64' ? new Float64Array(buffer)[0] : new Float32Array(buffer)[0]
  }

  /** Bits, in every lane. */
  bits(x: bigint): Node {
    const list =
      this.precision === 'f64'
        ? BigInt64Array.of(x, x)
        : Int32Array.from({ length: 4 }, () => Number(x))
    return op('v128.const', { bytes: new Uint8Array(list.buffer) })
  }

  /** A small whole number, held as an integer, as a number. */
  fromInteger(x: Node): Node {
    if (this.precision === 'f32') return op('f32x4.convert_i32x4_s', x)
    // 1.5 · 2⁵² has so large an exponent that its low bits count in ones.
    const magic = this.all(6755399441055744)
    return this.sub(this.integer('add', x, magic), magic)
  }

  /** |a| with the sign of b, also that of −0. */
  sign(a: Node, b: Node): Node {
    return op('v128.bitselect', b, a, this.all(-0))
  }

  one(name: One, a: Lane): Node {
    return op(this.precision === 'f64' ? `f64x2.${name}` : `f32x4.${name}`, this.all(a))
  }

  two(name: Two, a: Lane, b: Lane): Node {
    return op(
      this.precision === 'f64' ? `f64x2.${name}` : `f32x4.${name}`,
      this.all(a),
      this.all(b),
    )
  }

  add(a: Lane, b: Lane): Node {
    return this.two('add', a, b)
  }
  sub(a: Lane, b: Lane): Node {
    return this.two('sub', a, b)
  }
  mul(a: Lane, b: Lane): Node {
    return this.two('mul', a, b)
  }
  div(a: Lane, b: Lane): Node {
    return this.two('div', a, b)
  }
  /** Lanes of a where the mask is set, of b elsewhere. */
  pick(mask: Node, a: Lane, b: Lane): Node {
    return op('v128.bitselect', this.all(a), this.all(b), mask)
  }
  /** A branch: `then`, a call, is made only where a lane of the mask is set; else it is `otherwise`. */
  rarely(mask: Node, then: Node, otherwise: Node): Node {
    const operands = [op('v128.any_true', mask), then, otherwise] as const
    return { kind: 'either', type: 'v128', operands }
  }
  /** What a routine makes of these. */
  call(callee: string, ...operands: readonly Node[]): Node {
    return { kind: 'call', type: 'v128', callee, operands }
  }
  /** In single precision: f of these in double, half of the lanes at a time. */
  inDouble(f: (...halves: readonly Node[]) => Node, ...operands: readonly Node[]): Node {
    const [low, high] = [
      f(...operands.map(wide)),
      f(...operands.map((x) => wide(halvesOf(x, 8, x)))),
    ].map((half) => op('f32x4.demote_f64x2_zero', half))
    return halvesOf(low!, 0, high!)
  }
  and(a: Node, b: Node): Node {
    return op('v128.and', a, b)
  }
  or(a: Node, b: Node): Node {
    return op('v128.or', a, b)
  }
  /** a without b */
  andNot(a: Node, b: Node): Node {
    return op('v128.andnot', a, b)
  }
  /** Below 0, or −0: the sign bit is set. */
  isNegative(a: Node): Node {
    return this.shift('shr_s', a, this.bytes * 8 - 1)
  }
  /** Arithmetic on the bits as whole numbers. */
  integer(name: 'add' | 'sub', a: Node, b: Node): Node {
    return op(this.precision === 'f64' ? `i64x2.${name}` : `i32x4.${name}`, a, b)
  }
  shift(name: 'shl' | 'shr_s', a: Node, places: number): Node {
    return op(this.precision === 'f64' ? `i64x2.${name}` : `i32x4.${name}`, a, i32(places))
  }
  /** c₀ + c₁x + c₂x² + … by Estrin's scheme: pairs first, so that they need not wait for each other. */
  polynomial(x: Node, coefficients: readonly number[]): Node {
    let terms: Node[] = coefficients.map((c) => this.all(c))
    for (let power = x; terms.length > 1; power = this.mul(power, power)) {
      const next: Node[] = []
      for (let i = 0; i < terms.length; i += 2) {
        const [low, high] = [terms[i]!, terms[i + 1]]
        next.push(high === undefined ? low : this.add(low, this.mul(high, power)))
      }
      terms = next
    }
    return terms[0]!
  }
}

/** The first half of single precision in double. */
function wide(x: Node): Node {
  return op('f64x2.promote_low_f32x4', x)
}

/** Half of a, from this byte on, then the first half of b. */
function halvesOf(a: Node, from: number, b: Node): Node {
  const bytes = Uint8Array.from({ length: 16 }, (_, i) => (i < 8 ? from + i : 8 + i))
  return op('i8x16.shuffle', a, b, { bytes })
}

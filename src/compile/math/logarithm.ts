/**
 * log and log1p. a = 2ᵏ·(1 + f) with 1 + f in [√½, √2]; with s = f / (2 + f), ln(1 + f) = 2 artanh s,
 * an odd series in s of which the part beyond 2s is a polynomial in s² (minimax, by Chebyshev
 * interpolation at 60 digits). The sum is arranged as in fdlibm's e_log.c, so that f itself is exact.
 */
import type { Node } from '../wasm/node.ts'
import type { Lanes } from './lanes.ts'
import { halves, type Pair, quickSum, sum } from './pair.ts'

const coefficients = {
  f64: [
    0.666666666666667, 0.3999999999989889, 0.28571428626253836, 0.22222211089379496,
    0.1818289243253687, 0.15331611722055008, 0.14617807153417325,
  ],
  f32: [0.6666668560327356, 0.39988550988935756, 0.29590317357160395],
}
const parts = {
  f64: [0.6931471803691238, 1.9082149292705877e-10],
  f32: [0.693359375, -0.00021219444005469057],
} as const
const fraction = { f64: 52, f32: 23 } as const
/** Smallest normal number, and a power of two that makes any smaller one normal. */
const normal = { f64: [2.2250738585072014e-308, 54], f32: [1.1754943508222875e-38, 24] } as const
/** The bits of √½: numbers whose bits exceed these by 1.0's exponent or more are halved. */
const rootOfHalf = { f64: 0x3fe6a09e667f3bcdn, f32: 0x3f3504f3n } as const

/** a = 2ᵏ·(1 + f) */
interface Split {
  readonly k: Node
  readonly f: Node
  /** Where a is positive and finite; elsewhere ln a is `edges`. */
  readonly regular: Node
  readonly edges: Node
}

function split(m: Lanes, a: Node): Split {
  const [least, places] = normal[m.precision]
  const tiny = m.two('lt', a, least)
  const x = m.pick(tiny, m.mul(a, 2 ** places), a)
  const root = m.bits(rootOfHalf[m.precision])
  const exponent = m.shift('shr_s', m.integer('sub', x, root), fraction[m.precision])
  return {
    k: m.sub(m.fromInteger(exponent), m.pick(tiny, places, 0)),
    f: m.sub(m.integer('sub', x, m.shift('shl', exponent, fraction[m.precision])), 1),
    regular: m.and(m.two('gt', a, 0), m.two('lt', a, Infinity)),
    edges: m.pick(m.two('eq', a, 0), -Infinity, m.pick(m.two('gt', a, 0), Infinity, NaN)),
  }
}

/** ln(1 + f) − f + f²/2, given f²/2. */
function beyondSquare(m: Lanes, f: Node, half: Node): Node {
  const s = m.div(f, m.add(f, 2))
  const z = m.mul(s, s)
  return m.mul(s, m.add(half, m.mul(z, m.polynomial(z, coefficients[m.precision]))))
}

/** ln a; −∞ at 0, NaN below. At most 0.85 ulp (f32: 0.85). */
export function log(m: Lanes, a: Node): Node {
  const { k, f, regular, edges } = split(m, a)
  const [high, low] = parts[m.precision]
  const half = m.mul(m.mul(f, f), 0.5)
  const correction = m.sub(half, m.add(beyondSquare(m, f, half), m.mul(k, low)))
  const shifted = m.two('ne', k, 0)
  const large = m.pick(shifted, m.mul(k, high), f)
  const small = m.pick(shifted, m.sub(f, correction), m.one('neg', correction))
  return m.pick(regular, m.add(large, small), edges)
}

/** ln a as a sum of two numbers: f and half of its square are exact in it. */
export function logPair(m: Lanes, a: Node): Pair {
  const { k, f, regular, edges } = split(m, a)
  const [high, low] = parts[m.precision]
  const [first, second] = halves(m, f)
  const square = m.mul(m.mul(first, first), 0.5)
  const squareLow = m.mul(m.mul(second, m.add(f, first)), 0.5)
  const multiple = sum(m, m.mul(k, high), f)
  const total = sum(m, multiple.high, m.one('neg', square))
  const rest = m.sub(beyondSquare(m, f, m.add(square, squareLow)), squareLow)
  const small = m.add(m.add(multiple.low, total.low), m.add(rest, m.mul(k, low)))
  const ln = quickSum(m, total.high, small)
  return { high: m.pick(regular, ln.high, edges), low: m.pick(regular, ln.low, 0) }
}

/** ln(1 + a), exact near 0: what 1 + a loses to rounding is added again. At most 1.5 ulp (f32: 1.5). */
export function log1p(m: Lanes, a: Node): Node {
  const u = m.add(1, a)
  const lost = m.div(m.sub(a, m.sub(u, 1)), u)
  const y = log(m, u)
  const usual = m.pick(m.and(m.two('gt', u, 0), m.two('lt', u, Infinity)), m.add(y, lost), y)
  return m.pick(m.two('eq', u, 1), a, usual)
}

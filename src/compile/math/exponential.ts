/**
 * exp, expm1, tanh and sigmoid. x = k·ln 2 + r with |r| ≤ ½ ln 2, so that eˣ = 2ᵏ·eʳ, and eʳ is a polynomial
 * (minimax, by Chebyshev interpolation at 60 digits of (eʳ − 1 − r)/r²).
 */
import type { Node } from '../wasm/node.ts'
import type { Lanes } from './lanes.ts'
import { quickSum } from './pair.ts'

/** ln 2 in two parts, the first with so few bits that k times it is exact. */
const parts = {
  f64: [0.6931471803691238, 1.9082149292705877e-10],
  f32: [0.693359375, -0.00021219444005469057],
} as const

const coefficients = {
  f64: [
    0.5, 0.1666666666666667, 0.04166666666666667, 0.008333333333326084, 0.0013888888888883711,
    0.0001984126987500228, 2.480158732567746e-5, 2.755725517000089e-6, 2.755727347871858e-7,
    2.5105312729622103e-8, 2.09147553258932e-9,
  ],
  f32: [
    0.5, 0.16666666682534356, 0.04166645680967788, 0.008333310024225292, 0.0013934541928270264,
    0.0001989198131397769,
  ],
}
/** Beyond these, eˣ is 0 or ∞. */
const limits = { f64: [-746, 710], f32: [-104, 89] } as const
/** Adding it leaves a whole number in the low bits of the sum. */
const whole = 6755399441055744 // 1.5 · 2⁵²
const fraction = { f64: 52, f32: 23 } as const

interface Reduced {
  /** A whole number, as a number. */
  readonly k: Node
  readonly r: Node
  /** What r lost to rounding. */
  readonly lost: Node
}

function reduced(m: Lanes, x: Node): Reduced {
  const [high, low] = parts[m.precision]
  const k = m.one('nearest', m.mul(x, Math.LOG2E))
  const near = m.sub(x, m.mul(k, high))
  const off = m.mul(k, low)
  const r = m.sub(near, off)
  return { k, r, lost: m.sub(m.sub(near, r), off) }
}

/** eʳ − 1 for small r. */
function small(m: Lanes, { r, lost }: Reduced): Node {
  const rest = m.mul(m.mul(r, r), m.polynomial(r, coefficients[m.precision]))
  return m.add(r, m.add(rest, lost))
}

/** 2ᵏ for a whole number k that a normal number can have as its exponent. */
function power(m: Lanes, k: Node): Node {
  const shifted = m.precision === 'f64' ? m.add(k, whole) : m.add(k, 12582912) // 1.5 · 2²³
  return m.integer('add', m.shift('shl', shifted, fraction[m.precision]), m.all(1))
}

/** eᵃ. At most 0.9 ulp (f32: 0.9). */
export function exp(m: Lanes, a: Node): Node {
  const [lowest, highest] = limits[m.precision]
  const x = reduced(m, m.two('min', m.two('max', a, lowest), highest))
  // 2ᵏ may be too large or small for a number while the result is not: it is applied in halves.
  const half = m.one('nearest', m.mul(x.k, 0.5))
  const e = m.add(1, small(m, x))
  return m.mul(m.mul(e, power(m, half)), power(m, m.sub(x.k, half)))
}

/** Beyond, 1 is nothing beside eᵃ. */
const large = { f64: 40, f32: 20 } as const

/** eᵃ − 1, exact near 0. At most 1.7 ulp (f32: 1.7). */
export function expm1(m: Lanes, a: Node): Node {
  const limit = large[m.precision]
  const x = reduced(m, m.two('min', m.two('max', a, -limit), limit))
  const scale = power(m, x.k)
  const near = m.add(m.mul(scale, small(m, x)), m.sub(scale, 1))
  const y = m.pick(m.two('eq', a, 0), a, near)
  const beyond = m.two('gt', a, limit)
  return m.rarely(beyond, m.pick(beyond, m.call('exp', a), y), y)
}

/** (eᵃ − e⁻ᵃ) / (eᵃ + e⁻ᵃ). At most 2 ulp (f32: 2). */
export function tanh(m: Lanes, a: Node): Node {
  const size = m.one('abs', a)
  const x = reduced(m, m.mul(m.two('min', size, large[m.precision]), -2))
  const scale = power(m, x.k)
  // e^(−2|a|) − 1, with what the sum loses to rounding: by about as much is the result too large.
  const t = quickSum(m, m.sub(scale, 1), m.mul(scale, small(m, x)))
  // Where the result is near 1 it is taken from there: −t / (2 + t) = 1 − 2 (1 + t) / (2 + t).
  const near = m.two('gt', size, 0.55)
  const part = m.div(
    m.pick(near, m.mul(2, m.add(1, t.high)), m.one('neg', t.high)),
    m.add(2, t.high),
  )
  const positive = m.sub(m.pick(near, m.sub(1, part), part), t.low)
  // The sign of a, also that of −0.
  return m.sign(positive, a)
}

/** Where e⁻ᵃ overflows, and where 1 + e⁻ᵃ is 1. */
const ends = { f64: [-709.7, 40], f32: [-88.7, 20] } as const

/** 1 / (1 + e⁻ᵃ). At most 1.3 ulp (f32: 1.3). Where e⁻ᵃ overflows, below −709.7 (f32: −88.7), it is 0. */
export function sigmoid(m: Lanes, a: Node): Node {
  const [lowest, highest] = ends[m.precision]
  const x = reduced(m, m.one('neg', m.two('min', a, highest)))
  // Half of 1 + e⁻ᵃ, as 2ᵏ alone may be too large, with what its sums lose to rounding: by about as much is
  // the reciprocal too large.
  const scale = power(m, m.sub(x.k, 1))
  const head = m.add(0.5, scale)
  const half = quickSum(m, head, m.mul(scale, small(m, x)))
  const lost = m.add(half.low, m.sub(0.5, m.sub(head, scale)))
  const y = m.div(0.5, half.high)
  return m.pick(m.two('lt', a, lowest), 0, m.sub(y, m.mul(m.mul(lost, m.add(y, y)), y)))
}

/**
 * sin and cos. a = k·π/2 + r with |r| ≤ π/4, and r kept as a sum of two numbers; a polynomial in r² for
 * each (minimax, by Chebyshev interpolation at 50 digits), chosen by k. r is found by π/2 in four parts
 * where these are exact enough; a vector with a number beyond takes another way, which is right for all.
 */
import type { Node } from '../wasm/node.ts'
import type { Lane, Lanes } from './lanes.ts'
import { type Pair, quickSum } from './pair.ts'
import { type Remainder, remainder } from './remainder.ts'

/** π/2: all parts but the last so short that k times them is exact for |k| < 2²⁰ (f32: 2¹⁰). */
const parts = {
  f64: [1.5707963267341256, 6.077100506303966e-11, 2.0222662487111665e-21, 8.4784276603689e-32],
  f32: [1.5706787109375, 0.00011761486530303955, 9.920313459588215e-10, 6.223371969669989e-14],
} as const
/** So far k is small enough. */
const limit = { f64: 1.6e6, f32: 1600 } as const

const sine = {
  f64: [
    -0.16666666666666666, 0.008333333333330827, -0.0001984126983657571, 2.755731600817155e-6,
    -2.5051112272573243e-8, 1.5916726193889336e-10,
  ],
  f32: [-0.16666666663741367, 0.00833333183062943, -0.00019840063040804117, 2.7246868722877944e-6],
}
const cosine = {
  f64: [
    0.041666666666666664, -0.0013888888888887322, 2.4801587298651292e-5, -2.755731721268659e-7,
    2.0876134024090145e-9, -1.1381754653662937e-11,
  ],
  f32: [0.04166666459882798, -0.0013888291300556933, 2.4545419078353295e-5],
}

/** sin a; NaN at ±∞. At most 0.95 ulp (f32: 0.85), whatever the size of a. */
export function sin(m: Lanes, a: Node): Node {
  return m.pick(m.two('eq', a, 0), a, turned(m, a, m.all(0)))
}

/** cos a; NaN at ±∞. At most 0.95 ulp (f32: 0.85), whatever the size of a. */
export function cos(m: Lanes, a: Node): Node {
  return turned(m, a, m.all(1))
}

/** sin(a + quarters·π/2); in single precision numbers beyond the limit are left to double. */
export function turned(m: Lanes, a: Node, quarters: Node): Node {
  const k = m.one('nearest', m.mul(a, 2 / Math.PI))
  const y = rotated(m, { k, ...reduced(m, a, k) }, quarters)
  const beyond = m.two('gt', m.one('abs', a), limit[m.precision])
  const far =
    m.precision === 'f64'
      ? m.call('farTurned', a, quarters)
      : m.inDouble((x, turns) => m.call('turned', x, turns), a, quarters)
  return m.rarely(beyond, m.pick(beyond, far, y), y)
}

/** The same by a way that is right for every finite a, and slow; NaN at ±∞. */
export function farTurned(m: Lanes, a: Node, quarters: Node): Node {
  return rotated(m, remainder(m, a), quarters)
}

/** sin(r + (k + quarters)·π/2) */
function rotated(m: Lanes, { k, high, low }: Remainder, quarters: Lane): Node {
  const z = m.mul(high, high)
  // sin(h + l) ≈ sin h + l·(1 − h²/2), cos(h + l) ≈ cos h − l·h
  const cube = m.mul(m.mul(z, high), m.polynomial(z, sine[m.precision]))
  const s = m.add(high, m.add(cube, m.sub(low, m.mul(m.mul(z, 0.5), low))))
  const half = m.mul(z, 0.5)
  const first = m.sub(1, half)
  const rest = m.sub(m.sub(1, first), half)
  const fourth = m.mul(m.mul(z, z), m.polynomial(z, cosine[m.precision]))
  const c = m.add(first, m.add(rest, m.sub(fourth, m.mul(high, low))))
  const quarter = m.add(k, quarters)
  const half2 = m.mul(quarter, 0.5)
  const odd = m.two('ne', m.one('nearest', half2), half2)
  const turn = m.one('nearest', m.mul(m.sub(quarter, m.pick(odd, 1, 0)), 0.5))
  const halfTurn = m.mul(turn, 0.5)
  const flipped = m.two('ne', m.one('nearest', halfTurn), halfTurn)
  const y = m.pick(odd, c, s)
  return m.pick(flipped, m.one('neg', y), y)
}

/** a − k·π/2 */
function reduced(m: Lanes, a: Node, k: Node): Pair {
  let high = m.sub(a, m.mul(k, parts[m.precision][0]))
  let low: Node = m.all(0)
  for (const part of parts[m.precision].slice(1)) {
    const off = m.mul(k, part)
    const next = m.sub(high, off)
    low = m.add(low, m.sub(m.sub(high, next), off))
    high = next
  }
  return quickSum(m, high, low)
}

/**
 * pow: e^(b·ln|a|). e^x multiplies an error in x by the size of x: ln|a| and the product are sums of two
 * numbers, or in double precision where single is asked for. Signs and edges are those of the row.
 */
import type { Node } from '../wasm/node.ts'
import { exp } from './exponential.ts'
import type { Lanes } from './lanes.ts'
import { log, logPair } from './logarithm.ts'
import { product } from './pair.ts'

/**
 * aᵇ; 1 where b is 0 or a is 1, NaN where a is below 0 and b not whole. At most 200 ulp (f32: 0.51): 4.4e-14 of
 * the result, where a is near √2 or √½ and b some 2000, by which the last error in ln a is multiplied.
 */
export function pow(m: Lanes, a: Node, b: Node): Node {
  const size = m.one('abs', a)
  const y =
    m.precision === 'f64'
      ? raisedExactly(m, size, b)
      : m.inDouble((x, exponent) => m.call('raised', x, exponent), size, b)
  const whole = m.two('eq', m.one('nearest', b), b)
  const half = m.mul(b, 0.5)
  const even = m.two('eq', m.one('nearest', half), half)
  const negative = m.and(m.isNegative(a), m.andNot(whole, even))
  const signed = m.pick(negative, m.one('neg', y), y)
  const outside = m.andNot(m.and(m.two('lt', a, 0), m.two('lt', size, Infinity)), whole)
  const one = m.or(
    m.two('eq', b, 0),
    m.or(m.two('eq', a, 1), m.and(m.two('eq', a, -1), m.two('eq', m.one('abs', b), Infinity))),
  )
  return m.pick(one, 1, m.pick(outside, NaN, m.pick(m.two('eq', b, b), signed, NaN)))
}

/** e^(b·ln a), with what is lost on the way put right. */
function raisedExactly(m: Lanes, a: Node, b: Node): Node {
  const x = product(m, b, logPair(m, a))
  // Where something overflowed on the way, the low part is NaN and means nothing.
  const low = m.pick(m.two('lt', m.one('abs', x.low), Infinity), x.low, 0)
  const e = exp(m, x.high)
  return m.pick(m.two('lt', e, Infinity), m.add(e, m.mul(e, low)), e)
}

/** e^(b·ln a), exact enough for the digits of single precision. */
export function raised(m: Lanes, a: Node, b: Node): Node {
  return exp(m, m.mul(b, log(m, a)))
}

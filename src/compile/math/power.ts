/**
 * pow: e^(b·ln|a|), with ln|a| and the product as sums of two numbers, since e^x multiplies an error
 * in x by the size of x. Signs and edges are those of the row: aᵇ is 1 where b is 0 or a is 1.
 */
import type { Node } from '../wasm/node.ts'
import { exp } from './exponential.ts'
import type { Lanes } from './lanes.ts'
import { logParts } from './logarithm.ts'
import { type Pair, product } from './pair.ts'

export function pow(m: Lanes, a: Node, b: Node): Node {
  const size = m.one('abs', a)
  const x = product(m, b, logarithm(m, size))
  // Where something overflowed on the way, the low part is NaN and means nothing.
  const low = m.pick(m.two('lt', m.one('abs', x.low), Infinity), x.low, 0)
  const e = exp(m, x.high)
  const y = m.pick(m.two('lt', e, Infinity), m.add(e, m.mul(e, low)), e)
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

/** ln a: what is large in it, and the rest. */
function logarithm(m: Lanes, a: Node): Pair {
  const { large, small, edges, regular } = logParts(m, a)
  const high = m.add(large, small)
  const low = m.add(m.sub(large, high), small) // exact, as |large| ≥ |small| or large is 0
  return { high: m.pick(regular, high, edges), low: m.pick(regular, low, 0) }
}

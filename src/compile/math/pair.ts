/** Numbers as sums of two, the second far below the first: twice the precision, where it is needed. */
import type { Lane, Lanes } from './lanes.ts'
import type { Node } from '../wasm/node.ts'

export interface Pair {
  readonly high: Node
  readonly low: Node
}

/** a + b and what it lost to rounding, whichever is the larger (Knuth, TAOCP 4.2.2). */
export function sum(m: Lanes, a: Lane, b: Lane): Pair {
  const high = m.add(a, b)
  const rounded = m.sub(high, a)
  return { high, low: m.add(m.sub(a, m.sub(high, rounded)), m.sub(b, rounded)) }
}

/** The same where |a| ≥ |b| or a is 0. */
export function quickSum(m: Lanes, a: Node, b: Node): Pair {
  const high = m.add(a, b)
  return { high, low: m.add(m.sub(a, high), b) }
}

/** b · x (Dekker 1971). */
export function product(m: Lanes, b: Node, x: Pair): Pair {
  const [b1, b2] = halves(m, b)
  const [x1, x2] = halves(m, x.high)
  const high = m.mul(b, x.high)
  const error = m.add(
    m.add(m.add(m.sub(m.mul(b1, x1), high), m.mul(b1, x2)), m.mul(b2, x1)),
    m.mul(b2, x2),
  )
  return { high, low: m.add(error, m.mul(b, x.low)) }
}

/** Veltkamp's constant: splits a number into halves of half as many bits, whose products are exact. */
const splitter = { f64: 134217729, f32: 4097 } as const

export function halves(m: Lanes, x: Node): [Node, Node] {
  const wide = m.mul(x, splitter[m.precision])
  const first = m.sub(wide, m.sub(wide, x))
  return [first, m.sub(x, first)]
}

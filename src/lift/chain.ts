import { ops } from '../ops.ts'
import type { Trace } from './trace.ts'

/** Chains of additions in a graph, by number: a + b + c + … is one sum, as if it had been written so. */
export interface Chains {
  /** Whether `v` is inside a chain: then it is no Value of its own any more. */
  absorbs(v: number): boolean
  /** What the chain that ends in `v` adds up, in order; undefined where none ends. */
  terms(v: number): Int32Array | undefined
}

/**
 * Finds them; undefined if there are none. An addition goes on with an addition that nothing else
 * uses, its first operand if possible. `total = total.add(term)` in a loop is how people write a sum.
 */
export function chainsOf({ graph, roots, live }: Trace): Chains | undefined {
  const { values, operands, starts, ends } = graph
  const isLink = (v: number): boolean => live[v] === 1 && values[v]!.op === ops.add
  const first = (link: number): number => operands[starts[link]!]!
  const second = (link: number): number => operands[starts[link]! + 1]!
  const links: number[] = []
  for (let v = 0; v < values.length; v++) if (isLink(v)) links.push(v)
  if (!links.some((link) => isLink(first(link)) || isLink(second(link)))) return undefined
  const uses = new Int32Array(values.length)
  for (let v = 0; v < values.length; v++)
    if (live[v] === 1) for (let i = starts[v]!; i < ends[v]!; i++) uses[operands[i]!]!++
  for (const root of roots) uses[root]!++
  const isInner = (v: number): boolean => isLink(v) && uses[v] === 1
  /** The operand of an addition that it goes on with, and the other one. */
  const onward = (link: number): [number, number] | undefined => {
    const [a, b] = [first(link), second(link)]
    return isInner(a) ? [a, b] : isInner(b) ? [b, a] : undefined
  }
  const absorbed = new Uint8Array(values.length)
  for (const link of links) {
    const next = onward(link)
    if (next !== undefined) absorbed[next[0]] = 1
  }
  return {
    absorbs: (v) => absorbed[v] === 1,
    terms(v) {
      if (!isLink(v) || onward(v) === undefined) return undefined
      const terms: number[] = []
      let end = v
      for (let next = onward(end); next !== undefined; next = onward(end)) {
        terms.push(next[1])
        end = next[0]
      }
      return Int32Array.of(first(end), second(end), ...terms.reverse())
    },
  }
}

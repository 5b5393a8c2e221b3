import type { Value } from '../engine.ts'
import { ops } from '../ops.ts'
import { Numbering, operandAt, operandCount, operandsOf } from './notes.ts'

/** Chains of additions in a graph: a + b + c + … is one sum, as if it had been written so. */
export interface Chains {
  /** Whether `v` is inside a chain: then it is no Value of its own any more. */
  absorbs(v: Value): boolean
  /** What the chain that ends in `v` adds up, in order; undefined where none ends. */
  terms(v: Value): Value[] | undefined
}

/**
 * Finds them; undefined if there are none. An addition goes on with an addition that nothing else
 * uses, its first operand if possible. `total = total.add(term)` in a loop is how people write a sum.
 */
export function chainsOf(
  operations: readonly Value[],
  outputs: readonly Value[],
): Chains | undefined {
  if (!operations.some((v) => isLink(v) && operandsOf(v).some(isLink))) return undefined
  const uses = new Numbering()
  const use = (v: Value): void => {
    if (isLink(v)) uses.set(v, Math.max(0, uses.get(v)) + 1)
  }
  for (const v of operations) {
    const count = operandCount(v)
    for (let i = 0; i < count; i++) use(operandAt(v, i))
  }
  outputs.forEach(use)
  const inner = (v: Value): Value | undefined =>
    isLink(v) ? operandsOf(v).find((x) => isLink(x) && uses.get(x) === 1) : undefined
  const absorbed = new Set<Value>()
  for (const v of operations) {
    const next = inner(v)
    if (next !== undefined) absorbed.add(next)
  }
  return {
    absorbs: (v) => isLink(v) && absorbed.has(v),
    terms(v) {
      if (inner(v) === undefined) return undefined
      const terms: Value[] = []
      let end = v
      for (let next = inner(end); next !== undefined; next = inner(end)) {
        const [first, second] = operandsOf(end)
        terms.push(next === first ? second! : first!)
        end = next
      }
      return [...operandsOf(end), ...terms.reverse()]
    },
  }
}

const isLink = (v: Value): boolean => v.op === ops.add

import type { Value } from '../engine.ts'
import { ops } from '../ops.ts'

/** Chains of additions in a graph: a + b + c + … is one sum, as if it had been written so. */
export interface Chains {
  /** Additions inside a chain: they are no Values of their own any more. */
  readonly absorbed: ReadonlySet<Value>
  /** What the chain that ends in `v` adds up, in order; undefined where none ends. */
  terms(v: Value): Value[] | undefined
}

/**
 * Finds them: an addition goes on with an addition that nothing else uses, its first operand if
 * possible. `total = total.add(term)` in a loop is how people write a sum.
 */
export function chainsOf(order: readonly Value[], outputs: readonly Value[]): Chains {
  const uses = new Map<Value, number>()
  const use = (v: Value): void => void (v.op === ops.add && uses.set(v, (uses.get(v) ?? 0) + 1))
  for (const v of order) v.inputs.forEach(use)
  outputs.forEach(use)
  const inner = (v: Value): Value | undefined =>
    v.op === ops.add ? v.inputs.find((x) => x.op === ops.add && uses.get(x) === 1) : undefined
  const absorbed = new Set(order.flatMap((v) => inner(v) ?? []))
  return {
    absorbed,
    terms(v) {
      if (inner(v) === undefined) return undefined
      const terms: Value[] = []
      let end = v
      for (let next = inner(end); next !== undefined; next = inner(end)) {
        const [first, second] = end.inputs
        terms.push(next === first ? second! : first!)
        end = next
      }
      return [...end.inputs, ...terms.reverse()]
    },
  }
}

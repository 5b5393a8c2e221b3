import type { Value } from '../../engine.ts'
import { topologicalOrder } from '../../order.ts'
import type { Scope } from '../../page.ts'

/**
 * In a graph of several examples (a batch's loss), the number of the example in which `v` was
 * computed, from 0: how often its module had been run before. Undefined where nothing tells.
 */
export function passOf(root: Value, v: Value): number | undefined {
  const own = lastScope(topologicalOrder(v))
  if (own === undefined) return undefined
  const passes = new Set<Scope>()
  for (const x of topologicalOrder(root)) {
    const scope = outermost(x.scope)
    if (scope?.name === own.name && x.op !== undefined) passes.add(scope)
  }
  return passes.size > 1 ? [...passes].indexOf(own) : undefined
}

function lastScope(order: readonly Value[]): Scope | undefined {
  return outermost(order.findLast((x) => x.op !== undefined && x.scope !== undefined)?.scope)
}

function outermost(scope: Scope | undefined): Scope | undefined {
  let s = scope
  while (s?.parent !== undefined) s = s.parent
  return s
}

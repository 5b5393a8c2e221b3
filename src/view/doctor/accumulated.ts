import { dataOf, evaluate, numberAt, partialsOf } from '../../adjoints.ts'
import type { Value } from '../../engine.ts'
import { numbers } from '../../ops.ts'
import { topologicalOrder } from '../../order.ts'
import { digits, Finding, place } from './finding.ts'

/** Two orders of summation differ by 1e-12 or so; a gradient left over is of the size of a gradient. */
const rounding = 1e-6
const leftover = 0.01

/**
 * Gradients that hold more than these losses gave them: an earlier `backward` is still in there.
 * `swept` is what a fresh sweep gives the parameters, each loss times its own `grad`, so it does not
 * matter whether their sum, their mean or each of them was swept.
 */
export function accumulatedGradients(
  losses: readonly Value[],
  swept: ReadonlyMap<Value, number>,
  { parameters, step }: { parameters?: readonly Value[]; step?: number | undefined },
): Finding[] {
  const stale = swept.size > 0 && losses.some((loss) => isStale(loss, swept))
  const expected = stale ? recorded(losses, swept) : swept
  const held = [...expected].filter(([p]) => p.grad !== 0)
  const scale = root(held.map(([, g]) => g))
  // Leaves of which most hold just this sweep are being zeroed; the others are inputs, not trained.
  const exact = held.filter(([p, g]) => Math.abs(p.grad - g) <= rounding * scale)
  if (parameters === undefined && 2 * exact.length >= held.length) return []
  const excess = held.filter(([p, g]) => !within(p.grad, g, rounding * scale))
  if (root(excess.map(([p, g]) => p.grad - g)) <= leftover * scale || isDecay(excess)) return []
  const [size, alone] = [root(excess.map(([p]) => p.grad)), root(excess.map(([, g]) => g))]
  return [
    new Finding({
      kind: 'forgottenZeroGrad',
      severity: 'error',
      where: place(step, 'gradients'),
      measured:
        `those of ${excess.length} of ${expected.size} parameters have the size ${digits(size)} ` +
        `(root of the sum of squares), this loss alone gives ${digits(alone)}: an earlier backward is ` +
        'still in them',
      advice:
        'Try zeroGrad() before each backward(). (If you accumulate on purpose, give diagnose all the losses.)',
      numbers: { size, alone, parameters: excess.length, of: expected.size },
    }),
  ]
}

/** Between nothing and all of it: as it is, or clipped. */
function within(grad: number, g: number, tolerance: number): boolean {
  return grad >= Math.min(0, g) - tolerance && grad <= Math.max(0, g) + tolerance
}

/** Whether what was added is one multiple of the parameters: an l2 term that was swept apart. */
function isDecay(excess: readonly (readonly [Value, number])[]): boolean {
  if (excess.length < 3) return false // any one number is a multiple of another
  const added = excess.map(([p, g]) => p.grad - g)
  const along = excess.reduce((total, [p], i) => total + p.data * added[i]!, 0)
  const factor = along / excess.reduce((total, [p]) => total + p.data ** 2, 0)
  const rest = excess.map(([p], i) => added[i]! - factor * p.data)
  return factor > 0 && root(rest) <= leftover * root(added)
}

function root(x: readonly number[]): number {
  return Math.sqrt(x.reduce((total, xi) => total + xi * xi, 0))
}

/** Whether parameters have changed since the graph was computed. */
function isStale(loss: Value, parameters: ReadonlyMap<Value, number>): boolean {
  return topologicalOrder(loss).some(
    (v) =>
      v.op !== undefined &&
      v.inputs.some((x) => parameters.has(x)) &&
      !Object.is(evaluate(v.op, v.first, v.second), v.data),
  )
}

/** What the last sweep gave each parameter, by the adjoints that it left on computed Values. */
function recorded(
  losses: readonly Value[],
  parameters: ReadonlyMap<Value, number>,
): Map<Value, number> {
  const given = new Map<Value, number>()
  for (const v of new Set(losses.flatMap((root) => topologicalOrder(root)))) {
    if (v.op === undefined || !v.inputs.some((x) => parameters.has(x))) continue
    const partials = v.op.ready ?? partialsOf(numbers, v, dataOf)
    v.inputs.forEach((x, i) => {
      const partial = numberAt(v, partials[i])
      if (partial !== undefined && parameters.has(x))
        given.set(x, (given.get(x) ?? 0) + partial * v.grad)
    })
  }
  return given
}

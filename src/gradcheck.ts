/**
 * The check of gradients: reverse mode against dual numbers and against central differences, at the
 * first order or, through the gradient itself, at higher ones.
 */
import { lift, Value } from './engine.ts'
import { topologicalOrder } from './order.ts'
import { grad, jvp, type Program, valueAndGrad } from './transforms.ts'

/** ∂f/∂xᵢ by three roads. */
export interface GradcheckEntry {
  /** Which inputs f was differentiated by: [i], or [i, j] at the second order. */
  readonly inputs: readonly number[]
  /** By `backward`. */
  readonly gradient: number
  /** By forward mode. */
  readonly dual: number
  /** By central differences. */
  readonly difference: number
  readonly passed: boolean
}

/** An operation so close to its kink that central differences reach across it. */
export interface Kink {
  readonly op: string
  /** Signed distance of its inputs from the kink. */
  readonly distance: number
}

/** What `gradcheck` found. */
export interface GradcheckReport {
  /** Every entry passed; one that did not is excused by a kink within reach. */
  readonly passed: boolean
  readonly entries: readonly GradcheckEntry[]
  readonly kinks: readonly Kink[]
}

/** How `gradcheck` checks. */
export interface GradcheckOptions {
  /** Highest order of derivative to check. Default 1. */
  readonly order?: number
  /** Allowed difference, relative to max(1, |derivative|). Default 1e-6: what differences resolve. */
  readonly tolerance?: number
}

/** Steps of the differences, relative to max(1, |x|): truncation rules the first, rounding the last. */
const steps = [1e-2, 3e-3, 1e-3, 3e-4, 1e-4]

/**
 * Compares the gradient of f at x with dual numbers and with central differences.
 * Reports operations that sit on a kink (relu at 0, a tie in max), where differences mean nothing.
 */
export function gradcheck(
  f: Program,
  x: readonly number[],
  options: GradcheckOptions = {},
): GradcheckReport {
  const { order = 1, tolerance = 1e-6 } = options
  const kinks = kinksNear(f, x)
  const entries = entriesOf(f, x, order, tolerance, [])
  return { passed: entries.every((e) => e.passed) || kinks.length > 0, entries, kinks }
}

function entriesOf(
  f: Program,
  x: readonly number[],
  order: number,
  tolerance: number,
  path: readonly number[],
): GradcheckEntry[] {
  const { gradient } = valueAndGrad(f)(...x)
  return gradient.flatMap((g, i) => {
    const inputs = [...path, i]
    const dual = jvp(
      f,
      x,
      x.map((_, j) => (j === i ? 1 : 0)),
    ).tangent
    const difference = centralDifference(f, x, i)
    const near = (other: number) =>
      Object.is(g, other) || Math.abs(g - other) <= tolerance * Math.max(1, Math.abs(g))
    const entry = { inputs, gradient: g, dual, difference, passed: near(dual) && near(difference) }
    if (order === 1) return [entry]
    const slope: Program = (...leaves) => grad(lift(f(...leaves)), leaves)[i]!
    return [entry, ...entriesOf(slope, x, order - 1, tolerance, inputs)]
  })
}

/** ∂f/∂xᵢ from five points, at the step where the estimate changes least. */
function centralDifference(f: Program, x: readonly number[], i: number): number {
  const at = (step: number): number =>
    lift(f(...x.map((xj, j) => new Value(j === i ? xj + step : xj)))).data
  const estimates = steps.map((step) => {
    const h = step * Math.max(1, Math.abs(x[i]!))
    return (8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h)
  })
  let best = estimates[0]!
  let change = Infinity
  for (let k = 1; k < estimates.length; k++) {
    const moved = Math.abs(estimates[k]! - estimates[k - 1]!)
    if (moved < change) [best, change] = [estimates[k]!, moved]
  }
  return best
}

function kinksNear(f: Program, x: readonly number[]): Kink[] {
  const reach = steps.at(-1)!
  return topologicalOrder(lift(f(...x.map((xi) => new Value(xi))))).flatMap((v) => {
    const op = v.op
    const distance = op?.kink?.(...(v.inputs.map((input) => input.data) as [number]))
    return distance !== undefined && Math.abs(distance) < reach ? [{ op: op!.name, distance }] : []
  })
}

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
  /** Only the differences disagree, and a kink that this input moves explains it. */
  readonly excused: boolean
}

/** An operation so close to its kink that central differences reach across it. */
export interface Kink {
  readonly op: string
  /** Signed distance of its inputs from the kink. */
  readonly distance: number
  /** The inputs of f that move it. */
  readonly inputs: readonly number[]
}

/** What `gradcheck` found. */
export interface GradcheckReport {
  /** Every entry passed, or is excused by a kink. */
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
  if (!(Number.isInteger(order) && order > 0))
    throw new RangeError(`gradcheck: order ${order}, expected 1 or more.`)
  const kinks = kinksNear(f, x)
  const kinked = new Set(kinks.flatMap(({ inputs }) => inputs))
  const entries = entriesOf(f, x, { order, tolerance, kinked }, [])
  return { passed: entries.every((e) => e.passed || e.excused), entries, kinks }
}

interface Terms {
  readonly order: number
  readonly tolerance: number
  /** Inputs at a kink. */
  readonly kinked: ReadonlySet<number>
}

function entriesOf(
  f: Program,
  x: readonly number[],
  terms: Terms,
  path: readonly number[],
): GradcheckEntry[] {
  const { order, tolerance, kinked } = terms
  return valueAndGrad(f)(...x).gradient.flatMap((gradient, i) => {
    const inputs = [...path, i]
    const direction = x.map((_, j) => (j === i ? 1 : 0))
    const dual = jvp(f, x, direction).tangent
    const difference = centralDifference(f, x, i)
    const near = (other: number): boolean =>
      Object.is(gradient, other) ||
      Math.abs(gradient - other) <= tolerance * Math.max(1, Math.abs(gradient))
    const passed = near(dual) && near(difference)
    const excused = !passed && near(dual) && inputs.some((j) => kinked.has(j))
    const entry = { inputs, gradient, dual, difference, passed, excused }
    if (order === 1) return [entry]
    const slope: Program = (...leaves) => grad(lift(f(...leaves)), leaves)[i]!
    return [entry, ...entriesOf(slope, x, { ...terms, order: order - 1 }, inputs)]
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
  const changes = estimates.map((estimate, k) =>
    Math.abs(estimate - (estimates[k - 1] ?? Infinity)),
  )
  return estimates[changes.indexOf(Math.min(...changes))] ?? NaN
}

function kinksNear(f: Program, x: readonly number[]): Kink[] {
  const reach = 2 * steps.at(-1)!
  const leaves = x.map((xi) => new Value(xi))
  return topologicalOrder(lift(f(...leaves))).flatMap((v) => {
    const distance = v.op?.kink?.(...(v.inputs.map((input) => input.data) as [number]))
    if (distance === undefined || Math.abs(distance) >= reach) return []
    const below = new Set(topologicalOrder(v))
    const inputs = leaves.flatMap((leaf, i) => (below.has(leaf) ? [i] : []))
    return [{ op: v.op!.name, distance, inputs }]
  })
}

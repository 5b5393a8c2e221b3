import { adjoints, dataOf } from '../../adjoints.ts'
import type { Value } from '../../engine.ts'
import { numbers } from '../../ops.ts'
import type { Between } from './between.ts'
import { type Difference, differenceOf, fits, type Silence } from './difference.ts'

/** How the sum of all terms compares with what others find ∂f/∂x to be. */
export interface Check {
  /** The sum equals the sweep, and differences do not contradict. */
  readonly passed: boolean
  /** ∂f/∂x by a backward sweep over everything below f, as `grad` and `backward` do it. */
  readonly sweep: number
  /** ∂f/∂x by central differences, which need no partials; else why they tell nothing here. */
  readonly difference: number | Silence | 'there are too many Values'
  /** What `x.grad` holds, if a `backward` has begun at f. */
  readonly grad: number | undefined
  /** What did not fit, in a sentence each. */
  readonly findings: readonly string[]
}

/** Relative to the sum of the sizes of all ways, which is what their rounding grows with. */
const tolerance = 1e-10

/** Beyond so many Values to compute anew, differences are left out: 16 times for each is too long. */
const manageable = 200_000

export function checked(f: Value, x: Value, between: Between, sum: number, size: number): Check {
  const sweep = x.first === null ? 0 : (adjoints(numbers, f, 1, dataOf).get(x) ?? 0)
  const found = between.moved.at(-1) === f ? differences(between) : undefined
  const slope = typeof found === 'object' ? found : undefined
  const near = (other: number): boolean =>
    Object.is(sum, other) || sum === other || Math.abs(sum - other) <= tolerance * size
  const findings: string[] = []
  if (!near(sweep)) findings.push(`the terms add up to ${sum}, a backward sweep finds ${sweep}`)
  if (slope && fits(sum, slope) === false)
    findings.push(
      `differences of f find ${slope.slope}: a partial between f and x is wrong (see gradcheck)`,
    )
  const passed = findings.length === 0
  const grad = f.grad === 1 && f !== x ? x.grad : undefined
  if (grad !== undefined && !near(grad))
    findings.push(`x.grad holds ${grad}: another backward() has added to it or overwritten it`)
  const difference = found === undefined ? 0 : typeof found === 'object' ? found.slope : found
  return { passed, sweep, difference, grad, findings }
}

function differences(between: Between): Difference | Silence | 'there are too many Values' {
  return between.moved.length > manageable ? 'there are too many Values' : differenceOf(between)
}

/**
 * ∂f/∂x from f alone: x is moved a little, and everything that x has a part in is computed anew by
 * the rows' own `eval`. No partial is looked at, so a wrong one is found.
 */
import type { Value } from '../../engine.ts'
import type { Between } from './between.ts'

/** What differences say; `error` is how far they may be off. */
export interface Difference {
  readonly slope: number
  readonly error: number
}

/** Steps relative to |x|: the first suffer from curvature, the last from rounding. */
const steps = [1e-2, 1e-3, 1e-4, 1e-5]

/** Why differences tell nothing here, where they do not. */
export type Silence = 'a kink is too near' | 'their steps disagree'

/** Five points, at the step where the estimate changes least from one step to the next. */
export function differenceOf(between: Between): Difference | Silence {
  const x = between.moved[0]!.data
  const sides = sidesAt(between, x)
  let best: Difference | undefined
  let previous: Difference | undefined
  for (const step of steps) {
    const h = step * (Math.abs(x) || 1)
    const points = [-2, -1, 1, 2].map((k) => resultAt(between, x + k * h, sides))
    if (points.includes(undefined)) continue
    const [a, b, c, d] = points as [number, number, number, number]
    const slope = (8 * (c - b) - (d - a)) / (12 * h)
    const rounding = (10 * Number.EPSILON * Math.max(...points.map((y) => Math.abs(y!)))) / h
    const change = previous === undefined ? Infinity : Math.abs(slope - previous.slope)
    previous = { slope, error: change + rounding }
    if (!best || previous.error < best.error) best = previous
  }
  if (previous === undefined) return 'a kink is too near'
  return best !== undefined && Number.isFinite(best.error) ? best : 'their steps disagree'
}

/** Whether a gradient fits what differences say, as far as they can tell; undefined: they cannot. */
export function fits(gradient: number, { slope, error }: Difference): boolean | undefined {
  const size = Math.max(Math.abs(slope), Math.abs(gradient))
  if (Math.abs(slope - gradient) <= 1e-4 * size + 10 * error) return true
  return error <= 1e-5 * size ? false : undefined
}

/** On which side of its kink each Value is that has one. */
function sidesAt(between: Between, x: number): readonly number[] {
  const sides: number[] = []
  compute(between, x, (side) => sides.push(side) > 0)
  return sides
}

/** f at another x; undefined where that is on another side of a kink. */
function resultAt(between: Between, x: number, sides: readonly number[]): number | undefined {
  let i = 0
  return compute(between, x, (side) => Object.is(side, sides[i++]))
}

function compute(
  between: Between,
  x: number,
  accept: (side: number) => boolean,
): number | undefined {
  const { moved } = between
  const data = new Float64Array(moved.length)
  data[0] = x
  const of = (v: Value): number => {
    const place = between.movedAt(v)
    return place < 0 ? v.data : data[place]!
  }
  for (let i = 1; i < moved.length; i++) {
    const { op, inputs } = moved[i]!
    const numbers = inputs.map(of)
    const args = (op!.arity === 'variadic' ? [numbers] : numbers) as [number, number, number]
    if (op!.kink && !accept(Math.sign(op!.kink(...args)))) return undefined
    try {
      data[i] = op!.eval(...args)
    } catch {
      return undefined // a pick, whose index has moved off every position
    }
  }
  return data[moved.length - 1]
}

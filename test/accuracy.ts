/** How far kernels are from the oracle: the measure, and kernels to be measured. */
import * as chainrule from 'chainrule'
import type { Operand, Value } from 'chainrule'
import { compile, type Precision } from 'chainrule/compile'
import type { At, Name } from './claims.ts'
import { bitsOf, type Exact, exact, oracle } from './oracle.ts'

const digits: Record<Precision, number> = { f64: 53, f32: 24 }
const least: Record<Precision, number> = { f64: -1074, f32: -149 }
const most: Record<Precision, number> = { f64: 1024, f32: 128 }

/** The distance in units of the last place that a number of the right size has; infinity counts as the first power of two too large. */
export function ulps(got: number, { n, e }: Exact, precision: Precision): number {
  if (Number.isNaN(got)) return Infinity
  const top = bitsOf(n) + e
  const edge = most[precision]
  if (top > edge && got === (n > 0n ? Infinity : -Infinity)) return 0
  const is = Number.isFinite(got) ? exact(got) : { n: got > 0 ? 1n : -1n, e: edge }
  const unit = Math.max(Math.min(top, edge) - digits[precision], least[precision]) - 20
  const inUnits = (x: Exact): bigint =>
    x.e >= unit ? x.n << BigInt(x.e - unit) : x.n >> BigInt(unit - x.e)
  const apart = inUnits(is) - inUnits({ n, e })
  return Math.abs(Number(apart)) / 2 ** 20
}

const rows = chainrule as unknown as Record<Name, (...x: readonly Operand[]) => Value>

/** A row as a function of its first operands: those that are too many are left out. */
export const rowOf =
  (name: Name) =>
  (...x: readonly Operand[]): Value =>
    rows[name](...x.slice(0, name === 'pow' ? 2 : 1))

/** A compiled function of so many numbers: over a batch, and at a point. */
interface Kernels {
  batch(points: readonly At[]): number[]
  point(at: At): number
  dispose(): void
}

export async function kernelsOf(name: Name, precision: Precision): Promise<Kernels> {
  const inputs = name === 'pow' ? 2 : 1
  const f = rowOf(name)
  const options = { precision, check: false } // eager is the platform's Math: no judge here
  const batch = await compile((...x: Value[]) => [f(...x)], {
    ...options,
    inputs: Array.from({ length: inputs }, () => 'number' as const),
  })
  const point = await compile(f, { ...options, inputs })
  return {
    batch: (points) =>
      batch(...Array.from({ length: inputs }, (_, i) => points.map((at) => at[i]!))).map(
        ([y]) => y!,
      ),
    point: (at) => point(...at).value,
    dispose: () => {
      batch.dispose()
      point.dispose()
    },
  }
}

/** The largest error, and where. */
interface Worst {
  readonly error: number
  readonly at: At
}

export function worst(
  name: Name,
  precision: Precision,
  points: readonly At[],
  results: readonly number[],
): Worst {
  let found: Worst = { error: 0, at: [] }
  points.forEach((at, i) => {
    const error = ulps(results[i]!, oracle[name](...(at as [number, number])), precision)
    if (!(error <= found.error)) found = { error, at }
  })
  return found
}

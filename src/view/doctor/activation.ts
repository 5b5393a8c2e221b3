import { dataOf, partialsOf } from '../../adjoints.ts'
import type { Value } from '../../engine.ts'
import { numbers, type Row } from '../../ops.ts'

/** How steep an activation is where it stands, and how steep it can be. */
export interface Steepness {
  readonly op: Row
  readonly output: number
  /** ∂y/∂a here. */
  readonly slope: number
  /** The largest |∂y/∂a| for a in [−1, 1]. */
  readonly peak: number
}

/** Where the peak is looked for: activations do their work around 0. */
const probes = [-1, -0.75, -0.5, -0.25, 0, 0.25, 0.5, 0.75, 1]

/** Peaks of rows of one operand, found once. */
const peaks = new WeakMap<Row, number>()

/**
 * The steepness of a Value that depends on exactly one computed Value (tanh(a), max(a, 0), any
 * operation of one's own), read off the partials of its row; undefined of any other Value.
 */
export function steepnessOf(v: Value): Steepness | undefined {
  if (v.op === undefined) return undefined
  const partials = partialsOf(numbers, v, dataOf)
  const flowing = v.inputs.flatMap((x, i) =>
    x.first === null || partials[i] === undefined ? [] : [i],
  )
  const at = flowing[0]
  if (at === undefined || flowing.length > 1 || v.inputs[at]!.op === undefined) return undefined
  return { op: v.op, output: v.data, slope: partials[at]!, peak: peakOf(v, v.op, at) }
}

function peakOf(v: Value, op: Row, at: number): number {
  const known = op.arity === 1 ? peaks.get(op) : undefined
  const peak = known ?? Math.max(...probes.map((probe) => steepAt(v, op, at, probe)))
  if (op.arity === 1) peaks.set(op, peak)
  return peak
}

/** |∂y/∂xᵢ| with that one input moved to `probe`; 0 where the row has no finite slope. */
function steepAt(v: Value, op: Row, at: number, probe: number): number {
  const x = v.inputs.map((xi, i) => (i === at ? probe : xi.data))
  const operands = (op.arity === 'variadic' ? [x] : x) as Parameters<Row<1>['eval']>
  const slope = (op as Row<1>).partials(numbers, (op as Row<1>).eval(...operands), ...operands)[
    at as 0
  ]
  return Number.isFinite(slope) ? Math.abs(slope as number) : 0
}

import { dataOf, numberAt, partialsOf } from '../../adjoints.ts'
import type { Value } from '../../engine.ts'
import { numbers, type Row } from '../../ops.ts'
import { inputsOf } from './sweep.ts'

/** How steep an activation is where it stands, and how steep it can be. */
export interface Steepness {
  readonly op: Row
  readonly output: number
  /** ∂y/∂a here. */
  readonly slope: number
  readonly shape: Shape
}

/** What the slopes of an activation are like. */
export interface Shape {
  /** The largest |∂y/∂a| for a in [−1, 1]. */
  readonly peak: number
  /** Whether it is flat far out on both sides, as tanh is; a ReLU is meant to be flat on one. */
  readonly bounded: boolean
}

/** Below this share of its peak a slope is flat: tanh beyond ±3, sigmoid beyond ±6. */
const flat = 0.01
/** Where the peak is looked for: activations do their work around 0. */
const probes = [-1, -0.75, -0.5, -0.25, 0, 0.25, 0.5, 0.75, 1]
/** Far out, where what is bounded is flat. */
const far = [-40, 40]

/** Shapes of rows of one operand, found once. */
const shapes = new WeakMap<Row, Shape>()

/** Whether hardly any gradient passes there. */
export function isFlat({ slope, shape }: Steepness): boolean {
  return Math.abs(slope) < flat * shape.peak
}

/**
 * The steepness of a Value that depends on exactly one computed Value (tanh(a), max(a, 0), any
 * operation of one's own), read off the partials of its row; undefined of any other Value.
 */
export function steepnessOf(v: Value): Steepness | undefined {
  if (v.op === undefined) return undefined
  const inputs = inputsOf(v)
  const partials = v.op.ready ?? partialsOf(numbers, v, dataOf)
  let at = -1
  for (let i = 0; i < inputs.length; i++) {
    if (inputs[i]!.first === null || partials[i] === undefined) continue
    if (at >= 0) return undefined
    at = i
  }
  if (at < 0 || inputs[at]!.op === undefined) return undefined
  const slope = numberAt(v, partials[at])!
  return { op: v.op, output: v.data, slope, shape: shapeOf(v, v.op, at) }
}

function shapeOf(v: Value, op: Row, at: number): Shape {
  const known = op.arity === 1 ? shapes.get(op) : undefined
  if (known !== undefined) return known
  const peak = Math.max(...probes.map((probe) => steepAt(v, op, at, probe)))
  const bounded = far.every((probe) => steepAt(v, op, at, probe) < flat * peak)
  const shape = { peak, bounded }
  if (op.arity === 1) shapes.set(op, shape)
  return shape
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

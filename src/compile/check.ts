import { dataOf, detached, evaluate, numberAt, partialsOf } from '../adjoints.ts'
import { type Inputs, interpretBy, lift, Value } from '../engine.ts'
import type { InputKind, LoopProgram, Traceable, TracedInput } from '../lift/index.ts'
import { isOfTable, lowerOf } from '../lift/lowering.ts'
import { Numbering, operandAt, operandCount } from '../lift/numbering.ts'
import { numbers, type Row } from '../ops.ts'
import { Walk } from '../order.ts'
import type { Batch } from './batch.ts'
import type { Precision } from './store.ts'

/** The program, unless a row in it says nowhere how the basis spells it. */
export function compilable(program: LoopProgram): LoopProgram {
  for (const { op } of program.grouping.groups)
    if (op !== undefined && !isOfTable(op)) lowerOf(op, 'compiled')
  return program
}

/** What the engine itself makes of one example: the outputs, and the gradient of the first. */
export interface Reference {
  readonly outputs: readonly number[]
  readonly gradient: readonly number[]
}

/** Operations as the engine reads them where nobody else does. */
function remembered(op: Row, first: Inputs, second?: Value): Value {
  const data = evaluate(op, first, second)
  return op === detached ? lift(data) : new Value(data, undefined, op, first, second)
}

/** Runs `f` on the first example of a batch, one Value at a time. */
export function eagerly(
  f: Traceable,
  kinds: readonly InputKind[],
  { columns }: Batch,
  by: readonly Value[] | 'inputs',
): Reference {
  const leaves = columns.map(({ width, at }) =>
    Array.from({ length: width }, (_, place) => new Value(at(0, place))),
  )
  const given = leaves.map((list, i) => (typeof kinds[i] === 'object' ? list : list[0]))
  // A call may stand inside of noGrad, or of another function that is traced.
  const result = interpretBy(remembered, () => f(...(given as TracedInput[])))
  const outputs = (Array.isArray(result) ? result : [result]).map((y) => lift(y as Value))
  const wanted = by === 'inputs' ? leaves.filter((_, i) => kinds[i] !== 'index').flat() : by
  return { outputs: outputs.map((y) => y.data), gradient: gradientOf(outputs[0]!, wanted) }
}

/** ∂y/∂x for each x, by a sweep that leaves no mark on any `grad`. */
function gradientOf(y: Value, xs: readonly Value[]): number[] {
  const places = new Numbering()
  const found: number[] = [1]
  places.set(y, 0)
  const walk = new Walk(y)
  for (let v = walk.next(); v !== undefined; v = walk.next()) {
    if (v.op === undefined) continue
    const upstream = found[places.get(v)]!
    const partials = v.op.ready ?? partialsOf(numbers, v, dataOf)
    const count = operandCount(v)
    for (let i = 0; i < count; i++) {
      const x = operandAt(v, i)
      const partial = numberAt(v, partials[i])
      if (partial === undefined || x.first === null) continue
      if (walk.reach(x)) places.set(x, found.push(partial * upstream) - 1)
      else found[places.get(x)]! += partial * upstream
    }
  }
  return xs.map((x) => found[places.get(x)] ?? 0)
}

/**
 * Allowed differences, relative to max(1, |expected|): far above what rounding leaves in a program
 * of reasonable condition, far below what a wrong rule does.
 */
const tolerances: Record<Precision, number> = { f64: 1e-6, f32: 2e-2 }

/** Throws unless compiled numbers are those of the engine. */
export function refuseDisagreement(
  what: string,
  got: ArrayLike<number>,
  expected: readonly number[],
  precision: Precision,
): void {
  const tolerance = tolerances[precision]
  expected.forEach((want, i) => {
    const is = got[i]!
    const near =
      Object.is(is, want) || Math.abs(is - want) <= tolerance * Math.max(1, Math.abs(want))
    if (near || !Number.isFinite(want)) return
    throw new Error(
      `compiled and eager disagree at the first example: ${what} ${i + 1} is ${is}, expected ${want}. ` +
        'Does an operation of your own have a lower or partials that differ from its eval? If the ' +
        'function is known to be that sensitive to rounding, pass check: false.',
    )
  })
}

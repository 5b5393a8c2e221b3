/** The engine's own numbers for one example, to which compiled ones are compared. */
import { dataOf, detached, evaluate, numberAt, partialsOf } from '../adjoints.ts'
import { type Inputs, interpretBy, lift, Value } from '../engine.ts'
import type { InputKind, Traceable, TracedInput } from '../lift/index.ts'
import { type Graph, Tape } from '../lift/tape.ts'
import { numbers, type Row } from '../ops.ts'
import type { Batch } from './batch.ts'

/** What the engine itself makes of one example: the outputs, and the gradient of the first. */
export interface Reference {
  readonly outputs: readonly number[]
  readonly gradient: ArrayLike<number>
  /** The graph that they were read from. */
  readonly roots: readonly Value[]
  /** How many examples the batch has. */
  readonly examples: number
}

/** Runs `f` on the first example of a batch, one Value at a time. */
export function eagerly(
  f: Traceable,
  kinds: readonly InputKind[],
  { columns, examples }: Batch,
  by: readonly Value[] | 'inputs',
): Reference {
  const leaves = columns.map(({ width, at }, i) =>
    Array.from({ length: width }, (_, place) => {
      const where = width > 1 ? `, number ${place + 1}` : ''
      return new Value(at(0, place), `argument ${i + 1}${where}`)
    }),
  )
  const given = leaves.map((list, i) => (typeof kinds[i] === 'object' ? list : list[0]))
  const wanted = by === 'inputs' ? leaves.filter((_, i) => kinds[i] !== 'index').flat() : by
  const tape = new Tape(wanted)
  // A call may stand inside of noGrad, or of another function that is traced.
  const result = interpretBy(remembered, () => f(...(given as TracedInput[])))
  const roots = (Array.isArray(result) ? result : [result]).map((y) => lift(y as Value))
  const gradient = adjointsIn(tape, tape.numberOf(roots[0]!)).subarray(0, wanted.length)
  return { outputs: roots.map((y) => y.data), gradient, roots, examples }

  /** Operations as the engine reads them where nobody else does. */
  function remembered(op: Row, first: Inputs, second?: Value): Value {
    const data = evaluate(op, first, second)
    if (op === detached) return lift(data)
    const v = new Value(data, undefined, op, first, second)
    tape.record(v)
    return v
  }
}

/** ∂y/∂v for every v of a graph, by a sweep that leaves no mark on any `grad`. */
function adjointsIn({ values, operands, starts, ends }: Graph, y: number): Float64Array {
  const adjoints = new Float64Array(values.length)
  const reached = new Uint8Array(values.length)
  adjoints[y] = 1
  reached[y] = 1
  for (let n = y; n >= 0; n--) {
    const v = values[n]!
    if (reached[n] === 0 || v.op === undefined) continue
    const upstream = adjoints[n]!
    const partials = v.op.ready ?? partialsOf(numbers, v, dataOf)
    const start = starts[n]!
    for (let i = start; i < ends[n]!; i++) {
      const x = operands[i]!
      const partial = numberAt(v, partials[i - start])
      if (partial === undefined || values[x]!.first === null) continue
      reached[x] = 1
      adjoints[x]! += partial * upstream
    }
  }
  return adjoints
}

/** The engine's own numbers for one example, to which compiled ones are compared. */
import { dataOf, detached, evaluate, numberAt, partialsOf } from '../adjoints.ts'
import { type Inputs, interpretBy, lift, Value } from '../engine.ts'
import type { Trace, Traceable, TracedInput } from '../lift/index.ts'
import { Sheet } from '../lift/notes.ts'
import { numbers, type Row } from '../ops.ts'
import { Walk } from '../order.ts'
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

/** Operations as the engine reads them where nobody else does. */
function remembered(op: Row, first: Inputs, second?: Value): Value {
  const data = evaluate(op, first, second)
  return op === detached ? lift(data) : new Value(data, undefined, op, first, second)
}

/** What is to be known of a function's trace: little, where the graph itself may go. */
export interface Outline extends Pick<Trace, 'kinds'> {
  /** What was computed before the function ran, operands first. */
  readonly earlier: readonly Value[]
}

export const outlineOf = ({ kinds, graph: { earlier } }: Trace): Outline => ({ kinds, earlier })

/** Runs `f` on the first example of a batch, one Value at a time. */
export function eagerly(
  f: Traceable,
  { kinds, earlier }: Outline,
  batch: Batch,
  by: readonly Value[] | 'inputs',
): Reference {
  const before = earlier.map(dataOf)
  try {
    // As a kernel does: leaves may have other numbers than when this was computed.
    for (const v of earlier) v.data = evaluate(v.op!, v.first, v.second)
    return referenceOf(f, kinds, batch, by)
  } finally {
    earlier.forEach((v, i) => (v.data = before[i]!))
  }
}

function referenceOf(
  f: Traceable,
  kinds: Outline['kinds'],
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
  // A call may stand inside of noGrad, or of another function that is traced.
  const result = interpretBy(remembered, () => f(...(given as TracedInput[])))
  const roots = (Array.isArray(result) ? result : [result]).map((y) => lift(y as Value))
  const wanted = by === 'inputs' ? leaves.filter((_, i) => kinds[i] !== 'index').flat() : by
  const adjoints = adjointsOf(roots[0]!)
  const gradient = new Float64Array(wanted.length)
  for (let i = 0; i < gradient.length; i++) gradient[i] = adjoints.get(wanted[i]!)
  return { outputs: roots.map((y) => y.data), gradient, roots, examples }
}

/** ∂y/∂x beside each x, by a sweep that leaves no mark on any `grad`. */
function adjointsOf(y: Value): Sheet {
  const sums = new Sheet()
  sums.add(y, 1)
  const walk = new Walk(y)
  for (let v = walk.next(); v !== undefined; v = walk.next()) {
    if (v.op === undefined) continue
    const { first, second } = v
    const upstream = sums.get(v)
    const partials = v.op.ready ?? partialsOf(numbers, v, dataOf)
    const list = Array.isArray(first)
    const count = list ? first.length : second === undefined ? 1 : 2
    for (let i = 0; i < count; i++) {
      const x = (list ? first[i] : i === 0 ? first : second) as Value
      const partial = numberAt(v, partials[i])
      if (partial === undefined || x.first === null) continue
      if (x.op !== undefined) walk.reach(x)
      sums.add(x, partial * upstream)
    }
  }
  return sums
}

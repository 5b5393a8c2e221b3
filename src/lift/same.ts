import type { Value } from '../engine.ts'
import { Numbering, operandsOf } from './numbering.ts'
import { type InputKinds, type Trace, type Traceable, traceOf } from './trace.ts'

/** The trace of a function. Throws what it throws, and if it computes something else each time. */
export function steadyTraceOf(f: Traceable, inputs: InputKinds): Trace {
  const trace = traceOf(f, inputs)
  refuseDifferent(trace, traceOf(f, inputs))
  return trace
}

/**
 * Throws unless two runs of one function left the same graph: a function that draws random numbers,
 * counts its calls or reads a clock computes something else at every call, and compiling would
 * freeze one of them.
 */
function refuseDifferent(one: Trace, other: Trace): void {
  const [places, others] = [new Numbering(), new Numbering()]
  one.order.forEach((v, i) => places.set(v, i))
  other.order.forEach((v, i) => others.set(v, i))
  const inputs = other.inputs.flat()
  one.inputs.flat().forEach((v, i) => {
    places.set(v, one.order.length + i)
    others.set(inputs[i]!, one.order.length + i)
  })
  const at = one.order.findIndex((v, i) => !agree(v, other.order[i]))
  if (at < 0 && one.order.length === other.order.length) return
  const what = one.order[Math.max(0, at)]?.op?.name ?? 'a number'
  throw new TypeError(
    'two runs of the function left different graphs' +
      (at < 0
        ? `, of ${one.order.length} and ${other.order.length} Values`
        : `, first at ${what}`) +
      ': it draws random numbers, counts its calls, or depends on something that changes. Draw them ' +
      'once outside of it, or pass them as an input.',
  )

  function agree(a: Value, b: Value | undefined): boolean {
    if (b === undefined || a.op !== b.op) return false
    if (a.op === undefined) {
      const literals = a.first === null && b.first === null
      return a === b || (literals ? Object.is(a.data, b.data) : places.get(a) === others.get(b))
    }
    const [x, y] = [operandsOf(a), operandsOf(b)]
    return x.length === y.length && x.every((xi, i) => places.get(xi) === others.get(y[i]!))
  }
}

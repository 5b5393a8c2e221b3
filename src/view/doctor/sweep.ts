import { dataOf, numberAt, partialsOf } from '../../adjoints.ts'
import type { Value } from '../../engine.ts'
import { Sheet } from '../../lift/notes.ts'
import { numbers } from '../../ops.ts'
import { Walk } from '../../order.ts'

/** Where a sweep first made something that is not finite. */
interface Break {
  readonly v: Value
  /** The input whose gradient is not finite. */
  readonly input: number
  readonly partial: number
  /** The adjoint that had reached `v`. */
  readonly upstream: number
}

/**
 * ∂root/∂v of every computed Value and leaf on the way, as `backward` finds it, but beside the Values:
 * nobody's `grad` is touched. Remembers the order, and where it broke.
 */
export class Sweep {
  readonly adjoint: Sheet = new Sheet()
  /** Computed Values that a gradient reaches, inputs before outputs. */
  readonly order: readonly Value[]
  /** The first gradient that is NaN or infinite. */
  broken: Break | undefined

  constructor(root: Value) {
    const order: Value[] = []
    const walk = new Walk(root)
    this.adjoint.set(root, 1)
    for (let v = walk.next(); v !== undefined; v = walk.next()) {
      if (v.op === undefined) continue
      order.push(v)
      this.#pass(walk, v)
    }
    this.order = order.reverse()
  }

  #pass(walk: Walk, v: Value): void {
    const upstream = this.adjoint.get(v)
    const partials = v.op!.ready ?? partialsOf(numbers, v, dataOf)
    const inputs = inputsOf(v)
    for (let input = 0; input < inputs.length; input++) {
      const x = inputs[input]!
      const partial = numberAt(v, partials[input])
      if (partial === undefined || x.first === null) continue
      walk.reach(x)
      const adjoint = this.adjoint.get(x) + partial * upstream
      this.adjoint.set(x, adjoint)
      if (!Number.isFinite(adjoint)) this.broken ??= { v, input, partial, upstream }
    }
  }
}

/** The inputs of a computed Value, without a look at each. */
export function inputsOf({ first, second }: Value): readonly Value[] {
  if (second !== undefined) return [first as Value, second]
  return Array.isArray(first) ? (first as readonly Value[]) : [first as Value]
}

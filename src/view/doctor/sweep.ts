import { dataOf, numberAt, partialsOf } from '../../adjoints.ts'
import type { Value } from '../../engine.ts'
import { numbers } from '../../ops.ts'
import { Walk } from '../../order.ts'
import type { Page } from '../../page.ts'

/** A number beside each Value, 0 at first; kept page by page, as Values keep theirs. */
export class Sheet {
  readonly #pages = new Map<Page, Float64Array>()
  #page: Page | undefined
  #column: Float64Array = new Float64Array(0)

  get({ page, at }: Value): number {
    return this.#of(page)[at]!
  }

  set({ page, at }: Value, x: number): void {
    this.#of(page)[at] = x
  }

  #of(page: Page): Float64Array {
    if (page === this.#page) return this.#column
    let column = this.#pages.get(page)
    if (column === undefined) this.#pages.set(page, (column = new Float64Array(page.length)))
    this.#page = page
    this.#column = column
    return column
  }
}

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

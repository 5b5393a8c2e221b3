import { dataOf, numberAt, partialsOf } from '../../adjoints.ts'
import type { Value } from '../../engine.ts'
import { numbers } from '../../ops.ts'
import { topologicalOrder } from '../../order.ts'
import { type Steepness, steepnessOf } from './activation.ts'

/** A Value that is an activation, and how steep it is there. */
export interface Activation {
  readonly v: Value
  /** Activations between the inputs and it. */
  readonly level: number
  readonly steepness: Steepness
  /** Whether a next layer's parameters work on it. */
  readonly hidden: boolean
}

/**
 * One graph, read from the inputs up: what its parameters work on. A Value that parameters work on
 * and that comes from exactly one other is an activation, whatever its operation is called, and
 * begins the next level.
 */
export class Reading {
  readonly parameters: Set<Value> = new Set()
  /** Plain numbers with the first parameter that each is multiplied by. */
  readonly inputs: (readonly [parameter: Value, x: number])[] = []
  readonly #order: readonly Value[]
  readonly #levels = new Map<Value, number>()
  readonly #steepness = new Map<Value, Steepness | undefined>()
  readonly #seen = new Set<Value>()

  constructor(root: Value, isParameter: (x: Value) => boolean) {
    this.#order = topologicalOrder(root).filter((v) => v.op !== undefined)
    for (const v of this.#order) this.#visit(v, isParameter)
  }

  /** Hidden ones, and those of one operand in a module that are not (its outputs). */
  activations(): Activation[] {
    return this.#order.flatMap((v) => {
      const hidden = this.#steepness.has(v)
      if (!hidden && (v.op!.arity !== 1 || v.scope === undefined)) return []
      const steepness = hidden ? this.#steepness.get(v) : steepnessOf(v)
      return steepness ? [{ v, level: this.#levels.get(v)!, steepness, hidden }] : []
    })
  }

  #visit(v: Value, isParameter: (x: Value) => boolean): void {
    const { inputs } = v
    const owned = inputs.some(isParameter)
    let level = 0
    for (const x of inputs)
      if (x.op !== undefined)
        level = Math.max(level, this.#levels.get(x)! + (owned && this.#isActivation(x) ? 1 : 0))
    this.#levels.set(v, level)
    if (!owned) return
    for (const [i, x] of inputs.entries()) {
      if (!isParameter(x)) continue
      this.parameters.add(x)
      const other = inputs[1 - i]
      if (level > 0 || inputs.length !== 2 || other!.op !== undefined) continue
      if (!isParameter(other!) && !this.#seen.has(other!)) this.#meet(v, i, other!)
    }
  }

  /** A parameter meets a number: what the number weighs is the partial by the parameter. */
  #meet(v: Value, i: number, input: Value): void {
    this.#seen.add(input)
    const partials = v.op!.ready ?? partialsOf(numbers, v, dataOf)
    this.inputs.push([v.inputs[i]!, numberAt(v, partials[i]) ?? 0])
  }

  #isActivation(x: Value): boolean {
    if (!this.#steepness.has(x)) this.#steepness.set(x, steepnessOf(x))
    return this.#steepness.get(x) !== undefined
  }
}

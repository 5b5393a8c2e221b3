import { dataOf, numberAt, partialsOf } from '../../adjoints.ts'
import type { Value } from '../../engine.ts'
import { Sheet } from '../../lift/notes.ts'
import { numbers } from '../../ops.ts'
import { type Steepness, steepnessOf } from './activation.ts'
import { inputsOf } from './sweep.ts'

/** A Value that is an activation, and how steep it is there. */
interface Activation {
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
  readonly #levels = new Sheet()
  readonly #steepness = new Map<Value, Steepness | undefined>()
  readonly #seen = new Set<Value>()

  /** Of the computed Values of a graph, inputs before outputs. */
  constructor(order: readonly Value[], isParameter: (x: Value) => boolean) {
    this.#order = order
    for (const v of order) this.#visit(v, isParameter)
  }

  /** Hidden ones, and those of one operand in a module that are not (its outputs). */
  activations(): Activation[] {
    return this.#order.flatMap((v) => {
      const hidden = this.#steepness.has(v)
      if (!hidden && (v.op!.arity !== 1 || v.scope === undefined)) return []
      const steepness = hidden ? this.#steepness.get(v) : steepnessOf(v)
      return steepness ? [{ v, level: this.#levels.get(v), steepness, hidden }] : []
    })
  }

  #visit(v: Value, isParameter: (x: Value) => boolean): void {
    const inputs = inputsOf(v)
    const owned = inputs.some(isParameter)
    let level = 0
    for (const x of inputs) {
      if (x.op === undefined) continue
      const next = owned && this.#isActivation(x) ? 1 : 0
      level = Math.max(level, this.#levels.get(x) + next)
    }
    if (level > 0) this.#levels.set(v, level)
    if (owned) this.#own(v, inputs, isParameter)
  }

  /** The parameters of an operation, and on the lowest level the number that each one meets. */
  #own(v: Value, inputs: readonly Value[], isParameter: (x: Value) => boolean): void {
    const pair = inputs.length === 2 && this.#levels.get(v) === 0
    for (let i = 0; i < inputs.length; i++) {
      const p = inputs[i]!
      if (!isParameter(p)) continue
      this.parameters.add(p)
      const x = inputs[1 - i]
      if (!pair || x!.op !== undefined || isParameter(x!) || this.#seen.has(x!)) continue
      this.#seen.add(x!)
      // What the number weighs is the partial by the parameter: x itself in p · x, 1 in p + x.
      const partials = v.op!.ready ?? partialsOf(numbers, v, dataOf)
      this.inputs.push([p, numberAt(v, partials[i]) ?? 0])
    }
  }

  #isActivation(x: Value): boolean {
    if (!this.#steepness.has(x)) this.#steepness.set(x, steepnessOf(x))
    return this.#steepness.get(x) !== undefined
  }
}

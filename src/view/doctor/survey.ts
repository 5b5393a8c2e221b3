import type { Value } from '../../engine.ts'
import type { Sheet } from '../../lift/notes.ts'
import type { Row } from '../../ops.ts'
import type { Scope } from '../../page.ts'
import { isFlat, type Shape, type Steepness } from './activation.ts'
import { Reading } from './reading.ts'
import { Sweep } from './sweep.ts'

/** An activation over all the times it was computed: once for each example. */
export interface Unit {
  readonly op: Row
  readonly shape: Shape
  /** Whether a next layer's parameters work on it. */
  readonly hidden: boolean
  passes: number
  /** Times it was off: output and slope 0, or flat where it is meant to be flat on one side. */
  off: number
  /** Whether that was exactly 0 each time. */
  exactly: boolean
  /** Times it was flat although it is flat on both sides. */
  saturated: number
}

/** Activations at the same distance from the inputs, in the same module. */
export interface Layer {
  /** Activations between the inputs and here. */
  readonly level: number
  /** The scope that modules recorded; `layer 1`, counted from the inputs, where none did. */
  readonly name: string
  readonly units: Map<string, Unit>
  /** Σ (∂loss/∂y)² over what the hidden ones gave, and how often they gave something. */
  squares: number
  answers: number
}

/** What the graphs of losses say, collected over examples: activations, gradients, inputs. */
export class Survey {
  readonly #layers = new Map<string, Layer>()
  /** Σ ∂loss/∂p over the losses. */
  readonly gradient: Map<Value, number> = new Map()
  /** The same, each loss times its `grad`: what a `backward` through it gave the parameters. */
  readonly swept: Map<Value, number> = new Map()
  /** Σ x² and count of the numbers that go in, by the first parameter that they meet: a column. */
  readonly columns: Map<Value, { squares: number; count: number }> = new Map()
  losses = 0
  total = 0
  /** Σ loss, each times its `grad`. */
  sweptTotal = 0

  /** The layers, nearest to the inputs first. */
  get layers(): Layer[] {
    return [...this.#layers.values()].sort((a, b) => a.level - b.level)
  }

  add(root: Value, isParameter: (x: Value) => boolean): void {
    this.losses++
    this.total += root.data
    this.sweptTotal += root.data * root.grad
    const { order, adjoint } = new Sweep(root)
    const reading = new Reading(order, isParameter)
    for (const p of reading.parameters) {
      const g = adjoint.get(p)
      this.gradient.set(p, (this.gradient.get(p) ?? 0) + g)
      if (root.grad !== 0) this.swept.set(p, (this.swept.get(p) ?? 0) + root.grad * g)
    }
    this.#noteActivations(reading, adjoint)
    for (const [p, x] of reading.inputs) {
      const column = this.columns.get(p) ?? { squares: 0, count: 0 }
      column.squares += x * x
      column.count++
      this.columns.set(p, column)
    }
  }

  #noteActivations(reading: Reading, adjoint: Sheet): void {
    const ordinals = new Map<Scope | undefined, number>()
    for (const { v, level, steepness, hidden } of reading.activations()) {
      const { scope } = v
      const ordinal = ordinals.get(scope) ?? 0
      ordinals.set(scope, ordinal + 1)
      const key = `${scope?.name ?? ''} ${steepness.op.name} ${ordinal}`
      const layer = this.#layerAt(scope, level)
      note(layer.units, key, steepness, hidden)
      if (!hidden) continue
      layer.squares += adjoint.get(v) ** 2
      layer.answers++
    }
  }

  /** The innermost scope is the neuron; what is around it names the layer. */
  #layerAt(scope: Scope | undefined, level: number): Layer {
    const path = pathOf(scope?.parent)
    const key = `${level} ${path}`
    let layer = this.#layers.get(key)
    if (layer === undefined) {
      const name = path === '' ? `layer ${level + 1}` : path
      layer = { level, name, units: new Map(), squares: 0, answers: 0 }
      this.#layers.set(key, layer)
    }
    return layer
  }
}

function note(units: Map<string, Unit>, key: string, steepness: Steepness, hidden: boolean): void {
  const { op, output, slope, shape } = steepness
  const begin = { op, shape, hidden, passes: 0, off: 0, exactly: true, saturated: 0 }
  const unit: Unit = units.get(key) ?? begin
  units.set(key, unit)
  unit.passes++
  const zero = slope === 0 && output === 0
  if (zero || (isFlat(steepness) && !shape.bounded)) {
    unit.off++
    unit.exactly &&= zero
  } else if (isFlat(steepness)) unit.saturated++
}

/** `layers.0 > neurons.3`, outermost first. */
export function pathOf(scope: Scope | undefined): string {
  const names: string[] = []
  for (let s = scope; s !== undefined; s = s.parent) names.push(s.name)
  return names.reverse().join(' > ')
}

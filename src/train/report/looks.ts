import type { Examples } from '../../data/index.ts'
import type { Value } from '../../engine.ts'
import { topologicalOrder } from '../../order.ts'
import type { Model } from '../evaluate.ts'

/** What is looked at in every layer. */
export type Aspect = 'weights' | 'gradients' | 'activations'

/** Numbers of one aspect of one layer at the end of an epoch. */
export interface LayerLook {
  readonly layer: string
  readonly aspect: Aspect
  readonly epoch: number
  readonly numbers: Float32Array
}

/** About so many epochs are looked at. */
const moments = 20
/** More numbers than this are thinned out evenly. */
const mostNumbers = 2000
/** About so many multiplications are spent on a look. */
const work = 20_000

/** Looks at weights, gradients and activations now and then while a training runs. */
export class Looks {
  readonly all: LayerLook[] = []
  readonly #model: Model
  readonly #rows: Examples['X']
  readonly #every: number

  constructor(model: Model, { X }: Examples, epochs: number) {
    this.#model = model
    this.#every = Math.max(1, Math.ceil(epochs / moments))
    const size = model.parameters().length
    this.#rows = X.slice(0, Math.max(1, Math.min(16, Math.floor(work / Math.max(1, size)))))
  }

  /**
   * At the start (epoch 0) and after an epoch; true if it is one that is looked at. Gradients are those of
   * the last batch.
   */
  take(epoch: number): boolean {
    if (epoch % this.#every !== 0) return false
    for (const [layer, values] of layersOf(this.#model)) {
      this.#add(
        layer,
        'weights',
        epoch,
        values.map((v) => v.data),
      )
      if (epoch > 0)
        this.#add(
          layer,
          'gradients',
          epoch,
          values.map((v) => v.grad),
        )
    }
    for (const [layer, numbers] of activationsOf(this.#model, this.#rows))
      this.#add(layer, 'activations', epoch, numbers)
    return true
  }

  #add(layer: string, aspect: Aspect, epoch: number, numbers: readonly number[]): void {
    const step = Math.max(1, Math.ceil(numbers.length / mostNumbers))
    const kept = numbers.filter((_, i) => i % step === 0)
    this.all.push({ layer, aspect, epoch, numbers: Float32Array.from(kept) })
  }
}

/** Parameters by layer: `layers.0.weight` and `layers.0.bias` are of `layers.0`. */
function layersOf(model: Model): Map<string, Value[]> {
  const layers = new Map<string, Value[]>()
  for (const { name, values } of model.named()) {
    const layer = name.includes('.') ? name.slice(0, name.lastIndexOf('.')) : name
    layers.set(layer, [...(layers.get(layer) ?? []), ...values])
  }
  return layers
}

/**
 * What every module with a name gives, by the module around it: the newest Value that was made in each of
 * its scopes, `layers.0/neurons.3` being one of `layers.0`.
 */
function activationsOf(model: Model, rows: Examples['X']): Map<string, number[]> {
  const found = new Map<string, number[]>()
  for (const x of rows) {
    const newest = new Map<object, Value>()
    for (const v of topologicalOrder(...model.forward(x)))
      if (v.op !== undefined && v.scope !== undefined) newest.set(v.scope, v)
    for (const v of newest.values()) {
      const layer = v.scope!.parent?.name ?? v.scope!.name
      found.set(layer, [...(found.get(layer) ?? []), v.data])
    }
  }
  return found
}

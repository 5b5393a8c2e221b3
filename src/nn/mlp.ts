import type { Operand, Value } from '../engine.ts'
import { lift } from '../engine.ts'
import { inScope } from '../page.ts'
import { Random } from '../random.ts'
import { type Activation, activationOf } from './activation.ts'
import { Layer, type LayerOptions } from './layer.ts'
import { Module, type NamedParameter, within } from './module.ts'
import { checkSizes } from './size.ts'

/** How an MLP begins. */
export interface MLPOptions extends LayerOptions {
  /** Activation of the last layer. Default 'linear': scores, logits, or plain numbers. */
  readonly outputActivation?: Activation
}

/** What an MLP is made of: enough to build the same one again. */
export interface Architecture {
  readonly inputs: number
  readonly sizes: readonly number[]
  readonly activation: Activation
  readonly outputActivation: Activation
}

/**
 * Layers one after the other: `new MLP(2, [16, 16, 1])` takes 2 numbers through two hidden layers
 * to 1. Hidden layers use `activation` (default 'relu'), the last one `outputActivation`.
 */
export class MLP extends Module {
  readonly layers: readonly Layer[]
  readonly architecture: Architecture

  constructor(inputs: number, sizes: readonly number[], options: MLPOptions = {}) {
    super()
    const { activation = 'relu', outputActivation = 'linear', random = new Random(0) } = options
    if (!Array.isArray(sizes))
      throw new TypeError(`sizes is a list such as [16, 1], got ${String(sizes)}.`)
    if (sizes.length === 0) throw new RangeError('an MLP needs at least one layer size, got [].')
    checkSizes([inputs, ...sizes])
    for (const name of [activation, outputActivation]) activationOf(name)
    this.architecture = { inputs, sizes: [...sizes], activation, outputActivation }
    this.layers = sizes.map((fanOut, i) => {
      const last = i === sizes.length - 1
      const own = { ...options, random, activation: last ? outputActivation : activation }
      return new Layer(i === 0 ? inputs : sizes[i - 1]!, fanOut, own)
    })
  }

  /** The inputs through every layer: as many Values as the last layer has neurons. */
  forward(x: readonly Operand[]): Value[] {
    return this.layers.reduce<Value[]>(
      (values, layer, i) => inScope(`layers.${i}`, () => layer.forward(values)),
      x.map(lift),
    )
  }

  override parameters(): Value[] {
    return this.layers.flatMap((layer) => layer.parameters())
  }

  override named(): NamedParameter[] {
    return this.layers.flatMap((layer, i) => within(`layers.${i}`, layer))
  }
}

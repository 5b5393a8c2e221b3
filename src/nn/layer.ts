import { lift, type Operand, type Value } from '../engine.ts'
import { inScope } from '../page.ts'
import { Random } from '../random.ts'
import type { Activation } from './activation.ts'
import { type Initialisation, initialisationOf } from './initialisation.ts'
import { Module, type NamedParameter } from './module.ts'
import { Neuron } from './neuron.ts'
import { checkSizes } from './size.ts'

/** How a layer begins. */
export interface LayerOptions {
  /** Default 'relu', as micrograd. */
  readonly activation?: Activation
  /** Default 'uniform', as micrograd; 'xavier', 'he' and 'torch' suit larger layers. */
  readonly initialisation?: Initialisation
  /** Draws the weights. Default `new Random(0)`. */
  readonly random?: Random
}

/** Neurons side by side over the same inputs: fanIn numbers in, fanOut Values out. */
export class Layer extends Module {
  readonly neurons: readonly Neuron[]

  constructor(fanIn: number, fanOut: number, options: LayerOptions = {}) {
    super()
    const { activation, initialisation = 'uniform', random = new Random(0) } = options
    checkSizes([fanIn, fanOut])
    const draw = initialisationOf(initialisation)
    const rows = Array.from({ length: fanOut }, () =>
      Array.from({ length: fanIn }, () => draw.weight(random, fanIn, fanOut)),
    )
    this.neurons = rows.map((weights) => {
      const bias = draw.bias(random, fanIn)
      return new Neuron(fanIn, { weights, bias, activation })
    })
  }

  /** fanIn numbers in, fanOut Values out. Throws on another number of inputs. */
  forward(x: readonly Operand[]): Value[] {
    const inputs = x.map(lift)
    return this.neurons.map((neuron, i) => inScope(`neurons.${i}`, () => neuron.forward(inputs)))
  }

  override parameters(): Value[] {
    return this.neurons.flatMap((neuron) => neuron.parameters())
  }

  /** As torch.nn.Linear: `weight` of shape [fanOut, fanIn] and `bias` of shape [fanOut]. */
  override named(): NamedParameter[] {
    const fanOut = this.neurons.length
    const weights = this.neurons.flatMap((neuron) => neuron.weights)
    const biases = this.neurons.map((neuron) => neuron.bias)
    return [
      { name: 'weight', shape: [fanOut, weights.length / fanOut], values: weights },
      { name: 'bias', shape: [fanOut], values: biases },
    ]
  }
}

import { type Operand, Value } from '../engine.ts'
import { mul, sum } from '../functions.ts'
import { Random } from '../random.ts'
import { type Activation, activationOf } from './activation.ts'
import { Module, type NamedParameter } from './module.ts'
import { checkedSize } from './size.ts'

/** How a neuron begins. */
export interface NeuronOptions {
  /** Default 'relu', as micrograd. */
  readonly activation?: Activation
  /** Draws the weights, uniform in [−1, 1]. Default `new Random(0)`. */
  readonly random?: Random
  /** Weights to start from instead of drawn ones. */
  readonly weights?: readonly number[]
  /** Default 0. */
  readonly bias?: number
}

/** activation(b + Σ wᵢ·xᵢ): products into one sum into an activation. */
export class Neuron extends Module {
  readonly weights: readonly Value[]
  readonly bias: Value
  readonly #activation: (x: Value) => Value

  constructor(fanIn: number, options: NeuronOptions = {}) {
    super()
    const { activation = 'relu', bias = 0 } = options
    this.weights = (options.weights ?? drawn(fanIn, options)).map((w, i) => new Value(w, `w${i}`))
    this.bias = new Value(bias, 'b')
    this.#activation = activationOf(activation)
    if (this.weights.length !== fanIn)
      throw new RangeError(
        `a neuron of ${fanIn} inputs takes ${fanIn} weights, got ${this.weights.length}.`,
      )
  }

  /** activation(b + Σ wᵢ·xᵢ). Throws on another number of inputs. */
  forward(x: readonly Operand[]): Value {
    if (x.length !== this.weights.length)
      throw new RangeError(`expected ${this.weights.length} inputs, got ${x.length}.`)
    const terms: Value[] = new Array(x.length + 1)
    terms[0] = this.bias
    for (let i = 0; i < x.length; i++) terms[i + 1] = mul(this.weights[i]!, x[i]!)
    return this.#activation(sum(terms))
  }

  override parameters(): Value[] {
    return [...this.weights, this.bias]
  }

  override named(): NamedParameter[] {
    return [
      { name: 'weight', shape: [this.weights.length], values: this.weights },
      { name: 'bias', shape: [], values: [this.bias] },
    ]
  }
}

/** Weights from one stream, as many as there are inputs. */
function drawn(fanIn: number, { random = new Random(0) }: NeuronOptions): number[] {
  return Array.from({ length: checkedSize(fanIn) }, () => random.uniform(-1, 1))
}

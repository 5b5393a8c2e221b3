import type { Value } from '../engine.ts'
import type { Algebra } from '../ops.ts'
import { settled } from './options.ts'
import { decayed, Optimizer, type OptimizerOptions, type Update, within } from './optimizer.ts'

/** Settings of SGD. */
export interface SGDOptions extends OptimizerOptions {
  /** How much of the last direction is kept, in [0, 1). Default 0. */
  readonly momentum?: number
  /** Nesterov's momentum: look ahead along the new direction. Default false. */
  readonly nesterov?: boolean
  /** Pull towards 0, added to the gradient as weightDecay · p. Default 0. */
  readonly weightDecay?: number
}

/** Stochastic gradient descent, p ← p − learningRate · direction. As torch.optim.SGD. */
export class SGD extends Optimizer {
  readonly name = 'sgd'
  readonly settings: Required<Omit<SGDOptions, 'learningRate'>>
  readonly slots: number

  constructor(parameters: readonly Value[], options: SGDOptions = {}) {
    const { learningRate, momentum, nesterov, weightDecay } = settled('SGD', options, {
      learningRate: 0.01,
      momentum: 0,
      nesterov: false,
      weightDecay: 0,
    })
    super(parameters, learningRate)
    within('momentum', momentum, 0, 1)
    within('weightDecay', weightDecay, 0, Infinity)
    if (nesterov && momentum === 0)
      throw new RangeError('nesterov needs a momentum above 0, got 0.')
    this.settings = Object.freeze({ momentum, nesterov, weightDecay })
    this.slots = momentum === 0 ? 0 : 1
  }

  /** v ← momentum·v + g; the direction is v, or g + momentum·v with Nesterov. */
  update<T>(m: Algebra<T>, of: Update<T>): { parameter: T; state: T[] } {
    const { parameter, state, learningRate } = of
    const { momentum, nesterov, weightDecay } = this.settings
    const g = decayed(m, of, weightDecay)
    const moved = (direction: T) => m.sub(parameter, m.mul(learningRate, direction))
    if (momentum === 0) return { parameter: moved(g), state: [] }
    const v = m.add(m.mul(momentum, state[0]!), g)
    return { parameter: moved(nesterov ? m.add(g, m.mul(momentum, v)) : v), state: [v] }
  }
}

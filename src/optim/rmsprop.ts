import type { Value } from '../engine.ts'
import type { Algebra } from '../ops.ts'
import { settled } from './options.ts'
import { decayed, Optimizer, type OptimizerOptions, type Update, within } from './optimizer.ts'

/** Settings of RMSprop. */
export interface RMSpropOptions extends OptimizerOptions {
  /** Decay of the mean of squared gradients. Default 0.99. */
  readonly alpha?: number
  /** Added to the root of that mean. Default 1e-8. */
  readonly epsilon?: number
  /** Pull towards 0, added to the gradient as weightDecay · p. Default 0. */
  readonly weightDecay?: number
}

/** Tieleman and Hinton 2012: gradients divided by their running root mean square. As torch's. */
export class RMSprop extends Optimizer {
  readonly name = 'rmsprop'
  readonly settings: Required<Omit<RMSpropOptions, 'learningRate'>>
  readonly slots = 1

  constructor(parameters: readonly Value[], options: RMSpropOptions = {}) {
    const { learningRate, alpha, epsilon, weightDecay } = settled('RMSprop', options, {
      learningRate: 0.01,
      alpha: 0.99,
      epsilon: 1e-8,
      weightDecay: 0,
    })
    super(parameters, learningRate)
    within('alpha', alpha, 0, 1)
    within('epsilon', epsilon, 0, Infinity)
    within('weightDecay', weightDecay, 0, Infinity)
    this.settings = Object.freeze({ alpha, epsilon, weightDecay })
  }

  /** s ← αs + (1−α)g²; p ← p − learningRate · g / (√s + ε). */
  update<T>(m: Algebra<T>, of: Update<T>): { parameter: T; state: T[] } {
    const { parameter, state, learningRate } = of
    const { alpha, epsilon, weightDecay } = this.settings
    const g = decayed(m, of, weightDecay)
    const s = m.add(m.mul(alpha, state[0]!), m.mul(1 - alpha, m.mul(g, g)))
    const step = m.div(g, m.add(m.sqrt(s), epsilon))
    return { parameter: m.sub(parameter, m.mul(learningRate, step)), state: [s] }
  }
}

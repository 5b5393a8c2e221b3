import type { Value } from '../engine.ts'
import type { Algebra } from '../ops.ts'
import { settled } from './options.ts'
import { decayed, Optimizer, type OptimizerOptions, type Update, within } from './optimizer.ts'

/** Settings of Adam. */
export interface AdamOptions extends OptimizerOptions {
  /** Decay of the mean of gradients and of the mean of their squares. Default [0.9, 0.999]. */
  readonly betas?: readonly [number, number]
  /** Added to the root of the second mean. Default 1e-8. */
  readonly epsilon?: number
  /** Pull towards 0. Default 0 for Adam (added to the gradient), 0.01 for AdamW (apart from it). */
  readonly weightDecay?: number
}

const defaults = { learningRate: 0.001, betas: [0.9, 0.999], epsilon: 1e-8, weightDecay: 0 }

/** Kingma and Ba 2015: each parameter's step is scaled by its own gradients. As torch.optim.Adam. */
export class Adam extends Optimizer {
  readonly name: string = 'adam'
  readonly settings: Readonly<{
    beta1: number
    beta2: number
    epsilon: number
    weightDecay: number
  }>
  readonly slots = 2

  constructor(parameters: readonly Value[], options: AdamOptions = {}) {
    const { learningRate, betas, epsilon, weightDecay } = settled('Adam', options, defaults)
    super(parameters, learningRate)
    const [beta1, beta2] = [within('betas[0]', betas[0], 0, 1), within('betas[1]', betas[1], 0, 1)]
    within('epsilon', epsilon, 0, Infinity)
    within('weightDecay', weightDecay, 0, Infinity)
    this.settings = Object.freeze({ beta1, beta2, epsilon, weightDecay })
  }

  update<T>(m: Algebra<T>, of: Update<T>): { parameter: T; state: T[] } {
    return this.scaled(m, { ...of, gradient: decayed(m, of, this.settings.weightDecay) })
  }

  /**
   * a ← β₁a + (1−β₁)g, b ← β₂b + (1−β₂)g²; both start at 0, so they are divided by 1 − βᵗ;
   * p ← p − learningRate · â / (√b̂ + ε).
   */
  protected scaled<T>(
    m: Algebra<T>,
    { parameter, gradient, state, learningRate, step }: Update<T>,
  ): { parameter: T; state: T[] } {
    const { beta1, beta2, epsilon } = this.settings
    const a = m.add(m.mul(beta1, state[0]!), m.mul(1 - beta1, gradient))
    const b = m.add(m.mul(beta2, state[1]!), m.mul(1 - beta2, m.mul(gradient, gradient)))
    const rate = m.div(learningRate, m.sub(1, m.pow(beta1, step)))
    const root = m.div(m.sqrt(b), m.sqrt(m.sub(1, m.pow(beta2, step))))
    return {
      parameter: m.sub(parameter, m.mul(rate, m.div(a, m.add(root, epsilon)))),
      state: [a, b],
    }
  }
}

/** Loshchilov and Hutter 2019: Adam whose weight decay acts on the weights alone. As torch.optim.AdamW. */
export class AdamW extends Adam {
  override readonly name = 'adamW'

  constructor(parameters: readonly Value[], options: AdamOptions = {}) {
    super(parameters, settled('AdamW', options, { ...defaults, weightDecay: 0.01 }))
  }

  override update<T>(m: Algebra<T>, of: Update<T>): { parameter: T; state: T[] } {
    const kept = m.sub(1, m.mul(of.learningRate, this.settings.weightDecay))
    return this.scaled(m, { ...of, parameter: m.mul(of.parameter, kept) })
  }
}

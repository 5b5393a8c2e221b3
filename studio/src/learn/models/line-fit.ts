/** A line fitted to points by gradient descent, one step at a time: two Values are all that learns. */
import { mean, Random, type Value, value } from 'chainrule'

/** Points near 2x − 1. */
const random = new Random(3)
export const points: readonly (readonly [x: number, y: number])[] = Array.from(
  { length: 12 },
  (_, i) => {
    const x = -2 + (4 * i) / 11
    return [x, 2 * x - 1 + random.uniform(-0.7, 0.7)]
  },
)

/** A loss beyond this has left the plot for good. */
export const lost = 1e6

/** Where a fit stands. */
export interface Standing {
  readonly w: number
  readonly b: number
  readonly gradW: number
  readonly gradB: number
  readonly loss: number
  /** The losses so far, this one last. */
  readonly losses: readonly number[]
}

export class LineFit {
  readonly #w = value(-1, 'w')
  readonly #b = value(1.5, 'b')
  readonly #losses: number[] = []

  constructor() {
    this.#losses.push(this.#loss().data)
  }

  get standing(): Standing {
    const [w, b, losses] = [this.#w, this.#b, [...this.#losses]]
    return { w: w.data, b: b.data, gradW: w.grad, gradB: b.grad, loss: losses.at(-1)!, losses }
  }

  /** Forward, backward, update; with `zero` the gradients of the step before are forgotten first. */
  step(learningRate: number, zero: boolean): void {
    if (this.#losses.at(-1)! > lost) return
    const parameters = [this.#w, this.#b]
    if (zero) for (const p of parameters) p.grad = 0
    this.#loss().backward()
    for (const p of parameters) p.data -= learningRate * p.grad
    this.#losses.push(this.#loss().data)
  }

  #loss(): Value {
    return mean(points.map(([x, y]) => this.#w.mul(x).add(this.#b).sub(y).pow(2)))
  }
}

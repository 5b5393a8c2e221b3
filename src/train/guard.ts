import type { Value } from '../engine.ts'

/** Keeps the parameters as they were before a step, to go back to if the step ruins them. */
export class Guard {
  readonly #parameters: readonly Value[]
  readonly #before: Float64Array

  constructor(parameters: readonly Value[]) {
    this.#parameters = parameters
    this.#before = new Float64Array(parameters.length)
  }

  /** Remembers the parameters as they are. */
  keep(): void {
    this.#parameters.forEach((p, i) => {
      this.#before[i] = p.data
    })
  }

  /** Sets the parameters back to what was kept. */
  restore(): void {
    this.#parameters.forEach((p, i) => {
      p.data = this.#before[i]!
    })
  }

  /** The first parameter that has become NaN or infinite since. */
  get ruined(): Value | undefined {
    return this.#parameters.find(
      (p, i) => !Number.isFinite(p.data) && Number.isFinite(this.#before[i]),
    )
  }

  /** |Δp| / |p| since: how far the parameters moved, relative to their size before. */
  get moved(): number {
    let [moved, size] = [0, 0]
    this.#parameters.forEach((p, i) => {
      moved += (p.data - this.#before[i]!) ** 2
      size += this.#before[i]! ** 2
    })
    return Math.sqrt(moved / size)
  }
}

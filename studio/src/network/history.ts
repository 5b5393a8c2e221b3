/** The epochs behind us: enough to go back to any batch of any of them, bit for bit. */
import type { OptimizerState } from 'chainrule/optim'
import type { Score } from './protocol.ts'

/** Everything that the next steps depend on. */
export interface Snapshot {
  readonly weights: Float64Array
  /** Of the last batch: what one saw then. */
  readonly gradients: Float64Array
  readonly optimizer: OptimizerState
  readonly learningRate: number
  readonly batchSize: number
}

/** Numbers that snapshots may take together. */
const most = 4_000_000

export class History {
  /** By epoch; where many are large, only every 2nd, 4th, … is kept, and those after a change. */
  readonly #snapshots = new Map<number, Snapshot>()
  readonly #pinned = new Set<number>()
  #every = 1
  /** Train loss, test loss, train accuracy, test accuracy of each epoch. */
  readonly #curve: number[] = []

  /** The last epoch that was reached. */
  get last(): number {
    return this.#curve.length / 4 - 1
  }

  /** The first epoch that one can go back to. */
  get first(): number {
    return Math.min(...this.#snapshots.keys())
  }

  /** Losses of training and held-out data, of at most `most` epochs at equal distances. */
  curve(most: number): { readonly every: number; readonly losses: Float64Array } {
    const every = Math.max(1, Math.ceil((this.last + 1) / most))
    const losses = new Float64Array(2 * (Math.floor(this.last / every) + 1))
    for (let i = 0; i < losses.length; i++) losses[i] = this.#curve[4 * every * (i >> 1) + (i & 1)]!
    return { every, losses }
  }

  /** The end of an epoch; what came after it before is forgotten. */
  add(epoch: number, train: Score, test: Score, snapshot: Snapshot | undefined): void {
    this.#curve.length = 4 * epoch
    this.#curve.push(train.loss, test.loss, train.accuracy, test.accuracy)
    for (const later of this.#snapshots.keys()) if (later >= epoch) this.#forget(later)
    if (snapshot !== undefined) this.#keep(epoch, snapshot)
  }

  /** The same for an epoch at which something was changed by hand: it is never thinned out. */
  pin(epoch: number, train: Score, test: Score, snapshot: Snapshot): void {
    this.add(epoch, train, test, snapshot)
    this.#pinned.add(epoch)
  }

  /** Whether the end of this epoch is to be kept. */
  wants(epoch: number): boolean {
    return epoch % this.#every === 0
  }

  /** There is no way back before the current epoch. */
  cut(): void {
    for (const epoch of this.#snapshots.keys()) this.#forget(epoch)
  }

  /** The nearest epoch at or before `epoch` that was kept; the first one where there is none. */
  before(epoch: number): { readonly epoch: number; readonly snapshot: Snapshot } {
    let best = this.first
    for (const at of this.#snapshots.keys()) if (at <= epoch && at > best) best = at
    return { epoch: best, snapshot: this.#snapshots.get(best)! }
  }

  scores(epoch: number): readonly [train: Score, test: Score] {
    const [a, b, c, d] = this.#curve.slice(4 * epoch, 4 * epoch + 4)
    return [
      { loss: a!, accuracy: c! },
      { loss: b!, accuracy: d! },
    ]
  }

  #keep(epoch: number, made: Snapshot): void {
    this.#snapshots.set(epoch, made)
    const numbers = made.weights.length * (1 + made.optimizer.state.length)
    if (this.#snapshots.size * numbers <= most) return
    this.#every *= 2
    for (const epoch of this.#snapshots.keys())
      if (!this.wants(epoch) && !this.#pinned.has(epoch)) this.#forget(epoch)
  }

  #forget(epoch: number): void {
    this.#snapshots.delete(epoch)
    this.#pinned.delete(epoch)
  }
}

/** Trains a network step by step, remembers every epoch, and can go back to any of them. */
import { Random } from 'chainrule'
import { batches } from 'chainrule/data'
import type { NetworkState } from '../share/state.ts'
import { History, type Snapshot } from './history.ts'
import { Network } from './network.ts'
import type { Frame, Score, Setting } from './protocol.ts'
import { beginsAnew } from './settings.ts'

/** Places in a row of a heat map. */
const grid = 36
/** Epochs of which a curve shows the loss. */
const curvePoints = 300
/** Rows of data without a plane that are shown as pictures. */
const manyPictures = 40

export class Trainer {
  network: Network
  epoch = 0
  /** Batches done of this epoch. */
  batch = 0
  readonly #history = new History()
  #batches: number[][] = []
  readonly #places: readonly number[][]

  private constructor(network: Network) {
    this.network = network
    this.#places = placesOf(network)
    this.#record()
    this.#deal()
  }

  static async make(settings: NetworkState): Promise<Trainer> {
    return new Trainer(await Network.make(settings))
  }

  /** Takes other settings over; another trainer where they begin a new network. */
  async change(settings: NetworkState): Promise<Trainer> {
    const { network } = this
    if (beginsAnew(network.settings, settings)) {
      const next = await Trainer.make({ ...settings, weights: undefined, epoch: 0 })
      network.dispose()
      return next
    }
    const { optimizer, l2 } = network.settings
    if (optimizer !== settings.optimizer || l2 !== settings.l2) {
      const weights = [...this.#weights()]
      this.network = await Network.make({ ...settings, weights })
      network.dispose()
      this.#history.cut() // the memory of one optimizer means nothing to another
    } else network.take(settings)
    this.batch = 0
    this.#pin()
    this.#deal()
    return this
  }

  /** The examples of the batch that comes next. */
  get coming(): readonly number[] {
    return this.#batches[this.batch] ?? []
  }

  stepBatch(): void {
    this.network.learn(this.coming)
    this.batch++
    if (this.batch < this.#batches.length) return
    this.epoch++
    this.batch = 0
    this.#record()
    this.#deal()
  }

  stepEpoch(): void {
    do this.stepBatch()
    while (this.batch > 0)
  }

  /** Goes back, or forth again, to a batch of an epoch that was reached before. */
  seek(epoch: number, batch: number): void {
    const { last } = this.#history
    const to = Math.max(0, Math.min(epoch, last))
    const from = this.#history.before(to)
    const { optimizer, settings } = this.network
    this.#restore(from.snapshot)
    this.epoch = from.epoch
    this.#deal(from.snapshot.batchSize)
    while (this.epoch < to) {
      for (const batch of this.#batches) this.network.learn(batch)
      this.epoch++
      this.#deal(from.snapshot.batchSize)
    }
    const most = to === last ? 0 : this.#batches.length - 1
    for (this.batch = 0; this.batch < Math.min(batch, most); this.batch++)
      this.network.learn(this.coming)
    optimizer.learningRate = settings.learningRate
    if (this.batch === 0) this.#deal()
  }

  setWeight(index: number, to: number): void {
    const parameter = this.network.parameters[index]
    if (parameter === undefined || !Number.isFinite(to)) return
    parameter.data = to
    this.batch = 0
    this.#pin()
    this.#deal()
  }

  setting(): Setting {
    const { data, model } = this.network
    const part = ({ points, y }: typeof data.train): Setting['train'] => ({ points, y })
    return {
      kind: 'setting',
      features: data.features,
      classes: data.classes,
      sizes: model.architecture.sizes,
      train: part(data.train),
      test: part(data.test),
      bounds: data.bounds,
      grid,
      pictures: this.#pictures().map((i) => ({ row: data.test.raw[i]!, y: data.test.y[i]! })),
    }
  }

  /** The part of this epoch that is done. */
  get share(): number {
    return this.batch / this.#batches.length
  }

  /** Everything that is drawn. */
  frame(): Omit<Frame, 'playing' | 'epochsPerSecond'> {
    const { network, epoch, batch } = this
    const { optimizer } = network
    const now = batch === 0 && epoch <= this.#history.last
    const [train, test] = now ? this.#history.scores(epoch) : this.#scores()
    return {
      kind: 'frame',
      epoch,
      batch,
      batches: this.#batches.length,
      first: this.#history.first,
      last: this.#history.last,
      weights: this.#weights(),
      gradients: this.#gradients(),
      memory: optimizer.state.map((slot) => Float64Array.from(slot)),
      train,
      test,
      curve: this.#history.curve(curvePoints),
      coming: this.coming,
      field: this.#field(),
      answers: this.#answers(),
    }
  }

  #pictures(): number[] {
    const { bounds, test } = this.network.data
    return bounds === undefined ? test.y.slice(0, manyPictures).map((_, i) => i) : []
  }

  #answers(): number[][] {
    const pictures = this.#pictures()
    if (pictures.length === 0) return []
    const { data, model } = this.network
    const outputs = model.architecture.sizes.at(-1)!
    return this.network
      .neurons(pictures.map((i) => data.test.X[i]!))
      .map((all) => all.slice(-outputs))
  }

  #field(): Float32Array {
    if (this.#places.length === 0) return new Float32Array(0)
    const rows = this.network.neurons(this.#places)
    const count = rows[0]!.length
    const field = new Float32Array(count * rows.length)
    rows.forEach((row, place) => row.forEach((x, k) => (field[k * rows.length + place] = x)))
    return field
  }

  #record(): void {
    const { epoch } = this
    const kept = this.#history.wants(epoch) ? this.#snapshot() : undefined
    this.#history.add(epoch, ...this.#scores(), kept)
  }

  /** Something was changed by hand: the way back leads to here as it is now. */
  #pin(): void {
    this.#history.pin(this.epoch, ...this.#scores(), this.#snapshot())
  }

  #scores(): [Score, Score] {
    const { train, test } = this.network.data
    return [this.network.score(train), this.network.score(test)]
  }

  /** The order of an epoch depends on nothing but the seed and its number. */
  #deal(batchSize = this.network.settings.batchSize): void {
    const { seed } = this.network.settings
    const random = new Random((seed + 1) * 65_536 + this.epoch)
    this.#batches = batches(this.network.data.train.X.length, batchSize, random)
  }

  #weights(): Float64Array {
    return Float64Array.from(this.network.parameters, ({ data }) => data)
  }

  #gradients(): Float64Array {
    return Float64Array.from(this.network.parameters, ({ grad }) => grad)
  }

  #snapshot(): Snapshot {
    const { optimizer, settings } = this.network
    const { learningRate, batchSize } = settings
    const weights = this.#weights()
    const gradients = this.#gradients()
    return { weights, gradients, optimizer: optimizer.saveState(), learningRate, batchSize }
  }

  #restore({ weights, gradients, optimizer, learningRate }: Snapshot): void {
    this.network.parameters.forEach((p, i) => {
      p.data = weights[i]!
      p.grad = gradients[i]!
    })
    this.network.optimizer.loadState(optimizer)
    this.network.optimizer.learningRate = learningRate
  }
}

/** The middle of every place of a heat map, from the upper left, as rows of features. */
function placesOf({ data }: Network): number[][] {
  const { bounds } = data
  if (bounds === undefined) return []
  const { left, right, bottom, top } = bounds
  return Array.from({ length: grid * grid }, (_, k) => {
    const [i, j] = [k % grid, Math.floor(k / grid)]
    const x = left + ((i + 0.5) / grid) * (right - left)
    return data.place(x, top - ((j + 0.5) / grid) * (top - bottom))
  })
}

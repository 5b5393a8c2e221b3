import { batches, type Examples } from '../data/index.ts'
import type { Optimizer } from '../optim/index.ts'
import { Random } from '../random.ts'
import { loadCheckpoint, type Progress, saveCheckpoint } from './checkpoint.ts'
import { Clock } from './clock.ts'
import type { Model } from './evaluate.ts'
import type { FitOptions, FitResult, ProgressReport } from './fit.ts'
import { type Objective, objectiveFor } from './objective.ts'
import { Reporter } from './report/reporter.ts'
import { divided, optimizerOf, type Plan, planned } from './options.ts'
import { describe, fingerprint, relaxedHere, type RunSettings } from './settings.ts'
import { compiledExecution, eagerExecution, type Execution, type Work } from './execution.ts'
import { Watch } from './watch.ts'

/** One run of `fit`: what is fixed for its duration, and the progress that a checkpoint stores. */
export class Training {
  readonly #model: Model
  readonly #options: Plan
  readonly #data: Examples
  readonly #validation: Examples | undefined
  readonly #objective: Objective
  readonly #optimizer: Optimizer
  #execution: Execution
  readonly #settings: RunSettings
  readonly #origin: Examples
  readonly #clock = new Clock()
  #watch: Watch | undefined
  readonly #reporter: Reporter | undefined
  #progress: Progress

  constructor(model: Model, data: Examples, options: FitOptions) {
    this.#model = model
    this.#options = planned(options)
    const { seed, loss, optimizer, report, store } = this.#options
    ;[this.#data, this.#validation] = divided(data, this.#options)
    this.#optimizer = optimizerOf(model, optimizer)
    this.#objective = objectiveFor(loss, data, model.forward(data.X[0]!).length)
    this.#execution = eagerExecution(this.#work)
    this.#origin = data
    if (report !== undefined && store !== undefined)
      this.#reporter = new Reporter(model, this.#data, report, store, this.#options.epochs)
    this.#settings = this.#described()
    this.#progress = { ...beginning, random: new Random(seed).state, history: [] }
  }

  async run(): Promise<FitResult> {
    if (this.#options.compile) this.#execution = await compiledExecution(this.#work)
    try {
      return await this.#run()
    } finally {
      this.#execution.end()
    }
  }

  async #run(): Promise<FitResult> {
    await this.#resume()
    await this.#save() // a store that cannot be written to fails here, not after the work
    let ended: FitResult['ended'] = this.#patienceLost() ? 'early' : 'finished'
    this.#watch = this.#watched()
    this.#reporter?.look(this.#progress.epoch)
    while (ended === 'finished' && this.#progress.epoch < this.#options.epochs)
      ended = await this.#epoch()
    await this.#save()
    this.#watch.end()
    const result = this.#finish(ended)
    await this.#reporter?.write({ objective: this.#objective, result, settings: this.#settings })
    return result
  }

  /** What is left of the epoch under way. */
  async #epoch(): Promise<FitResult['ended']> {
    const p = this.#progress
    const random = Random.from(p.random)
    const order = batches(this.#data.X.length, this.#options.batchSize, random)
    for (const batch of order.slice(p.stepInEpoch)) {
      if (this.#options.signal?.aborted) return 'aborted'
      this.#take(batch)
      const report = this.#report(order.length)
      if (p.stepInEpoch === order.length) this.#close(random)
      const findings = this.#watch?.news() ?? []
      const found = findings.length > 0 ? { findings } : {}
      this.#options.onProgress?.({ ...report, last: p.history.at(-1), ...found })
      if (this.#clock.checkpointDue(this.#options.checkpointSeconds)) await this.#save()
      await this.#clock.breathe()
    }
    return this.#patienceLost() ? 'early' : 'finished'
  }

  #take(batch: readonly number[]): void {
    const p = this.#progress
    const rate = this.#optimizer.rate()
    this.#watch?.before()
    const loss = this.#execution.step(this.#data, batch)
    const when = `epoch ${p.epoch + 1}, step ${p.stepInEpoch + 1}, at a learning rate of ${rate}`
    this.#watch?.after(loss, batch, when, this.#clock.seconds)
    p.lossSum += loss * batch.length
    p.seen += batch.length
    p.stepInEpoch++
    this.#clock.tick()
  }

  /** Ends an epoch: judges the weights, remembers the best, and makes ready for the next. */
  #close(random: Random): void {
    const p = this.#progress
    const judged = this.#validation && this.#execution.evaluate(this.#validation)
    const { loss: validationLoss, accuracy } = judged ?? {}
    const learningRate = this.#optimizer.rate()
    p.epoch++
    this.#reporter?.look(p.epoch, (data) => this.#execution.evaluate(data).accuracy)
    p.history.push({
      epoch: p.epoch,
      loss: p.lossSum / p.seen,
      learningRate,
      validationLoss,
      accuracy,
    })
    if (validationLoss !== undefined && !(validationLoss >= (p.best?.loss ?? Infinity)))
      p.best = { epoch: p.epoch, loss: validationLoss, weights: this.#weights() }
    Object.assign(p, { random: random.state, stepInEpoch: 0, lossSum: 0, seen: 0 })
  }

  #patienceLost(): boolean {
    const { epoch, best } = this.#progress
    return best !== undefined && epoch - best.epoch >= (this.#options.patience ?? Infinity)
  }

  #report(stepsPerEpoch: number): Omit<ProgressReport, 'last'> {
    const p = this.#progress
    const { epochs } = this.#options
    const { stepsPerSecond } = this.#clock
    const left = (epochs - p.epoch) * stepsPerEpoch - p.stepInEpoch
    return {
      epoch: p.epoch + 1,
      epochs,
      step: p.stepInEpoch,
      stepsPerEpoch,
      loss: p.lossSum / p.seen,
      learningRate: this.#optimizer.rate(),
      stepsPerSecond,
      secondsLeft: left / stepsPerSecond,
    }
  }

  #finish(ended: FitResult['ended']): FitResult {
    const p = this.#progress
    const keepsBest = p.best !== undefined && this.#options.keepBest
    if (keepsBest) this.#setWeights(p.best!.weights)
    return {
      history: p.history,
      ended,
      steps: this.#optimizer.steps,
      seconds: this.#clock.seconds,
      bestEpoch: keepsBest ? p.best!.epoch : p.epoch,
      loss: this.#objective.name,
      evaluation: this.#execution.evaluate(this.#validation ?? this.#data),
      validation: this.#validation,
      findings: this.#watch?.findings ?? [],
    }
  }

  get #work(): Work {
    return {
      model: this.#model,
      objective: this.#objective,
      optimizer: this.#optimizer,
      decay: this.#options.l2,
      terms: this.#options,
      inputs: this.#data.X[0]!.length,
    }
  }

  #weights(): number[] {
    return this.#model.parameters().map((p) => p.data)
  }

  #setWeights(weights: readonly number[]): void {
    this.#model.parameters().forEach((p, i) => {
      p.data = weights[i]!
    })
  }

  async #save(): Promise<void> {
    const { store, checkpointName } = this.#options
    if (store === undefined) return
    const now = {
      ...this.#progress,
      weights: this.#weights(),
      optimizer: this.#optimizer.saveState(),
    }
    await store.write(checkpointName, saveCheckpoint(this.#settings, now))
  }

  async #resume(): Promise<void> {
    const { store, checkpointName, resume } = this.#options
    if (!resume) return
    const text = await store?.read(checkpointName)
    if (text === undefined) return
    this.#progress = loadCheckpoint(text, this.#settings, checkpointName, {
      weights: this.#weights().length,
      slots: this.#optimizer.slots,
      optimized: this.#optimizer.parameters.length,
      stepsPerEpoch: Math.ceil(this.#data.X.length / this.#options.batchSize),
    })
    this.#setWeights(this.#progress.weights)
    this.#optimizer.loadState(this.#progress.optimizer)
  }

  #watched(): Watch {
    const { epochs, batchSize, l2, precision, doctor } = this.#options
    const { epoch, stepInEpoch } = this.#progress
    const patient = {
      model: this.#model,
      data: this.#data,
      origin: this.#origin,
      objective: this.#objective,
      optimizer: this.#optimizer,
      decay: l2,
      precision,
      steps: (epochs - epoch) * Math.ceil(this.#data.X.length / batchSize) - stepInEpoch,
    }
    return new Watch(patient, doctor)
  }

  #described(): RunSettings {
    const { seed, batchSize, threads, precision, relaxed, l2, loss } = this.#options
    return {
      seed,
      precision,
      relaxed: relaxedHere(relaxed),
      threads,
      execution: this.#options.compile ? 'compiled' : 'eager',
      batchSize,
      l2,
      ...describe(this.#model, this.#optimizer, this.#objective, loss),
      data: fingerprint(this.#data),
      validation: this.#validation ? fingerprint(this.#validation) : null,
    }
  }
}

const beginning = {
  epoch: 0,
  stepInEpoch: 0,
  lossSum: 0,
  seen: 0,
  best: undefined,
  weights: [],
  optimizer: { steps: 0, state: [] },
}

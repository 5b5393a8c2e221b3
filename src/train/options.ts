import { checkDataset, type Examples, split } from '../data/index.ts'
import { Adam, Optimizer } from '../optim/index.ts'
import { type Settled, settled } from '../optim/options.ts'
import type { Model } from './evaluate.ts'
import type { FitOptions } from './fit.ts'

const defaults = {
  loss: undefined,
  optimizer: undefined,
  epochs: 20,
  batchSize: 32,
  l2: 0,
  seed: 0,
  validation: 0,
  patience: undefined,
  keepBest: true,
  compile: true,
  threads: 1,
  precision: 'f64',
  relaxed: false,
  onProgress: undefined,
  signal: undefined,
  store: undefined,
  checkpointName: 'checkpoint.json',
  checkpointSeconds: 1,
  report: undefined,
  resume: false,
  doctor: true,
}

/** The options of `fit` with nothing left to defaults. */
export type Plan = Settled<FitOptions, typeof defaults>

/** Options over their defaults. Throws, naming the option, on what is wrong or does not go together. */
export function planned(options: FitOptions): Plan {
  const plan = settled('fit', options, defaults)
  const { batchSize, epochs, l2, checkpointSeconds, patience, validation, resume, report, store } =
    plan
  requireCount('batchSize', batchSize)
  requireCount('epochs', epochs)
  requireCount('threads', plan.threads)
  requireAmount('l2', l2)
  requireAmount('checkpointSeconds', checkpointSeconds)
  if (plan.threads > 1 && !plan.compile)
    throw new RangeError('threads are those of compiled steps: leave compile true, or threads 1.')
  if (plan.precision !== 'f64' && plan.precision !== 'f32')
    throw new RangeError(`precision is 'f64' or 'f32', got ${String(plan.precision)}.`)
  if (plan.precision === 'f32' && !plan.compile)
    throw new RangeError('precision f32 is that of compiled steps: leave compile true, or f64.')
  if (plan.relaxed && !plan.compile)
    throw new RangeError('relaxed is for compiled steps: leave compile true, or relaxed false.')
  if (patience !== undefined && !(patience > 0))
    throw new RangeError(`patience is a number of epochs above 0, got ${patience}.`)
  if (patience !== undefined && validation === 0)
    throw new RangeError('patience needs validation: examples, or a share of the data such as 0.2.')
  if (resume && store === undefined)
    throw new RangeError('resume needs the store that has the checkpoint, got none.')
  if (report !== undefined && store === undefined)
    throw new RangeError('report needs the store that it is written to, got none.')
  return plan
}

/** Training and validation examples: as given, or a share of the data set aside. */
export function divided(
  data: Examples,
  { validation, seed }: Plan,
): [train: Examples, validation: Examples | undefined] {
  checkDataset(data)
  if (validation === 0) return [data, undefined]
  if (typeof validation !== 'number') {
    checkDataset(validation)
    return [data, validation]
  }
  const parts = split(data, { fraction: validation, seed })
  return [parts.train, parts.validation]
}

/** The optimizer to train `model` with. Throws if the one given changes none of its parameters. */
export function optimizerOf(model: Model, given: Optimizer | undefined): Optimizer {
  if (given === undefined) return new Adam(model.parameters(), { learningRate: 0.01 })
  if (!(given instanceof Optimizer))
    throw new TypeError(
      `optimizer is one such as new Adam(model.parameters()), got ${String(given)}.`,
    )
  const own = new Set(model.parameters())
  if (given.parameters.some((p) => own.has(p))) return given
  throw new RangeError(
    'the optimizer has none of this model’s parameters: make it with model.parameters().',
  )
}

function requireCount(option: string, count: number): void {
  if (Number.isInteger(count) && count > 0) return
  throw new RangeError(`${option} is a whole number above 0, got ${count}.`)
}

function requireAmount(option: string, amount: number): void {
  if (amount >= 0 && amount < Infinity) return
  throw new RangeError(`${option} is a number from 0 on, got ${amount}.`)
}

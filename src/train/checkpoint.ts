import type { OptimizerState } from '../optim/index.ts'
import { Random, type RandomState } from '../random.ts'
import { decode, encode } from './exact.ts'
import type { EpochRecord } from './fit.ts'
import { refuseMismatch, type RunSettings } from './settings.ts'

/** Where checkpoints are kept: a folder, a page's storage, a map. Writing is all or nothing. */
export interface Store {
  /** The text of that name, or undefined where there is none. */
  read(name: string): Promise<string | undefined>
  /** Keeps the text under that name: afterwards it is there whole, or the old one still is. */
  write(name: string, text: string): Promise<void>
}

/** A training between two steps. */
export interface Progress {
  /** Epochs finished. */
  epoch: number
  /** Steps done in the epoch that has begun. */
  stepInEpoch: number
  /** Sum of the losses of those steps, each weighted by its examples. */
  lossSum: number
  /** Examples in those steps. */
  seen: number
  /** The generator's state when the epoch began, from which its order is drawn again. */
  random: RandomState
  weights: number[]
  optimizer: OptimizerState
  best: { epoch: number; loss: number; weights: number[] } | undefined
  history: EpochRecord[]
}

/** How much of everything a training's progress has. */
interface Extent {
  readonly weights: number
  readonly slots: number
  /** Parameters that the optimizer changes. */
  readonly optimized: number
  readonly stepsPerEpoch: number
}

const format = 'chainrule-checkpoint'
const version = 1

/** The text of a checkpoint. */
export function saveCheckpoint(settings: RunSettings, progress: Progress): string {
  const { weights, optimizer, best, lossSum, history } = progress
  return JSON.stringify({
    format,
    version,
    settings,
    progress: {
      ...progress,
      lossSum: encode([lossSum]),
      weights: encode(weights),
      optimizer: { steps: optimizer.steps, state: optimizer.state.map(encode) },
      best: best && { ...best, loss: encode([best.loss]), weights: encode(best.weights) },
      history: history.map((record) => ({
        ...record,
        validationLoss: record.validationLoss === undefined ? [] : encode([record.validationLoss]),
      })),
    },
  })
}

/** The progress in the text of a checkpoint. Throws if it is damaged or of another training. */
export function loadCheckpoint(
  text: string,
  settings: RunSettings,
  name: string,
  extent: Extent,
): Progress {
  const content = undamaged(name, () => {
    const found = JSON.parse(text) as Stored
    ensure(found.format === format && found.version === version)
    ensure(Object.keys(settings).every((key) => Object.hasOwn(found.settings, key)))
    return found
  })
  refuseMismatch(content.settings, settings, name)
  return undamaged(name, () => progressOf(content.progress, extent))
}

interface Stored {
  readonly format: string
  readonly version: number
  readonly settings: RunSettings
  readonly progress: Progress
}

/** Whatever goes wrong while reading a damaged text, its reader can only start again. */
function undamaged<T>(name: string, read: () => T): T {
  try {
    return read()
  } catch {
    throw new TypeError(
      `${name} is not a chainrule checkpoint, or is damaged; start without resume.`,
    )
  }
}

function ensure(holds: boolean): void {
  if (!holds) throw new TypeError('damaged')
}

function progressOf(p: Progress, { weights, slots, optimized, stepsPerEpoch }: Extent): Progress {
  const { epoch, stepInEpoch, seen } = p
  for (const count of [epoch, stepInEpoch, seen, p.optimizer.steps]) ensure(isWhole(count))
  ensure(stepInEpoch < stepsPerEpoch && seen >= stepInEpoch)
  ensure(p.optimizer.state.length === slots && p.history.length === epoch)
  ensure(p.best === undefined || (isWhole(p.best.epoch, 1) && p.best.epoch <= epoch))
  return {
    epoch,
    stepInEpoch,
    seen,
    lossSum: numbers(p.lossSum, 1)[0]!,
    random: randomOf(p.random),
    weights: numbers(p.weights, weights),
    optimizer: {
      steps: p.optimizer.steps,
      state: p.optimizer.state.map((slot) => numbers(slot, optimized)),
    },
    best: p.best && {
      epoch: p.best.epoch,
      loss: numbers(p.best.loss, 1)[0]!,
      weights: numbers(p.best.weights, weights),
    },
    history: p.history.map(recordOf),
  }
}

function numbers(encoded: unknown, count: number): number[] {
  const decoded = decode(encoded, 'a list')
  ensure(decoded.length === count)
  return decoded
}

function recordOf(record: EpochRecord, i: number): EpochRecord {
  const { epoch, loss, learningRate, accuracy } = record
  const [validationLoss, ...more] = decode(record.validationLoss, 'a validation loss')
  ensure(epoch === i + 1 && Number.isFinite(loss) && Number.isFinite(learningRate))
  ensure(more.length === 0 && (accuracy === undefined || Number.isFinite(accuracy)))
  return { epoch, loss, learningRate, validationLoss, accuracy }
}

function randomOf({ stream, words, index, spare }: RandomState): RandomState {
  ensure(words.length === 624 && words.every((word) => isWhole(word) && word < 2 ** 32))
  ensure(isWhole(index) && index < 624 && (spare === null || Number.isFinite(spare)))
  const state = { stream, words, index, spare }
  Random.from(state).random() // throws where there is no such stream
  return state
}

function isWhole(x: unknown, least = 0): boolean {
  return Number.isSafeInteger(x) && (x as number) >= least
}

import type { Examples } from '../data/index.ts'
import type { OptimizerState } from '../optim/index.ts'
import type { RandomState } from '../random.ts'
import { decode, encode } from './exact.ts'
import type { EpochRecord } from './fit.ts'

/** Where checkpoints are kept: a folder, a page's storage, a map. Writing is all or nothing. */
export interface Store {
  /** The text of that name, or undefined where there is none. */
  read(name: string): Promise<string | undefined>
  /** Keeps the text under that name: afterwards it is there whole, or the old one still is. */
  write(name: string, text: string): Promise<void>
}

/** Everything that decides which numbers a training computes. Two that differ must not be mixed. */
export interface RunSettings {
  readonly seed: number
  readonly precision: 'f64'
  readonly threads: number
  readonly execution: 'eager'
  readonly batchSize: number
  readonly loss: string
  readonly l2: number
  readonly optimizer: unknown
  readonly schedule: unknown
  /** Names and shapes of the weights. */
  readonly parameters: unknown
  readonly data: string
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

const format = 'chainrule-checkpoint'
const version = 1

/** The text of a checkpoint. */
export function saveCheckpoint(settings: RunSettings, progress: Progress): string {
  const { weights, optimizer, best, lossSum } = progress
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
    },
  })
}

/** The progress in the text of a checkpoint. Throws if it belongs to another training. */
export function loadCheckpoint(text: string, settings: RunSettings, name: string): Progress {
  const content = parsed(text)
  if (content?.format !== format || content.version !== version)
    throw new TypeError(
      `${name} is not a chainrule checkpoint, or is damaged; start without resume.`,
    )
  refuseMismatch(content.settings, settings, name)
  const p = content.progress
  return {
    ...p,
    lossSum: decode(p.lossSum, 'lossSum')[0]!,
    weights: decode(p.weights, 'weights'),
    optimizer: {
      steps: p.optimizer.steps,
      state: p.optimizer.state.map((slot) => decode(slot, 'optimizer state')),
    },
    best: p.best && {
      epoch: p.best.epoch,
      loss: decode(p.best.loss, 'best loss')[0]!,
      weights: decode(p.best.weights, 'best weights'),
    },
  }
}

interface Stored {
  readonly format: string
  readonly version: number
  readonly settings: RunSettings
  readonly progress: Progress
}

function parsed(text: string): Stored | undefined {
  try {
    return JSON.parse(text) as Stored
  } catch {
    return undefined
  }
}

function refuseMismatch(stored: RunSettings, wanted: RunSettings, name: string): void {
  for (const key of Object.keys(wanted) as (keyof RunSettings)[]) {
    const [was, is] = [JSON.stringify(stored[key]), JSON.stringify(wanted[key])]
    if (was !== is)
      throw new RangeError(
        `${name} was made with ${key} ${was}, this training has ${is}; resume with the same settings.`,
      )
  }
}

/** A short name for the data of a training: its size, and a hash (FNV-1a) of every bit of it. */
export function fingerprint({ X, y }: Examples): string {
  let hash = 0x811c9dc5
  const bytes = new Uint8Array(8)
  const word = new Float64Array(bytes.buffer)
  const add = (x: number): void => {
    word[0] = x
    for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193)
  }
  X.forEach((x, i) => {
    x.forEach(add)
    add(y[i]!)
  })
  return `${X.length} × ${X[0]?.length ?? 0}, ${(hash >>> 0).toString(16).padStart(8, '0')}`
}

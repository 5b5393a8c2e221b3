import type { Precision } from '../compile/index.ts'
import { canRelax } from '../compile/vectors.ts'
import type { Examples } from '../data/index.ts'
import { MLP } from '../nn/index.ts'
import type { Optimizer } from '../optim/index.ts'
import type { Model } from './evaluate.ts'
import type { LossFunction, LossName, Objective } from './objective.ts'

/** Everything that decides which numbers a training computes. Two that differ must not be mixed. */
export interface RunSettings {
  readonly seed: number
  readonly precision: Precision
  /** Whether products are added without being rounded first; words where that was asked for in vain. */
  readonly relaxed: boolean | string
  readonly threads: number
  readonly execution: 'eager' | 'compiled'
  readonly batchSize: number
  /** Its name; of one's own, a hash of its text too. */
  readonly loss: string
  readonly l2: number
  readonly optimizer: unknown
  readonly schedule: unknown
  /** An MLP's architecture, or the name of the class. */
  readonly model: unknown
  /** Names and shapes of the weights. */
  readonly parameters: readonly (readonly [name: string, ...shape: number[]])[]
  readonly data: string
  /** The examples that judge, or null where there are none. */
  readonly validation: string | null
}

/** What is asked for, and whether this engine can: where it cannot, it computes other numbers. */
export function relaxedHere(asked: boolean): RunSettings['relaxed'] {
  return asked && !canRelax() ? 'asked for, but the engine could not' : asked
}

/** The settings that objects, rather than plain options, decide. */
export function describe(
  model: Model,
  optimizer: Optimizer,
  { name }: Objective,
  loss: LossName | LossFunction | undefined,
): Pick<RunSettings, 'loss' | 'optimizer' | 'schedule' | 'model' | 'parameters'> {
  return {
    loss: typeof loss === 'function' ? `${name} ${hashOf(String(loss))}` : name,
    optimizer: { name: optimizer.name, ...optimizer.settings },
    schedule: optimizer.schedule,
    model: model instanceof MLP ? plain(model) : model.constructor.name,
    parameters: model.named().map((p) => [p.name, ...p.shape]),
  }
}

function plain({ architecture }: MLP): unknown {
  const named = Object.entries(architecture).map(([key, x]: [string, unknown]) => [
    key,
    typeof x === 'function' ? 'custom' : x,
  ])
  return Object.fromEntries(named)
}

/** Throws, with the first setting that differs and only what differs in it, unless all agree. */
export function refuseMismatch(stored: RunSettings, wanted: RunSettings, name: string): void {
  const found = mismatch(stored, wanted)
  if (found !== undefined)
    throw new RangeError(`${name} was made with ${found}; resume with the same settings.`)
}

/** `epochs 5, this training has 10`: the first setting that differs; undefined if none does. */
export function mismatch(stored: object, wanted: object): string | undefined {
  const was = stored as Readonly<Record<string, unknown>>
  const now = JSON.parse(JSON.stringify(wanted)) as typeof was
  const found = Object.keys({ ...was, ...now }).map((key) => difference(key, was[key], now[key]))
  return found.find((text) => text !== undefined)
}

function difference(path: string, was: unknown, is: unknown): string | undefined {
  if (JSON.stringify(was) === JSON.stringify(is)) return undefined
  if (!isTree(was) || !isTree(is)) return `${path} ${shown(was)}, this training has ${shown(is)}`
  const keys = Object.keys({ ...was, ...is })
  const found = keys.map((key) => difference(`${path}.${key}`, was[key], is[key]))
  return found.find((text) => text !== undefined)
}

/** An object, or a list that holds one: what is compared part by part. */
function isTree(x: unknown): x is Record<string, unknown> {
  return Array.isArray(x) ? x.some((part) => typeof part === 'object') : Object(x) === x
}

function shown(x: unknown): string {
  const text = x === undefined || x === null ? 'none' : JSON.stringify(x)
  return text.length > 60 ? `${text.slice(0, 60)}…` : text
}

/** A short name for the data of a training: its size, and a hash of every bit of it. */
export function fingerprint({ X, y }: Examples): string {
  const bytes = new Uint8Array(new Float64Array(X.flatMap((x, i) => [...x, y[i]!])).buffer)
  return `${X.length} × ${X[0]?.length ?? 0}, ${fowler(bytes)}`
}

function hashOf(text: string): string {
  return fowler(Array.from(text, (character) => character.codePointAt(0)!))
}

/** The 32-bit FNV-1a hash (Fowler, Noll and Vo) of numbers, in hexadecimal. */
function fowler(bytes: Iterable<number>): string {
  let hash = 0x811c9dc5
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193)
  return (hash >>> 0).toString(16).padStart(8, '0')
}

/** What came of a sweep, setting by setting, the best one first. No time is in it: it says the same wherever it ran. */
import type { Config } from './config.ts'
import type { Result } from './result.ts'
import type { Run } from './run.ts'
import { type Settings, textOf } from './setting.ts'

/** Numbers taken together: their mean and √(Σ(x − mean)² / (n − 1)), of two or more. */
export interface Spread {
  readonly mean: number
  readonly deviation: number | undefined
}

/** One combination of settings over its seeds. */
export interface Standing {
  readonly settings: Settings
  readonly evaluatedLoss: Spread | undefined
  readonly accuracy: Spread | undefined
  /** How many ended with numbers. */
  readonly finished: number
  readonly diverged: number
  /** In the order of the seeds; without numbers where there are none. */
  readonly runs: readonly Outcome[]
}

export interface Outcome {
  readonly id: string
  readonly seed: number
  readonly ended: Result['ended'] | 'missing'
  readonly evaluatedLoss: number | undefined
  readonly accuracy: number | undefined
  readonly reason: string | undefined
}

export interface Summary {
  readonly name: string
  readonly data: string
  readonly runs: number
  readonly finished: number
  readonly diverged: number
  readonly missing: number
  /** The settings whose values differ. */
  readonly varied: readonly string[]
  /** Best first: by accuracy where there is one, then by loss; after all others those that diverged for a seed. */
  readonly standings: readonly Standing[]
}

/** The results of runs, `undefined` where there is none yet. */
export function summaryOf(
  { name, data, seeds }: Config,
  runs: readonly Run[],
  results: readonly (Result | undefined)[],
): Summary {
  const outcomes = runs.map((run, i) => outcomeOf(run, results[i]))
  const standings = runs
    .filter(({ seed }) => seed === seeds[0])
    .map(({ point }, i) =>
      standingOf(point, outcomes.slice(i * seeds.length, (i + 1) * seeds.length)),
    )
  const count = (ended: Outcome['ended'][]): number =>
    outcomes.filter((outcome) => ended.includes(outcome.ended)).length
  return {
    name,
    data,
    runs: runs.length,
    finished: count(['finished', 'early']),
    diverged: count(['diverged']),
    missing: count(['missing']),
    varied: variedIn(standings.map(({ settings }) => settings)),
    standings: standings.sort(better),
  }
}

function outcomeOf({ id, seed }: Run, result: Result | undefined): Outcome {
  const { ended = 'missing', evaluatedLoss, accuracy, reason } = result ?? {}
  return { id, seed, ended, evaluatedLoss, accuracy, reason }
}

function standingOf(settings: Settings, runs: readonly Outcome[]): Standing {
  const losses = runs.flatMap(({ evaluatedLoss }) => evaluatedLoss ?? [])
  return {
    settings,
    evaluatedLoss: spreadOf(losses),
    accuracy: spreadOf(runs.flatMap(({ accuracy }) => accuracy ?? [])),
    finished: losses.length,
    diverged: runs.filter(({ ended }) => ended === 'diverged').length,
    runs,
  }
}

function spreadOf(x: readonly number[]): Spread | undefined {
  if (x.length === 0) return undefined
  const mean = x.reduce((sum, xi) => sum + xi, 0) / x.length
  const squares = x.reduce((sum, xi) => sum + (xi - mean) ** 2, 0)
  return { mean, deviation: x.length > 1 ? Math.sqrt(squares / (x.length - 1)) : undefined }
}

function variedIn(points: readonly Settings[]): string[] {
  const names = [...new Set(points.flatMap((point) => Object.keys(point)))]
  const [first] = points
  return names.filter((name) =>
    points.some((point) => textOf(point[name]) !== textOf(first![name])),
  )
}

function better(a: Standing, b: Standing): number {
  const trouble = ({ finished, diverged }: Standing): number =>
    finished === 0 ? 2 : diverged > 0 ? 1 : 0
  const accuracy = ({ accuracy: of }: Standing): number => rounded(of?.mean ?? 0)
  const loss = ({ evaluatedLoss: of }: Standing): number => of?.mean ?? 0
  return trouble(a) - trouble(b) || accuracy(b) - accuracy(a) || loss(a) - loss(b)
}

/** Means of the same shares summed in another order are the same. */
const rounded = (x: number): number => Math.round(x * 1e12) / 1e12

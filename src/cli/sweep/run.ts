/** The trainings that a sweep consists of. */
import { createHash } from 'node:crypto'
import { recipeOf, type TrainingOptions } from '../training.ts'
import type { Config, Grid } from './config.ts'
import { type Settings, settingNames, textOf, usual } from './setting.ts'

/** One training of a sweep. */
export interface Run {
  /** Readable, and the same wherever its settings stand in whichever configuration. */
  readonly id: string
  /** What the configuration says, without the seed. */
  readonly point: Settings
  readonly seed: number
  readonly options: TrainingOptions
  /** Everything that decides its numbers, defaults too: a result of others is none of this run. */
  readonly settings: Readonly<Record<string, unknown>>
}

/**
 * All combinations, settings in the order of the configuration, the last one changing fastest, and seeds
 * faster still. `examples` tells the contents of a CSV file from others. Throws if there are more than `most`,
 * or two are the same.
 */
export function runsOf(config: Config, most: number, examples: string | undefined): Run[] {
  const { file, grids, seeds } = config
  const points = grids.map((grid) => grid.reduce((n, [, values]) => n * values.length, 1))
  const count = points.reduce((sum, n) => sum + n, 0) * seeds.length
  if (count > most)
    throw new RangeError(
      `${file}: expected at most ${most.toLocaleString('en')} runs, got ${count.toLocaleString('en')}: ` +
        'shorten the lists, or allow more with --max-runs.',
    )
  const runs = grids
    .flatMap(pointsOf)
    .flatMap((point) => seeds.map((seed) => runOf(config, point, seed, examples)))
  const seen = new Set<string>()
  const twin = runs.find(({ id }) => seen.size === seen.add(id).size)
  if (twin !== undefined)
    throw new RangeError(`${file}: settings: the run ${twin.id} is in two of them.`)
  return runs
}

function pointsOf(grid: Grid): Settings[] {
  return grid.reduce<Settings[]>(
    (points, [name, values]) =>
      points.flatMap((point) => values.map((value) => ({ ...point, [name]: value }))),
    [{}],
  )
}

function runOf(config: Config, point: Settings, seed: number, examples: string | undefined): Run {
  const { data, source, label, target } = config
  const options = { ...usual, ...point, seed, label, target } as unknown as TrainingOptions
  const settings = { data, examples, ...recipeOf(source, options) }
  return { id: idOf(point, seed), point, seed, options, settings }
}

/** Names of files may have 255 bytes; a long id ends in a hash of all of it. */
const longest = 160

function idOf(point: Settings, seed: number): string {
  const named = settingNames.filter((name) => point[name] !== undefined)
  const text = named.map((name) => `${name}=${textOf(point[name])}`).join(',')
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 12)
  const short = text.length > longest ? `${text.slice(0, longest)}~${hash}` : text
  return [short, `seed=${seed}`].filter((part) => part !== '').join(',')
}

/** Looks at everything that could stop a run before any of them starts. */
import type { Dataset } from '../../data/index.ts'
import { fingerprint } from '../../train/settings.ts'
import { objectiveFor } from '../../train/index.ts'
import { datasetOf, isBuiltIn } from '../dataset.ts'
import { optimizerFor } from '../recipe.ts'
import { prepared } from '../training.ts'
import type { Config } from './config.ts'
import type { Run } from './run.ts'

/** What a CSV file holds, in short; undefined for data sets of our own, which their settings fix. */
export async function examplesOf({ source, label, target }: Config): Promise<string | undefined> {
  if (isBuiltIn(source)) return undefined
  return fingerprint(await datasetOf(source, { label, target, seed: 0 }))
}

/**
 * Prepares each combination of settings once, with the smallest network. Throws one line that names the first
 * run that could not begin.
 */
export async function rehearse(config: Config, runs: readonly Run[]): Promise<void> {
  const known = new Map<string, Promise<Dataset>>()
  const data = ({ options }: Run): Promise<Dataset> => {
    const { count, noise, label, target } = options
    const key = JSON.stringify([count, noise])
    if (!known.has(key))
      known.set(key, datasetOf(config.source, { count, noise, label, target, seed: 0 }))
    return known.get(key)!
  }
  const [first] = config.seeds
  for (const run of runs.filter(({ seed }) => seed === first)) {
    const examples = await data(run)
    try {
      await rehearsed(config, run, examples)
    } catch (error) {
      const { message } = error as Error
      throw new RangeError(`${config.file}: run ${run.id}: ${message}`, { cause: error })
    }
  }
}

async function rehearsed({ source }: Config, { options }: Run, examples: Dataset): Promise<void> {
  const smallest = { ...options, hidden: [], standardise: false }
  const { model, learn, recipe } = await prepared(source, smallest, examples)
  objectiveFor(options.loss, learn, model.forward(learn.X[0]!).length)
  optimizerFor(model, recipe, recipe.epochs * Math.ceil(learn.X.length / recipe.batchSize))
}

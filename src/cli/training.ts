/** A training as the commands ask for it: options to data, network and `fit`, wherever it runs. */
import {
  applyStandardisation,
  type Dataset,
  split,
  type Standardisation,
  standardise,
} from '../data/index.ts'
import type { Precision } from '../compile/index.ts'
import type { MLP } from '../nn/index.ts'
import { fit, type FitOptions, type FitResult, type LossName } from '../train/index.ts'
import { refuseUnused } from './conflict.ts'
import { datasetOf, type DrawOptions } from './dataset.ts'
import { networkFor, optimizerFor, type Recipe, usualRecipe } from './recipe.ts'

/** What decides the numbers of a training, beside the name of its data. */
export type TrainingOptions = Partial<Omit<Recipe, 'loss'>> &
  DrawOptions & {
    readonly loss?: LossName
    readonly l2: number
    readonly validation: number
    readonly patience?: number
    readonly threads: number
    readonly precision?: Precision
    readonly relaxed?: boolean
    readonly label?: string
    readonly target?: 'class' | 'number'
  }

/** A training that can begin. */
export interface Prepared {
  readonly recipe: Recipe
  readonly data: Dataset
  /** Examples to learn from, and those held out, inputs standardised by the former. */
  readonly learn: Dataset
  readonly judge: Dataset | undefined
  readonly standardisation: Standardisation | undefined
  readonly model: MLP
}

/** The options over what suits the data. */
export function recipeOf(name: string, options: TrainingOptions): Recipe {
  return { ...usualRecipe(name), ...given(options) }
}

/** Options that were given, without those that commander left undefined. */
function given<T extends object>(options: T): T {
  return Object.fromEntries(Object.entries(options).filter(([, x]) => x !== undefined)) as T
}

/** Data read or drawn and divided, the network drawn. Throws one clear line on what does not fit. */
export async function prepared(
  name: string,
  options: TrainingOptions,
  known?: Dataset,
): Promise<Prepared> {
  const recipe = recipeOf(name, options)
  const data = known ?? (await datasetOf(name, options))
  refuseUnused(name, options, recipe)
  const parts = divided(data, options.validation, recipe)
  return { recipe, data, ...parts, model: networkFor(data, recipe) }
}

function divided(
  data: Dataset,
  fraction: number,
  { seed, standardise: wanted }: Recipe,
): Pick<Prepared, 'learn' | 'judge' | 'standardisation'> {
  const parts =
    fraction > 0 ? split(data, { fraction, seed }) : { train: data, validation: undefined }
  if (!wanted) return { learn: parts.train, judge: parts.validation, standardisation: undefined }
  const { dataset, standardisation } = standardise(parts.train)
  const judge = parts.validation && {
    ...parts.validation,
    X: applyStandardisation(parts.validation.X, standardisation),
  }
  return { learn: dataset, judge, standardisation }
}

/** Trains; `more` says how it is watched, stored and ended, and changes no number of it. */
export function trained(
  { recipe, model, learn, judge }: Prepared,
  { loss, l2, patience, threads, precision, relaxed }: TrainingOptions,
  more: FitOptions,
): Promise<FitResult> {
  const { epochs, batchSize, seed } = recipe
  const steps = epochs * Math.ceil(learn.X.length / batchSize)
  const optimizer = optimizerFor(model, recipe, steps)
  const how = { epochs, batchSize, threads, precision, relaxed, seed }
  return fit(model, learn, { ...how, l2, loss, patience, optimizer, validation: judge, ...more })
}

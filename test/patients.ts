/** Trainings for the doctor: the recipes of the command line, and ways to break them. */
import { Random } from 'chainrule'
import {
  blobs,
  circles,
  type Dataset,
  digits,
  iris,
  moons,
  spirals,
  standardise,
  xor,
} from 'chainrule/data'
import { type Activation, type Initialisation, MLP } from 'chainrule/nn'
import { Adam, cosine, type Optimizer, SGD } from 'chainrule/optim'
import { fit, type FitOptions, type FitResult } from 'chainrule/train'

export interface Recipe {
  readonly hidden?: readonly number[]
  readonly activation?: Activation
  readonly initialisation?: Initialisation
  readonly epochs?: number
  /** Points of a drawn data set. Default 500. */
  readonly count?: number
  readonly batchSize?: number
  /** Default: Adam, from 0.01 down to 0.0001. */
  readonly optimizer?: (model: MLP) => Optimizer
  readonly standardised?: boolean
  /** Done to the network before it is trained. */
  readonly damage?: (model: MLP) => void
  readonly options?: FitOptions
}

const drawn = { moons, circles, spirals, xor, blobs }
/** The usual recipes of `npx chainrule train`, digits shortened. */
const usual: Record<string, Recipe> = {
  digits: { hidden: [32], epochs: 1, standardised: false },
  iris: { hidden: [8], epochs: 100, batchSize: 16 },
  spirals: { hidden: [32, 32], epochs: 150 },
  xor: { hidden: [8] },
}

export const names: readonly string[] = [...Object.keys(drawn), 'iris', 'digits']

export function dataOf(name: string, seed: number, count = 500): Dataset {
  if (name === 'iris') return iris()
  if (name === 'digits') return digits()
  return drawn[name as keyof typeof drawn](count, { seed })
}

/** A network for `data`, as `recipe` makes it. */
export function networkFor({ X, classes }: Dataset, seed: number, recipe: Recipe): MLP {
  const { hidden = [16, 16], activation = 'tanh', damage } = recipe
  const initialisation = recipe.initialisation ?? (activation === 'relu' ? 'he' : 'xavier')
  const outputs = classes!.length === 2 ? 1 : classes!.length
  const random = new Random(seed)
  const model = new MLP(X[0]!.length, [...hidden, outputs], { activation, initialisation, random })
  damage?.(model)
  return model
}

export interface Trained {
  readonly model: MLP
  readonly data: Dataset
  readonly result: FitResult
}

/** `fit` by the usual recipe, but for what is given. */
export async function trained(name: string, seed: number, given: Recipe = {}): Promise<Trained> {
  const recipe: Recipe = { epochs: 60, batchSize: 32, standardised: true, ...usual[name], ...given }
  const { epochs = 60, batchSize = 32, options } = recipe
  const raw = dataOf(name, seed, recipe.count)
  const data = recipe.standardised ? standardise(raw).dataset : raw
  const model = networkFor(data, seed, recipe)
  const steps = epochs * Math.ceil(data.X.length / batchSize)
  const optimizer =
    recipe.optimizer?.(model) ??
    new Adam(model.parameters(), { learningRate: cosine(0.01, 0.0001, steps) })
  const result = await fit(model, data, { epochs, batchSize, seed, optimizer, ...options })
  return { model, data, result }
}

export const sgd =
  (learningRate: number) =>
  (model: MLP): Optimizer =>
    new SGD(model.parameters(), { learningRate })

export const adam =
  (learningRate: number) =>
  (model: MLP): Optimizer =>
    new Adam(model.parameters(), { learningRate })

export function setBiases(bias: number): (model: MLP) => void {
  return (model) => {
    for (const layer of model.layers.slice(0, -1))
      for (const neuron of layer.neurons) neuron.bias.data = bias
  }
}

export function scaleWeights(factor: number): (model: MLP) => void {
  return (model) => {
    for (const p of model.parameters()) p.data *= factor
  }
}

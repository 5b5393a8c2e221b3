import type { Dataset } from '../data/index.ts'
import { type Activation, type Initialisation, MLP } from '../nn/index.ts'
import {
  Adam,
  AdamW,
  constant,
  cosine,
  linear,
  type Optimizer,
  RMSprop,
  type Schedule,
  SGD,
  stepDecay,
  warmUp,
} from '../optim/index.ts'
import { activationOf } from '../nn/activation.ts'
import { Random } from '../random.ts'
import { valueAndGrad } from '../transforms.ts'

/** What the command line says about the network and how it learns. */
export interface Recipe {
  readonly hidden: readonly number[]
  readonly activation: Activation
  readonly initialisation?: Initialisation
  readonly loss?: string
  readonly optimizer: keyof typeof optimizers
  readonly learningRate: number
  readonly momentum: number
  readonly nesterov: boolean
  readonly weightDecay?: number
  readonly schedule: keyof typeof schedules
  readonly warmUp: number
  readonly epochs: number
  readonly batchSize: number
  readonly seed: number
  /** Whether input columns are shifted and scaled. */
  readonly standardise: boolean
}

/** Settings that learn each data set well; anything given on the command line comes before them. */
export function usualRecipe(name: string): Recipe {
  const common: Recipe = {
    hidden: [16, 16],
    activation: 'tanh',
    optimizer: 'adam',
    learningRate: 0.01,
    momentum: 0,
    nesterov: false,
    schedule: 'cosine',
    warmUp: 0,
    epochs: 60,
    batchSize: 32,
    seed: 0,
    standardise: true,
  }
  const own: Record<string, Partial<Recipe>> = {
    digits: { hidden: [32], epochs: 20, standardise: false },
    iris: { hidden: [8], epochs: 100, batchSize: 16 },
    spirals: { hidden: [32, 32], epochs: 150 },
    xor: { hidden: [8] },
  }
  return { ...common, ...own[name] }
}

/** The network: as many inputs as the data has columns, as many outputs as the loss reads. */
export function networkFor(data: Dataset, recipe: Recipe): MLP {
  const classes = data.classes?.length ?? 0
  const oneScore = classes === 2 && recipe.loss !== 'crossEntropy'
  const outputs = classes === 0 || oneScore ? 1 : classes
  const { activation, seed } = recipe
  const initialisation = recipe.initialisation ?? (saturates(activation) ? 'xavier' : 'he')
  const random = new Random(seed)
  return new MLP(data.X[0]!.length, [...recipe.hidden, outputs], {
    activation,
    initialisation,
    random,
  })
}

/** Flat far out on both sides, as tanh is: seen from its slopes there. */
function saturates(activation: Activation): boolean {
  const slope = valueAndGrad(activationOf(activation))
  return [-40, 40].every((x) => Math.abs(slope(x).gradient[0]!) < 1e-6)
}

const optimizers = { sgd: SGD, adam: Adam, adamW: AdamW, rmsprop: RMSprop }
export const optimizerNames: readonly string[] = Object.keys(optimizers)

/** The optimizer with its schedule, which spans the whole training. */
export function optimizerFor(model: MLP, recipe: Recipe, steps: number): Optimizer {
  const { momentum, nesterov, weightDecay } = recipe
  const settings = {
    learningRate: scheduleFor(recipe, steps),
    ...(recipe.optimizer === 'sgd' && { momentum, nesterov }),
    weightDecay,
  }
  return new optimizers[recipe.optimizer](model.parameters(), settings)
}

const schedules = {
  constant: (rate: number) => constant(rate),
  linear: (rate: number, steps: number) => linear(rate, rate / 100, steps),
  cosine: (rate: number, steps: number) => cosine(rate, rate / 100, steps),
  step: (rate: number, steps: number) => stepDecay(rate, 0.3, Math.max(1, Math.ceil(steps / 3))),
}
export const scheduleNames: readonly string[] = Object.keys(schedules)

function scheduleFor(recipe: Recipe, steps: number): Schedule {
  const after = schedules[recipe.schedule](recipe.learningRate, Math.max(1, steps - recipe.warmUp))
  return recipe.warmUp > 0 ? warmUp(after, recipe.warmUp) : after
}

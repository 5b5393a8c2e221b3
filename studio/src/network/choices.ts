/** What the Network view offers, by name. */
import type { Activation } from 'chainrule/nn'
import type { LossName } from 'chainrule/train'

export const sources = [
  'moons',
  'circles',
  'spirals',
  'xor',
  'blobs',
  'yinYang',
  'iris',
  'digits',
] as const

export const activations = [
  'tanh',
  'relu',
  'sigmoid',
  'leakyRelu',
  'elu',
  'gelu',
  'silu',
  'softplus',
  'linear',
] as const satisfies readonly Activation[]
export type ActivationName = (typeof activations)[number]

/** Every loss that has a name: the type checker finds one that is missing. */
const allLosses: Readonly<Record<LossName, true>> = {
  crossEntropy: true,
  binaryCrossEntropy: true,
  maxMargin: true,
  meanSquaredError: true,
}
export const losses = Object.keys(allLosses) as readonly LossName[]

export const optimizers = ['SGD', 'momentum', 'Adam', 'AdamW', 'RMSprop'] as const

/** Features of a point of the plane. */
const planeFeatures = {
  x: (x: number) => x,
  y: (_x: number, y: number) => y,
  'x²': (x: number) => x * x,
  'y²': (_x: number, y: number) => y * y,
  xy: (x: number, y: number) => x * y,
  'sin x': (x: number) => Math.sin(2 * x),
  'sin y': (_x: number, y: number) => Math.sin(2 * y),
} as const
export type FeatureName = keyof typeof planeFeatures

export const featureNames = Object.keys(planeFeatures) as readonly FeatureName[]

/** The features of a point, in the order of their names. */
export function featuresOf(names: readonly string[], x: number, y: number): number[] {
  return names.map((name) => planeFeatures[name as FeatureName](x, y))
}

/** Sets whose points lie in a plane. */
export const inPlane = (source: string): boolean => !['iris', 'digits', 'own'].includes(source)

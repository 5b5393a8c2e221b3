/** Where the Network view begins, and which settings go together. */
import type { NetworkState } from '../share/state.ts'

export const firstNetwork: NetworkState = {
  data: 'moons',
  own: undefined,
  count: 300,
  noise: 0.1,
  held: 0.3,
  seed: 1,
  features: ['x', 'y'],
  hidden: [4, 4],
  activation: 'tanh',
  loss: 'crossEntropy',
  l2: 0,
  optimizer: 'Adam',
  learningRate: 0.03,
  batchSize: 16,
  weights: undefined,
  epoch: 0,
}

/** Losses that decide between two classes by one score. */
export const needsTwo = (loss: string): boolean =>
  loss === 'binaryCrossEntropy' || loss === 'maxMargin'

/** How many outputs a loss asks of a network. */
export function outputsFor(loss: string, classes: number): number {
  return needsTwo(loss) || (loss === 'meanSquaredError' && classes === 2) ? 1 : classes
}

/** Settings of which a change begins a new network; any other one is taken over while it learns. */
const structural = [
  'data',
  'own',
  'count',
  'noise',
  'held',
  'seed',
  'features',
  'hidden',
  'activation',
  'loss',
] as const

export function beginsAnew(a: NetworkState, b: NetworkState): boolean {
  return structural.some((key) => JSON.stringify(a[key]) !== JSON.stringify(b[key]))
}

import type { NetworkState } from '../share/state.ts'

export const firstNetwork: NetworkState = {
  data: 'moons',
  own: undefined,
  count: 300,
  noise: 0.1,
  held: 0.3,
  seed: 1,
  features: ['x', 'y'],
  hidden: [4, 2],
  activation: 'tanh',
  loss: 'crossEntropy',
  l2: 0,
  optimizer: 'Adam',
  learningRate: 0.03,
  batchSize: 16,
  weights: undefined,
  epoch: 0,
}

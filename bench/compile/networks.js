/** The networks that are trained, with their first weights and one batch, for every engine. */
import { Random } from '../../dist/index.js'
import { labels, learningRate, matrices, points } from '../moons/problem.js'

/** micrograd's own problem; everything of it is the reference's. */
const moons = () => ({
  name: 'moons 2-16-16-1, batch 100, SGD',
  activation: 'relu',
  loss: 'maxMargin',
  decay: 1e-4,
  optimizer: 'SGD',
  rate: learningRate,
  X: points,
  y: labels,
  layers: matrices(),
})

/** A classifier with cross-entropy over as many classes as it has outputs. */
function classifier(sizes, batch, rest) {
  const random = new Random(1)
  const uniform = (limit) => Math.fround(random.uniform(-limit, limit))
  const layers = sizes.slice(1).map((fanOut, i) => {
    const limit = Math.sqrt(6 / (sizes[i] + fanOut))
    const weight = Array.from({ length: fanOut }, () =>
      Array.from({ length: sizes[i] }, () => uniform(limit)),
    )
    return { weight, bias: Array.from({ length: fanOut }, () => 0) }
  })
  const X = Array.from({ length: batch }, () =>
    Array.from({ length: sizes[0] }, () => Math.fround(random.random())),
  )
  const y = X.map(() => random.randint(0, sizes.at(-1) - 1))
  return { loss: 'crossEntropy', decay: 0, layers, X, y, ...rest }
}

export const networks = {
  moons,
  digits: () =>
    classifier([64, 32, 10], 32, {
      name: '64-32-10, batch 32, Adam',
      activation: 'tanh',
      optimizer: 'Adam',
      rate: () => 0.001,
    }),
  single: () =>
    classifier([784, 64, 10], 1, {
      name: '784-64-10, batch 1, SGD',
      activation: 'relu',
      optimizer: 'SGD',
      rate: () => 0.01,
    }),
  batch: () =>
    classifier([784, 64, 10], 32, {
      name: '784-64-10, batch 32, SGD',
      activation: 'relu',
      optimizer: 'SGD',
      rate: () => 0.01,
    }),
}

/** The weights in micrograd's order: layer, neuron, weights, then bias. */
export const flat = (layers) =>
  layers.flatMap(({ weight, bias }) => weight.flatMap((row, n) => [...row, bias[n]]))

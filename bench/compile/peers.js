/** A training step in each engine: `peer(problem)` gives the step, a function of its number. */
import { webAssembly } from './limit.js'
import { flat } from './networks.js'
import * as scalarAutograd from '../scalar-autograd.js'

const chainrule =
  (precision, { threads = 1, relaxed = false } = {}) =>
  async (problem) => {
    const { compile } = await import('../../dist/compile/index.js')
    const { MLP } = await import('../../dist/nn/index.js')
    const { crossEntropy, l2, maxMargin } = await import('../../dist/loss/index.js')
    const { Adam, SGD } = await import('../../dist/optim/index.js')
    const { activation, decay, layers, X, y, rate } = problem
    const inputs = X[0].length
    const model = new MLP(
      inputs,
      layers.map(({ bias }) => bias.length),
      { activation },
    )
    const parameters = model.parameters()
    flat(layers).forEach((x, i) => {
      parameters[i].data = x
    })
    const optimizer = new (problem.optimizer === 'Adam' ? Adam : SGD)(parameters)
    const margins = (x, label) =>
      maxMargin(model.forward(x), label).add(l2(model.parameters(), decay))
    const entropy = (x, label) => crossEntropy(model.forward(x), label)
    const classes = problem.loss === 'crossEntropy'
    const step = await compile(classes ? entropy : margins, {
      inputs: [{ length: inputs }, classes ? 'index' : 'number'],
      parameters,
      optimizer,
      precision,
      threads,
      relaxed,
    })
    const List = precision === 'f32' ? Float32Array : Float64Array
    const flatX = List.from(X.flat())
    const labels = classes ? Int32Array.from(y) : List.from(y)
    return (k) => {
      optimizer.learningRate = rate(k)
      return step(flatX, labels).loss
    }
  }

const tfjs = async ({ activation, decay, layers, loss: lossName, optimizer, rate, X, y }) => {
  const { default: tf } = await import('@tensorflow/tfjs')
  await import('@tensorflow/tfjs-backend-wasm')
  tf.enableProdMode()
  await tf.setBackend('wasm')
  const x = tf.tensor2d(X)
  const classes = layers.at(-1).bias.length
  const target =
    lossName === 'crossEntropy'
      ? tf.oneHot(tf.tensor1d(y, 'int32'), classes)
      : tf.tensor2d(y, [y.length, 1])
  const weights = layers.map(({ weight, bias }) => ({
    weight: tf.variable(tf.tensor2d(weight)),
    bias: tf.variable(tf.tensor1d(bias)),
  }))
  const variables = weights.flatMap(({ weight, bias }) => [weight, bias])
  const forward = () =>
    weights.reduce((h, { weight, bias }, i) => {
      const z = tf.add(tf.matMul(h, weight, false, true), bias)
      return i < weights.length - 1 ? tf[activation](z) : z
    }, x)
  const loss = () => {
    if (lossName === 'crossEntropy') return tf.losses.softmaxCrossEntropy(target, forward())
    const margins = tf.relu(tf.sub(1, tf.mul(target, forward())))
    const squares = variables.map((p) => tf.sum(tf.square(p))).reduce((a, b) => tf.add(a, b))
    return tf.add(tf.mean(margins), tf.mul(decay, squares))
  }
  const trainer = optimizer === 'Adam' ? tf.train.adam(rate(0)) : tf.train.sgd(rate(0))
  return (k) =>
    tf.tidy(() => {
      if (optimizer === 'SGD') trainer.setLearningRate(rate(k))
      return trainer.minimize(loss, true, variables).dataSync()[0]
    })
}

const jax = async ({ activation, decay, layers: start, loss: lossName, optimizer, rate, X, y }) => {
  globalThis.Float16Array ??= class {} // it asks `instanceof`; Node has none before version 24
  const { defaultDevice, jit, numpy: np, nn, tree, valueAndGrad } = await import('@jax-js/jax')
  defaultDevice('wasm')
  const array = (x) => np.array(x, { dtype: np.float32 })
  const classes = start.at(-1).bias.length
  const x = array(X)
  const target = array(
    y.map((label) =>
      lossName === 'crossEntropy'
        ? Array.from({ length: classes }, (_, i) => Number(i === label))
        : [label],
    ),
  )
  const squash = activation === 'tanh' ? np.tanh : nn.relu
  const loss = (layers, x, y) => {
    const last = layers.length - 1
    let squares = np.zeros([])
    const h = layers.reduce((h, { weight, bias }, i) => {
      if (decay > 0)
        squares = squares.add(np.sum(np.square(weight.ref))).add(np.sum(np.square(bias.ref)))
      const z = np.matmul(h, np.transpose(weight)).add(bias)
      return i < last ? squash(z) : z
    }, x)
    if (lossName === 'crossEntropy') return np.sum(nn.logSoftmax(h, -1).mul(y)).mul(-1 / X.length)
    return np
      .sum(nn.relu(y.mul(h).neg().add(1)))
      .mul(1 / X.length)
      .add(squares.mul(decay))
  }
  const sgd = jit((layers, x, y, rate) => {
    const [value, gradient] = valueAndGrad(loss)(tree.ref(layers), x, y)
    const next = tree.map((p, g) => p.sub(g.mul(rate.ref)), layers, gradient)
    rate.dispose()
    return [value, next]
  })
  const adam = jit((layers, m, v, x, y, scale) => {
    const [value, gradient] = valueAndGrad(loss)(tree.ref(layers), x, y)
    const m1 = tree.map((m, g) => m.mul(0.9).add(g.mul(0.1)), m, tree.ref(gradient))
    const v1 = tree.map((v, g) => v.mul(0.999).add(np.square(g).mul(0.001)), v, gradient)
    const next = tree.map(
      (p, m, v) => p.sub(m.mul(scale.first.ref).div(np.sqrt(v.mul(scale.second.ref)).add(1e-8))),
      layers,
      tree.ref(m1),
      tree.ref(v1),
    )
    tree.dispose(scale)
    return [value, next, m1, v1]
  })
  let layers = start.map(({ weight, bias }) => ({ weight: array(weight), bias: array(bias) }))
  if (optimizer === 'SGD')
    return async (k) => {
      const [value, next] = sgd(layers, x.ref, target.ref, array(rate(k)))
      layers = next
      return (await value.data())[0]
    }
  const zeros = () => tree.map((p) => np.zeros(p.shape), layers)
  let [m, v] = [zeros(), zeros()]
  return async (k) => {
    const scale = {
      first: array(rate(k) / (1 - 0.9 ** (k + 1))),
      second: array(1 / (1 - 0.999 ** (k + 1))),
    }
    const [value, ...next] = adam(layers, m, v, x.ref, target.ref, scale)
    ;[layers, m, v] = next
    return (await value.data())[0]
  }
}

export const peers = {
  'chainrule f32': chainrule('f32'),
  'chainrule f64': chainrule('f64'),
  'chainrule f32, relaxed': chainrule('f32', { relaxed: true }),
  'chainrule f32, 2 threads': chainrule('f32', { threads: 2 }),
  'tfjs wasm': tfjs,
  'jax-js jit, wasm': jax,
  'C, clang to wasm': webAssembly,
  [scalarAutograd.name]: scalarAutograd.trained,
}

/**
 * One training step in each engine, as its users would write it: forward, backward, update, loss
 * read. A peer is `start()`, which gives the step: a function of its number that returns the loss.
 */
import { decay, labels, learningRate, matrices, neurons, parameters, points } from './problem.js'

async function chainrule() {
  const { MLP } = await import('../../dist/nn/index.js')
  const { maxMargin, l2 } = await import('../../dist/loss/index.js')
  const { SGD } = await import('../../dist/optim/index.js')
  const { mean } = await import('../../dist/index.js')
  const model = new MLP(2, [16, 16, 1], { activation: 'relu' })
  model.parameters().forEach((p, i) => {
    p.data = parameters[i]
  })
  const optimizer = new SGD(model.parameters())
  return (step) => {
    optimizer.learningRate = learningRate(step)
    const margins = points.map((x, i) => maxMargin(model.forward(x), labels[i]))
    const loss = mean(margins).add(l2(model.parameters(), decay))
    model.zeroGrad()
    loss.backward()
    optimizer.step()
    return loss.data
  }
}

async function compiled() {
  const { compile } = await import('../../dist/compile/index.js')
  const { MLP } = await import('../../dist/nn/index.js')
  const { maxMargin, l2 } = await import('../../dist/loss/index.js')
  const { SGD } = await import('../../dist/optim/index.js')
  const model = new MLP(2, [16, 16, 1], { activation: 'relu' })
  const weights = model.parameters()
  weights.forEach((p, i) => {
    p.data = parameters[i]
  })
  const optimizer = new SGD(weights)
  const loss = (x, label) => maxMargin(model.forward(x), label).add(l2(weights, decay))
  const step = await compile(loss, {
    inputs: [{ length: 2 }, 'number'],
    parameters: weights,
    optimizer,
  })
  const [X, y] = [Float64Array.from(points.flat()), Float64Array.from(labels)]
  return (k) => {
    optimizer.learningRate = learningRate(k)
    return step(X, y).loss
  }
}

async function micrograd() {
  const { Value } = await import('../micrograd.js')
  const layers = neurons((x) => new Value(x))
  const weights = layers.flatMap((layer) => layer.flatMap((n) => [...n.weights, n.bias]))
  const forward = (x) =>
    layers.reduce((values, layer, i) => {
      const outputs = layer.map(({ weights, bias }) =>
        weights.reduce((sum, w, j) => sum.add(w.mul(values[j])), bias),
      )
      return i < layers.length - 1 ? outputs.map((v) => v.relu()) : outputs
    }, x)
  return (step) => {
    const margins = points.map((x, i) => forward(x)[0].mul(-labels[i]).add(1).relu())
    const total = margins.reduce((sum, m) => sum.add(m))
    const squares = weights.reduce((sum, p) => sum.add(p.mul(p)), new Value(0))
    const loss = total.mul(1 / points.length).add(squares.mul(decay))
    for (const p of weights) p.grad = 0
    loss.backward()
    for (const p of weights) p.data -= learningRate(step) * p.grad
    return loss.data
  }
}

const tfjs = (backend) => async () => {
  const { default: tf } = await import('@tensorflow/tfjs')
  if (backend === 'wasm') await import('@tensorflow/tfjs-backend-wasm')
  tf.enableProdMode()
  await tf.setBackend(backend)
  const x = tf.tensor2d(points)
  const y = tf.tensor2d(labels, [labels.length, 1])
  const layers = matrices().map(({ weight, bias }) => ({
    weight: tf.variable(tf.tensor2d(weight)),
    bias: tf.variable(tf.tensor1d(bias)),
  }))
  const variables = layers.flatMap(({ weight, bias }) => [weight, bias])
  const forward = () =>
    layers.reduce((h, { weight, bias }, i) => {
      const z = tf.add(tf.matMul(h, weight, false, true), bias)
      return i < layers.length - 1 ? tf.relu(z) : z
    }, x)
  const loss = () => {
    const margins = tf.relu(tf.sub(1, tf.mul(y, forward())))
    const squares = variables.map((p) => tf.sum(tf.square(p)))
    const sum = squares.reduce((a, b) => tf.add(a, b))
    return tf.add(tf.mean(margins), tf.mul(decay, sum))
  }
  const optimizer = tf.train.sgd(1)
  return (step) =>
    tf.tidy(() => {
      optimizer.setLearningRate(learningRate(step))
      return optimizer.minimize(loss, true, variables).dataSync()[0]
    })
}

async function jax() {
  globalThis.Float16Array ??= class {} // it asks `instanceof`; Node has none before version 24
  const { defaultDevice, jit, numpy: np, nn, tree, valueAndGrad } = await import('@jax-js/jax')
  defaultDevice('wasm')
  const array = (x) => np.array(x, { dtype: np.float64 })
  const x = array(points)
  const y = array(labels.map((label) => [label]))
  const loss = (layers, x, y, scale) => {
    const last = layers.length - 1
    let squares = np.zeros([], { dtype: np.float64 })
    const h = layers.reduce((h, { weight, bias }, i) => {
      squares = squares.add(np.sum(np.square(weight.ref))).add(np.sum(np.square(bias.ref)))
      const z = np.matmul(h, np.transpose(weight)).add(bias)
      return i < last ? nn.relu(z) : z
    }, x)
    return np
      .sum(nn.relu(y.mul(h).neg().add(1)))
      .mul(scale.mean)
      .add(squares.mul(scale.decay))
  }
  // An argument, since jit rounds constants to float32, those of np.mean too.
  const scale = { mean: array(1 / points.length), decay: array(decay) }
  const update = jit((layers, x, y, scale, rate) => {
    const [value, gradient] = valueAndGrad(loss)(tree.ref(layers), x, y, scale)
    const next = tree.map((p, g) => p.sub(g.mul(rate.ref)), layers, gradient)
    rate.dispose()
    return [value, next]
  })
  let layers = matrices().map(({ weight, bias }) => ({ weight: array(weight), bias: array(bias) }))
  return async (step) => {
    const [value, next] = update(layers, x.ref, y.ref, tree.ref(scale), array(learningRate(step)))
    layers = next
    return (await value.data())[0]
  }
}

export const peers = {
  chainrule,
  compiled,
  micrograd,
  'tfjs-cpu': tfjs('cpu'),
  'tfjs-wasm': tfjs('wasm'),
  jax,
}

/**
 * scalar-autograd, which compiles graphs of scalars to JavaScript. The npm registry no longer has it: it is listed
 * where somebody has put a copy from its repository into node_modules.
 */
import { flat } from './compile/networks.js'

const library = 'scalar-autograd'

export const name = `${library}, compiled`

/** Why it is not listed; undefined where it can be. */
export const without = isInstalled()
  ? undefined
  : `${name}: skipped, it is not in the npm registry (put a copy of github.com/mfagerlund/ScalarAutograd, built, ` +
    `into bench/node_modules/${library}).`

function isInstalled() {
  try {
    import.meta.resolve(library)
    return true
  } catch {
    return false
  }
}

/** Its compiled functions; it tells on the console how far it is. */
function compiledBy({ CompiledFunctions }, parameters, f) {
  const { log } = console
  console.log = () => {}
  try {
    return CompiledFunctions.compile(parameters, f)
  } finally {
    console.log = log
  }
}

/** Whether it can run what it makes of a network: with 50,890 parameters an example overflows the call stack. */
export const manages = ({ layers }) => flat(layers).length < 10_000

/** A training step: a function for each example, which share their code; the optimizer is a loop over parameters. */
export async function trained({ activation, decay, layers, loss, optimizer, rate, X, y }) {
  const autograd = await import(library)
  const { V } = autograd
  const parameters = flat(layers).map((x) => V.W(x))
  const total = (terms) => terms.reduce((sum, term) => V.add(sum, term))
  const forward = (p, x) => {
    let at = 0
    return layers.reduce((h, { weight }, layer) => {
      const neurons = weight.map((row) => {
        const products = row.map((_, i) => V.mul(p[at + i], h[i]))
        const sum = total([p[at + row.length], ...products])
        at += row.length + 1
        return sum
      })
      return layer < layers.length - 1 ? neurons.map((z) => V[activation](z)) : neurons
    }, x)
  }
  const losses = {
    maxMargin: ([score], label) => V.relu(V.sub(1, V.mul(label, score))),
    crossEntropy: (z, label) => V.sub(V.log(total(z.map((zi) => V.exp(zi)))), z[label]),
  }
  const compiled = compiledBy(autograd, parameters, (p) => {
    const each = X.map((x, row) => {
      const z = forward(
        p,
        x.map((xi) => V.C(xi)),
      )
      return V.mul(1 / X.length, losses[loss](z, y[row]))
    })
    return decay > 0 ? [...each, V.mul(decay, total(p.map((pi) => V.mul(pi, pi))))] : each
  })
  const change = { SGD: sgd, Adam: adam }[optimizer](parameters)
  return (k) => {
    const { value, gradient } = compiled.evaluateSumWithGradient(parameters)
    change(gradient, rate(k), k + 1)
    return value
  }
}

const sgd = (parameters) => (gradient, rate) => {
  for (let i = 0; i < parameters.length; i++) parameters[i].data -= rate * gradient[i]
}

function adam(parameters) {
  const [m, v] = [0, 1].map(() => new Float64Array(parameters.length))
  return (gradient, rate, step) => {
    const [first, second] = [rate / (1 - 0.9 ** step), 1 / (1 - 0.999 ** step)]
    for (let i = 0; i < parameters.length; i++) {
      m[i] = 0.9 * m[i] + 0.1 * gradient[i]
      v[i] = 0.999 * v[i] + 0.001 * gradient[i] ** 2
      parameters[i].data -= (first * m[i]) / (Math.sqrt(second * v[i]) + 1e-8)
    }
  }
}

/** Value and gradient of Rosenbrock's function at a point, of which each call says the first coordinate. */
async function rosenbrock(x) {
  const autograd = await import(library)
  const { V } = autograd
  const parameters = x.map((xi) => V.W(xi))
  const square = (a) => V.mul(a, a)
  const compiled = compiledBy(autograd, parameters, (p) => [
    p
      .slice(1)
      .map((next, i) =>
        V.add(V.mul(100, square(V.sub(next, square(p[i])))), square(V.sub(1, p[i]))),
      )
      .reduce((sum, term) => V.add(sum, term)),
  ])
  return (first) => {
    parameters[0].data = first
    return compiled.evaluateGradient(parameters)
  }
}

/** What it can compute of the functions of a few numbers: it has no erf. */
export const functions = { rosenbrock }

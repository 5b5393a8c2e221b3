/**
 * One program for every engine: a layer of 32 tanh neurons over 64 inputs, weights shared by all
 * examples, everything added up. Products and binary sums make nearly all of the graph.
 */
const inputs = 64
const neurons = 32

/** Numbers in (−½, ½) that every language makes exactly alike. */
const fraction = (i) => (((i + 1) * 7919) % 10007) / 10007 - 0.5

/** Leaves and operations of the graph for so many examples. */
export const nodes = (examples) =>
  neurons * (inputs + 1) + examples * (inputs + neurons * (2 * inputs + 1) + neurons) - 1

/** Builds the graph; `engine` has leaf, add, mul, tanh. */
export function build({ leaf, add, mul, tanh }, examples) {
  let made = 0
  const next = (scale) => leaf(fraction(made++) * scale)
  const row = (n, scale) => Array.from({ length: n }, () => next(scale))
  const weights = Array.from({ length: neurons }, () => row(inputs, 0.5))
  const biases = row(neurons, 0.5)
  let total
  let x
  for (let e = 0; e < examples; e++) {
    x = row(inputs, 2)
    for (let n = 0; n < neurons; n++) {
      let z = biases[n]
      const w = weights[n]
      for (let i = 0; i < inputs; i++) z = add(z, mul(w[i], x[i]))
      const y = tanh(z)
      total = total === undefined ? y : add(total, y)
    }
  }
  return { total, watched: [weights[0][0], weights[31][63], weights[7][21], biases[5], x[3]] }
}

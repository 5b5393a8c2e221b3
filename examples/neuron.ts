/** The tutorial's neuron: two inputs, two weights, a bias, tanh, and every gradient. */
import { tanh, type Value, value } from 'chainrule'

export function neuron(x1: Value, x2: Value, w1: Value, w2: Value, b: Value): Value {
  return tanh(x1.mul(w1).add(x2.mul(w2)).add(b))
}

const x1 = value(2, 'x1')
const x2 = value(0, 'x2')
const w1 = value(-3, 'w1')
const w2 = value(1, 'w2')
const b = value(6.8813735870195432, 'b')
const o = neuron(x1, x2, w1, w2, b)
o.backward()
for (const leaf of [x1, x2, w1, w2, b]) console.log(`${leaf.label} ${leaf.grad.toFixed(4)}`)

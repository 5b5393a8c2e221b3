// A neuron: two inputs, two weights, a bias, tanh. Then one step down its gradient.
import { tanh, value } from 'chainrule'

const x1 = value(2, 'x1')
const x2 = value(0, 'x2')
const w1 = value(-3, 'w1')
const w2 = value(1, 'w2')
const b = value(6.8813735870195432, 'b')

const out = () => tanh(x1.mul(w1).add(x2.mul(w2)).add(b))

const before = out()
before.label = 'out'
before.backward()
const round = (x: number) => Number(x.toFixed(4))
console.table([x1, x2, w1, w2, b].map(({ label, grad }) => ({ leaf: label, grad: round(grad) })))
show(before)

for (const weight of [w1, w2, b]) weight.data -= 0.1 * weight.grad
console.log(before.data.toFixed(4)) // 0.7071
console.log(out().data.toFixed(4)) // 0.5590

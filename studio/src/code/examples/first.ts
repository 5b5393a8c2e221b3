// A function of two numbers: its value, its gradient, its graph.
import { value } from 'chainrule'

const x = value(2, 'x')
const y = value(3, 'y')
const f = x.mul(y).add(x.sin())
f.label = 'f'
f.backward()

console.log(f.data) // 6.909297426825682
console.log(x.grad) // 2.5838531634528574
console.log(y.grad) // 2

show(f)

// Gradients are Values: differentiate them again, as often as you like.
import { grad, hessian, value } from 'chainrule'

const x = value(2, 'x')
let y = x.pow(5)
for (const name of ['first', 'second', 'third', 'fourth', 'fifth']) {
  y = grad(y, [x])[0]!
  console.log(`${name} derivative of x⁵ at 2: ${y.data}`)
}

console.log(hessian((a, b) => a.mul(a).mul(b))(2, 3)) // [ [ 6, 4 ], [ 4, 0 ] ]

const slope = grad(x.sin().mul(x), [x])[0]!
slope.label = 'slope'
show(slope)

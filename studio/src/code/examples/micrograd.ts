// The program that micrograd’s README begins with, and its numbers.
import { value } from 'chainrule'

const a = value(-4, 'a')
const b = value(2, 'b')
let c = a.add(b)
let d = a.mul(b).add(b.pow(3))
c = c.add(c).add(1)
c = c.add(1).add(c).sub(a)
d = d.add(d.mul(2)).add(b.add(a).relu())
d = d.add(d.mul(3)).add(b.sub(a).relu())
const e = c.sub(d)
const f = e.pow(2)
let g = f.div(2)
g = g.add(f.pow(-1).mul(10))
g.label = 'g'
g.backward()

console.log(g.data.toFixed(4)) // 24.7041
console.log(a.grad.toFixed(4)) // 138.8338
console.log(b.grad.toFixed(4)) // 645.5773

show(g)

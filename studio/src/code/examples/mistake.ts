// JavaScript has no operators for objects. This program says so, instead of giving a number without a history.
import { value } from 'chainrule'

const a = value(2, 'a')
const b = value(3, 'b')

console.log('before')
const c = a * b // write a.mul(b)
console.log(c)

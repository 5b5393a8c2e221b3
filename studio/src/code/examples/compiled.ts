// One scalar program, eager and compiled to WebAssembly: two speeds.
import { valueAndGrad } from 'chainrule'
import { compile } from 'chainrule/compile'
import type { Value } from 'chainrule'

const f = (x: Value, y: Value) => x.mul(y).add(x.sin())
const eager = valueAndGrad(f)
const compiled = await compile(f, { inputs: 2 })

console.log(eager(2, 3).gradient) // [ 2.5838531634528574, 2 ]
console.log(compiled(2, 3).gradient) // [ 2.5838531634528574, 2 ]

/** Calls in a millisecond. */
function speed(call: (x: number, y: number) => unknown, calls: number): number {
  for (let i = 0; i < calls / 4; i++) call(i / calls, 3) // warm up
  const start = performance.now()
  for (let i = 0; i < calls; i++) call(i / calls, 3)
  return calls / (performance.now() - start)
}
const slow = speed(eager, 20_000)
const fast = speed(compiled, 200_000)
console.log(`eager     ${slow.toFixed(0)} calls a millisecond`)
console.log(`compiled  ${fast.toFixed(0)} calls a millisecond`)
console.log(`${(fast / slow).toFixed(0)} times as fast`)

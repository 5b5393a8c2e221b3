import { type Operand, sum, value, Value, valueAndGrad } from 'chainrule'
import { programOf, type Traceable, traceOf } from 'chainrule/lift'
import { crossEntropy, meanSquaredError } from 'chainrule/loss'
import { MLP, Layer } from 'chainrule/nn'
import { Random } from 'chainrule'
import { describe, expect, test } from 'vitest'
import { Loops } from './loops.ts'

const random = new Random(1)
const numbers = (n: number): number[] => Array.from({ length: n }, () => random.uniform(-1, 1))

/** Mean loss and gradients over a batch, by the engine. */
function eager(f: (x: any, y: any) => Value, parameters: Value[], X: number[][], Y: number[][]) {
  for (const p of parameters) p.grad = 0
  let loss = 0
  X.forEach((x, i) => {
    const y = f(x, Y[i]!.length > 1 ? Y[i]! : Y[i]![0]!)
    loss += y.data / X.length
    y.div(X.length).backward()
  })
  return [loss, ...parameters.map((p) => p.grad)]
}

describe('lift', () => {
  test.each([
    ['moons', new MLP(2, [16, 16, 1], { activation: 'relu', random }), 'number', (m: MLP) => (x: Value[], y: Operand) => meanSquaredError(m.forward(x), y)],
    ['classes', new MLP(5, [7, 3], { activation: 'tanh', random }), 'index', (m: MLP) => (x: Value[], y: Operand) => crossEntropy(m.forward(x), y)],
  ] as const)('%s', (name, model, kind, program) => {
    const f = program(model)
    const inputs = model.architecture.inputs
    const trace = traceOf(f as Traceable, [{ length: inputs }, kind])
    const lifted = programOf(trace, model.parameters(), 'parameters')
    console.log(name, lifted.grouping.scalars, lifted.grouping.groups.length, lifted.before.length, lifted.each.length, lifted.after.length)
    const X = Array.from({ length: 6 }, () => numbers(inputs))
    const Y = X.map(() => [kind === 'index' ? random.randint(0, 2) : random.random()])
    const loops = new Loops(lifted)
    loops.run([X, Y])
    const got = [loops.of(lifted.total)[0]! / X.length, ...loops.of(lifted.gradient!)]
    const want = eager(f as any, model.parameters(), X, Y)
    want.forEach((w, i) => expect(got[i], `${i}`).toBeCloseTo(w, 12))
  })
})

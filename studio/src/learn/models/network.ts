/** A small network, its inputs and its weights: made alike by the page and by the worker that draws it. */
import { Random, type Value, value } from 'chainrule'
import { MLP } from 'chainrule/nn'

export interface Network {
  readonly sizes: readonly number[]
  readonly seed: number
}

/** The output, after its backward pass; inputs are called x0, x1, … */
export function outputOf(
  { sizes, seed }: Network,
  inputs: readonly number[],
): { y: Value; x: Value[] } {
  const model = new MLP(inputs.length, sizes, { activation: 'tanh', random: new Random(seed) })
  const x = inputs.map((number, i) => value(number, `x${i}`))
  const y = model.forward(x)[0]!
  y.label = 'y'
  y.backward()
  return { y, x }
}

export function parametersOf({ sizes, seed }: Network, inputs: number): number {
  return new MLP(inputs, sizes, { random: new Random(seed) }).parameters().length
}

import { pick, type Value, value } from 'chainrule'
import { compile } from 'chainrule/compile'
import { lift } from 'chainrule/lift'
import { MLP } from 'chainrule/nn'
import { SGD } from 'chainrule/optim'
import { expect, test } from 'vitest'

const leaf = value(2)
const parameters = [leaf]
const scaled = (x: Value): Value => leaf.mul(x)
/** As a program without types would call it. */
const called = (options: unknown): Promise<unknown> => compile(scaled, options as { inputs: 1 })

test.each([
  [undefined, /the options of compile are an object with inputs, .*, got undefined/],
  [{ inputs: 1, parameters, optimiser: 1 }, /unknown option optimiser of compile; it has inputs/],
  [{ inputs: -1, parameters }, /inputs is a count such as 2.*got -1/],
  [{ inputs: 1.5, parameters }, /inputs is a count such as 2.*got 1.5/],
  [{ inputs: 2n, parameters }, /inputs is a count such as 2.*got 2n\./],
  [{ inputs: NaN, parameters }, /inputs is a count such as 2.*got NaN\./],
  [{ inputs: 1e10, parameters }, /inputs is a count .*at most 1000000 numbers, got 10000000000\./],
  [{ inputs: [{ length: 1e10 }], parameters }, /got \{ length: 10000000000 \} for argument 1\./],
  [{ inputs: ['index', { length: 2n }], parameters }, /got \{ length: 2n \} for argument 2\./],
  [{ inputs: ['number', 'text'], parameters }, /got 'text' for argument 2\./],
  [{ inputs: [null], parameters }, /got null for argument 1\./],
  [{ inputs: scaled, parameters }, /got function\./],
  [{ inputs: undefined, parameters }, /got undefined\./],
  [{ inputs: 1, parameters, precision: 'f16' }, /precision is 'f64' or 'f32', got f16/],
  [{ inputs: 1, parameters, threads: 0 }, /threads is a whole number from 1 to 64, got 0/],
  [{ inputs: 1, parameters, optimizer: 'adam' }, /optimizer is one such as new Adam.*got string/],
  [{ inputs: 1, parameters, optimizer: { update: () => 0 } }, /such as new Adam.*got object/],
  [{ inputs: 1, optimizer: new SGD(parameters) }, /an optimizer needs the parameters as well/],
  [
    { inputs: 1, parameters: [leaf.detach()] },
    /parameter 1 is a number without a gradient.*value\(/,
  ],
  [{ inputs: 1, parameters: new MLP(2, [1]) }, /parameters is a list of leaves/],
  [{ inputs: 1, parameters: [leaf, leaf] }, /a parameter is in the list twice/],
])('compile refuses %o and names the option', async (options, message) => {
  await expect(called(options)).rejects.toThrow(message)
})

test('an optimizer that remembers what these parameters have not is refused, and lets go of them', async () => {
  const rule = (state: number[][]) =>
    Object.assign(new SGD(parameters, { momentum: 0.9 }), { state })
  for (const state of [[], [[1, 2]], [[0], [0]]])
    await expect(called({ inputs: 1, parameters, optimizer: rule(state) })).rejects.toThrow(
      /the optimizer has 1 slot, and its state is \d lists of \[.*\] numbers: expected .* of 1 numbers/,
    )
  const optimizer = rule([[5]])
  const options = { inputs: 1, parameters, optimizer, precision: 'f32' } as const
  const step = await compile(scaled, options)
  step.dispose()
  expect(optimizer.state).toEqual([[5]])
})

test('a predictor is no less careful of its parameters, and has nothing to optimize', async () => {
  const rows = (options: object) => compile((x) => [leaf.mul(x)], { inputs: 1, ...options })
  await expect(rows({ parameters: [leaf.mul(2)] })).rejects.toThrow(/a list of leaves/)
  await expect(rows({ parameters, optimizer: new SGD(parameters) })).rejects.toThrow(
    /an optimizer lowers one loss, and the function returns a list/,
  )
})

test('a function at a point says that it wants a number there, or so many', async () => {
  const f = await compile((x, y) => x.mul(y[0]!), { inputs: ['number', { length: 1 }] })
  const at = f as unknown as (...x: unknown[]) => unknown
  expect(() => at('1', [2])).toThrow("argument 1: expected a number, got '1'.")
  expect(() => at(1, leaf)).toThrow('argument 2: expected a list of 1 numbers, got object.')
  for (const examples of [NaN, 0, -1, 1.5])
    expect(() => f.binary(examples)).toThrow(`examples from 1 on, got ${examples}.`)
  expect(f(3, [2])).toEqual({ value: 6, gradient: [2, 3] })
  expect(() => at(1)).toThrow('expected 2 arguments, one for each input, got 1.')
  f.dispose()
})

test.each([
  [5, '5'],
  [null, 'null'],
  ['f', "'f'"],
  [new MLP(2, [1]), 'object'],
])('what is no function is named: %o', async (f, got) => {
  const message =
    'the first argument is a function of Values such as (x, y) => x.mul(y), ' +
    `got ${got}: for a model write (x) => model.forward(x).`
  await expect(compile(f as never, { inputs: 2 })).rejects.toThrow(message)
  expect(() => lift(f as never, { inputs: 2 })).toThrow(message)
})

test('there is nothing to pick from in an empty list', async () => {
  for (const kind of ['index', 'number'] as const) {
    const compiled = compile((i) => pick([], i).mul(2), { inputs: [kind] })
    await expect(compiled).rejects.toThrow('pick([], index): there is nothing to pick from')
  }
})

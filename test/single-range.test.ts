/** Where single precision ends: what goes beyond is named, and is called neither a disagreement nor a learning rate. */
import { defineOp, type Value, value } from 'chainrule'
import { compile } from 'chainrule/compile'
import { meanSquaredError } from 'chainrule/loss'
import { MLP } from 'chainrule/nn'
import { SGD } from 'chainrule/optim'
import { fit, type FitOptions } from 'chainrule/train'
import type { Finding } from 'chainrule/view'
import { describe, expect, test } from 'vitest'

/** An operation whose `lower` is not its `eval`. */
const wrong = defineOp({
  name: 'wrong',
  arity: 1,
  eval: (a) => a + 1,
  partials: () => [1],
  lower: (m, a) => m.add(a, 2),
})

const mend = 'Scale the data (standardise of chainrule/data), or use precision f64.'

/** What a function of one number says to it, in single precision. */
async function of(f: (x: Value) => Value, x: number) {
  const compiled = await compile(f, { inputs: 1, precision: 'f32' })
  return compiled(x)
}

describe('the first example', () => {
  test.each<[string, (x: Value) => Value, number, string]>([
    [
      'a result',
      (x) => x.mul(x),
      1e20,
      'value 1 is Infinity in single precision and 1e+40 in double precision: mul(1e20, 1e20) is 1e40, and single precision ends at 3.4e38. ',
    ],
    [
      'a number on the way',
      (x) => x.mul(x).div(x.mul(x).add(1)),
      1e25,
      'value 1 is NaN in single precision and 1 in double precision: mul(1e25, 1e25) is 1e50, and',
    ],
    [
      'one that leads to a finite result',
      (x) => x.mul(x).pow(-1).mul(1e38).mul(1e10),
      1e20,
      'value 1 is 0 in single precision and 99999999.99999999 in double precision: mul(1e20, 1e20) is 1e40, and',
    ],
    ['an input', (x) => x, 1e40, 'argument 1 is 1e40, and single precision ends at 3.4e38. '],
    ['a literal', (x) => x.mul(1e40), 1e-10, 'a number of the function is 1e40, and'],
    [
      'a gradient',
      (x) => x.mul(1e20).sin().mul(1e20),
      1e-20,
      'the gradient that comes back to argument 1 is 5.4e39, and single',
    ],
    [
      'a number that is 0 there',
      (x) => x.exp().log(),
      -200,
      'value 1 is -Infinity in single precision and -200 in double precision: exp(-200) is 1.38e-87, and single precision has 0 below 7e-46. ',
    ],
  ])('%s', async (_, f, x, message) => {
    await expect(of(f, x)).rejects.toThrow(`at the first example, `)
    await expect(of(f, x)).rejects.toThrow(message)
    await expect(of(f, x)).rejects.toThrow(mend)
    const double = await compile(f, { inputs: 1 })
    expect(Number.isFinite(double(x).value)).toBe(true)
  })

  test('of outputs, and of losses', async () => {
    const options = { inputs: [{ length: 2 }], precision: 'f32' } as const
    const predict = await compile((x: Value[]) => [x[0]!, x[1]!.pow(2)], options)
    expect(() =>
      predict([
        [1, 1e30],
        [1, 1],
      ]),
    ).toThrow(`output 2 is Infinity in single precision and 1.000`)
    const parameters = [value(1)]
    const loss = (x: Value, y: Value): Value => meanSquaredError([x.mul(parameters[0]!)], [y])
    const step = await compile(loss, {
      inputs: ['number', 'number'],
      parameters,
      precision: 'f32',
    })
    expect(() => step([1e25, 2], [0, 1])).toThrow('loss 1 is Infinity in single precision')
    step.dispose()
  })

  test('of an output that is wrong: what another one passes on its way has no part in it', async () => {
    const predict = await compile((x) => [x.mul(1e30).mul(1e30).min(1), wrong(x)], {
      inputs: 1,
      precision: 'f32',
    })
    expect(() => predict([3])).toThrow(
      'compiled and eager disagree at the first example: output 2 is 5, expected 4.',
    )
  })

  test('a wrong lower is still a disagreement, and what passes the end inside is hinted at', async () => {
    await expect(of((x) => wrong(x), 3)).rejects.toThrow(
      /^compiled and eager disagree .* value 1 is 5, expected 4\. .*pass check: false\.$/,
    )
    const length = defineOp({
      name: 'length',
      arity: 2,
      eval: Math.hypot,
      partials: (m, y, a, b) => [m.div(a, y), m.div(b, y)],
      lower: (m, a, b) => m.sqrt(m.add(m.mul(a, a), m.mul(b, b))),
    })
    await expect(of((x) => length(x, 1), 1e25)).rejects.toThrow(
      /compiled and eager disagree .* pass 3\.4e38 inside, where single precision ends\? Try precision f64/,
    )
  })

  test('small numbers are blamed only for what is not finite', async () => {
    await expect(of((x) => wrong(x.exp()), -200)).rejects.toThrow(
      'compiled and eager disagree at the first example: value 1 is 2, expected 1.',
    )
  })
})

test('a parameter that would be infinite', async () => {
  const parameters = [value(2), value(-1e40)]
  const options = { inputs: ['number'], parameters } as const
  const f = (x: Value): Value[] => [x.mul(parameters[0]!).mul(parameters[1]!)]
  await expect(compile(f, { ...options, precision: 'f32' })).rejects.toThrow(
    'parameter 2 is -1e+40, and single precision ends at 3.4e38: start from smaller ones, or use precision f64.',
  )
  expect(parameters[1]!.data).toBe(-1e40)
  const predict = await compile(f, options)
  expect(predict([1])).toEqual([[-2e40]])
  predict.dispose()
})

describe('fit', () => {
  /** A training on 40 numbers, of which some are another; every batch is all of them unless told otherwise. */
  async function trained(X: readonly number[], options: FitOptions = {}): Promise<RangeError> {
    const model = new MLP(1, [1])
    model.loadStateDict({
      'layers.0.weight': { shape: [1, 1], data: [1] },
      'layers.0.bias': { shape: [1], data: [0] },
    })
    const optimizer = new SGD(model.parameters(), { learningRate: 1e-30 })
    const data = { name: 'numbers', X: X.map((x) => [x]), y: X.map(() => 0) }
    const how = { optimizer, batchSize: 40, epochs: 1, loss: 'meanSquaredError' } as const
    return fit(model, data, { ...how, precision: 'f32', ...options }).then(
      () => expect.unreachable('single precision was enough'),
      (error: unknown) => error as RangeError,
    )
  }
  const ones = (count: number): number[] => Array.from({ length: count }, () => 1)

  test('the first example of the first batch', async () => {
    const { message } = await trained(Array.from({ length: 40 }, () => 1e25))
    expect(message).toContain('pow(1e25, 2) is 1e50, and single precision ends at 3.4e38.')
    expect(message).toContain(mend)
    expect(message).not.toContain('learning rate')
  })

  const late = [...ones(39), 1e25]

  test('a later one: the doctor names it', async () => {
    const { message, cause } = await trained(late, { seed: 1 })
    expect(message).toContain('the loss became Infinity in epoch 1, step 1')
    expect(message).toContain(
      'at the start, example 39: pow(1e25, 2) is 1e50, and single precision ends at 3.4e38. ' +
        'Scale the data (standardise of chainrule/data), or train with precision f64.',
    )
    expect(message).not.toMatch(/tenth|became .*Try a learning rate/)
    expect((cause as Finding).kind).toBe('notFinite')
  })

  test('a later one, without the doctor', async () => {
    const { message } = await trained(late, { seed: 1, doctor: false })
    expect(message).toMatch(
      /at a learning rate of 1e-30: single precision ends at 3\.4e38\. Scale the data .*or train with precision f64\.$/,
    )
  })

  test('after some steps, the weights may be what has grown', async () => {
    const { message } = await trained(late, { seed: 1, batchSize: 4 })
    expect(message).toMatch(
      /after step \d+, example 39: pow\(1e25, 2\) is 1e50, .*precision f64; if the losses were growing, try a tenth of the learning rate\./,
    )
  })

  test('what the losses of a first batch of such examples add up to', async () => {
    const { message } = await trained(Array.from({ length: 40 }, () => 1e19))
    expect(message).toContain('the sum of 40 such losses is 4e39, and single precision ends at')
  })

  test('what only the sum of a batch passes', async () => {
    const { message } = await trained([...ones(20), ...Array.from({ length: 20 }, () => 1e19)])
    expect(message).toMatch(
      /the update: each of the 40 examples by itself is in the range of single precision, which ends at 3\.4e38, but what they add up to, or the update by it, is not\. Scale the data/,
    )
  })
})

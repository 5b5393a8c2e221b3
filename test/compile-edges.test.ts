/** What is easily forgotten around a kernel: who else lives in its memory, and what nobody can compile. */
import { defineOp, Random, type Value, value } from 'chainrule'
import { compile, ship } from 'chainrule/compile'
import { meanSquaredError } from 'chainrule/loss'
import { MLP } from 'chainrule/nn'
import { Adam } from 'chainrule/optim'
import { describe, expect, test } from 'vitest'
import { toWat } from '../src/compile/wasm/text.ts'

const facts = { title: 'a network', classes: undefined, standardisation: undefined }

async function loaded(code: string): Promise<Record<string, (...x: unknown[]) => unknown>> {
  const text = Buffer.from(code).toString('base64')
  return (await import(`data:text/javascript;base64,${text}`)) as never
}

function network() {
  const model = new MLP(20, [8, 1], { activation: 'tanh', random: new Random(1) })
  return {
    model,
    parameters: model.parameters(),
    forward: (x: readonly Value[]) => model.forward(x),
  }
}

describe('a module that is shipped while a kernel is at work', () => {
  test.each([{}, { threads: 2 }, { relaxed: true }])(
    'has its own memory: no data, nothing shared, %j',
    async (options) => {
      const { model, parameters, forward } = network()
      const shipment = { ...facts, forward, inputs: 20, parameters, precision: 'f64' as const }
      const alone = ship(shipment)
      const step = await compile((x, y) => meanSquaredError(model.forward(x), [y]), {
        inputs: [{ length: 20 }, 'number'],
        parameters,
        ...options,
      })
      const X = Array.from({ length: 128 }, () => Array.from({ length: 20 }, () => 0.123456789))
      step(
        X,
        X.map(() => 1),
      )
      const beside = ship(shipment)
      expect(beside.code).toBe(alone.code)
      const { predict } = await loaded(beside.code)
      const [[got]] = predict!([X[0]]) as [[number]]
      expect(got).toBeCloseTo(model.forward(X[0]!)[0]!.data, 12)
      step.dispose()
    },
  )

  test('goes on where its optimizer was, and leaves that alone', async () => {
    const { model, parameters, forward } = network()
    const optimizer = new Adam(parameters, { learningRate: 0.01 })
    const x = Array.from({ length: 20 }, (_, i) => Math.sin(i))
    const loss = (z: readonly Value[], y: Parameters<typeof meanSquaredError>[1]) =>
      meanSquaredError(z, y)
    const learn = (): void => {
      optimizer.zeroGrad()
      loss(model.forward(x), [0.5]).backward()
      optimizer.step()
    }
    for (let k = 0; k < 20; k++) learn()
    const before = JSON.stringify(optimizer.saveState())
    const { code } = ship({
      ...facts,
      forward,
      inputs: 20,
      parameters,
      precision: 'f64',
      training: {
        loss: (z, y) => loss(z, [y]),
        target: 'number',
        encode: (y) => y,
        optimizer,
        title: 'adam',
      },
    })
    expect(JSON.stringify(optimizer.saveState())).toBe(before)
    const { train, getWeights } = await loaded(code)
    train!([x], [0.5])
    learn()
    const weights = getWeights!() as number[]
    parameters.forEach((p, i) => expect(weights[i]).toBeCloseTo(p.data, 12))
  })
})

test('an optimizer is at work in one compiled step at a time', async () => {
  const parameters = [value(2)]
  const optimizer = new Adam(parameters)
  const options = { inputs: ['number'] as const, parameters, optimizer }
  const first = await compile((x) => x.mul(parameters[0]!), options)
  const second = compile((x) => x.add(parameters[0]!), options)
  await expect(second).rejects.toThrow('at work in another compiled step')
  first.dispose()
  const third = await compile((x) => x.add(parameters[0]!), options)
  expect(third([1]).loss).toBe(3)
  third.dispose()
})

test('a function of its inputs outlives memory that grows', async () => {
  const f = await compile((...x: Value[]) => x.reduce((a, b) => a.mul(b.sin())), { inputs: 40 })
  const at = Array.from({ length: 40 }, (_, i) => 1 + i / 100)
  const before = f(...at)
  f.binary(128)
  expect(f(...at)).toEqual(before)
  f.dispose()
})

test('a kernel has no code for further blocks before a batch needs it, and then it is right', async () => {
  const w = value(0.5)
  const options = { inputs: ['number'] as const, parameters: [w] }
  const step = await compile((x) => w.mul(x).sin().pow(2), options)
  const text = toWat(step.binary(128))
  expect(text).toContain('"first"')
  expect(text).not.toContain('"next"')
  const X = Array.from({ length: 300 }, (_, i) => i / 100)
  const loss = X.reduce((total, x) => total + Math.sin(0.5 * x) ** 2, 0) / X.length
  const gradient = X.reduce((total, x) => total + Math.sin(x) * x, 0) / X.length
  expect(step(X).loss).toBeCloseTo(loss, 12)
  expect(w.grad).toBeCloseTo(gradient, 12)
  expect(step([2]).loss).toBeCloseTo(Math.sin(1) ** 2, 12)
  step.dispose()
})

test('a function of its inputs is called at one point', async () => {
  const f = await compile((x: Value[]) => x[0]!.mul(x[1]!), { inputs: [{ length: 2 }] })
  expect(f([2, 3]).value).toBe(6)
  expect(() => f([2, 3, 4, 5])).toThrow('called at one point, got 2 rows')
  f.dispose()
})

test('a row without lower is refused when it is compiled, and the parameters stay free', async () => {
  const cube = defineOp({
    name: 'cube',
    arity: 1,
    eval: (a) => a ** 3,
    partials: (m, _, a) => [m.mul(3, m.mul(a, a))],
  })
  const parameters = [value(2)]
  const f = (x: Value): Value => cube(parameters[0]!.mul(x))
  const compiled = compile(f, { inputs: ['number'], parameters })
  await expect(compiled).rejects.toThrow('cube cannot be compiled, as its row has no lower')
  const more = [...parameters, value(1)]
  const step = await compile((x) => x.mul(more[0]!).mul(more[1]!), {
    inputs: ['number'],
    parameters: more,
  })
  expect(step([3]).loss).toBe(6)
  step.dispose()
})

test('a number that single precision has not is named', async () => {
  const parameters = [value(2)]
  const options = { inputs: ['number'] as const, parameters, precision: 'f32' as const }
  const step = await compile((x) => x.mul(parameters[0]!), options)
  expect(() => step([1, 1e39])).toThrow(
    'example 2 is 1e+39: expected a finite number in single precision',
  )
  step.dispose()
})

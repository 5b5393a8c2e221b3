import { log, sum, type Value, value } from 'chainrule'
import { moons } from 'chainrule/data'
import { MLP, Module } from 'chainrule/nn'
import { SGD } from 'chainrule/optim'
import { fit, type FitOptions, type LossFunction, type Store } from 'chainrule/train'
import type { Finding, FindingKind } from 'chainrule/view'
import { describe, expect, test } from 'vitest'
import {
  adam,
  dataOf,
  names,
  networkFor,
  type Recipe,
  scaleWeights,
  setBiases,
  sgd,
  trained,
} from './patients.ts'

const kinds = (findings: readonly Finding[]): FindingKind[] => findings.map(({ kind }) => kind)
const weights = (model: Module): number[] => model.parameters().map((p) => p.data)
/** Enough to see it. */
const short: Recipe = { epochs: 10, count: 150 }

/** What `fit` throws. */
async function failure(run: Promise<unknown>): Promise<RangeError & { cause: Finding }> {
  return run.then(
    () => expect.fail('it trained'),
    (error: unknown) => error as RangeError & { cause: Finding },
  )
}

describe('a training that is broken on purpose', () => {
  const broken: [string, Recipe, FindingKind][] = [
    ['learning rate of Adam 1000 times too high', { optimizer: adam(10) }, 'learningRateTooHigh'],
    ['the same with ReLUs', { optimizer: adam(10), activation: 'relu' }, 'learningRateTooHigh'],
    ['learning rate of SGD 1000 times too high', { optimizer: sgd(100) }, 'learningRateTooHigh'],
    ['learning rate of Adam a millionth', { optimizer: adam(1e-8) }, 'learningRateTooLow'],
    ['learning rate of SGD a millionth', { optimizer: sgd(1e-7) }, 'learningRateTooLow'],
    [
      'biases of −100 under ReLUs',
      { damage: setBiases(-100), activation: 'relu' },
      'deadActivations',
    ],
    ['weights times 100 under tanh', { damage: scaleWeights(100) }, 'saturatedActivations'],
    [
      '12 sigmoid layers',
      { activation: 'sigmoid', hidden: Array.from({ length: 12 }, () => 8) },
      'vanishingGradients',
    ],
    [
      'weights times 5 in 8 layers of ReLUs',
      {
        activation: 'relu',
        damage: scaleWeights(5),
        hidden: Array.from({ length: 8 }, () => 8),
      },
      'explodingGradients',
    ],
  ]

  test.each(broken)('moons, %s', async (_name, recipe, kind) => {
    const { result } = await trained('moons', 0, { ...short, ...recipe })
    expect(kinds(result.findings)).toEqual([kind])
  })

  test.each(broken.slice(0, 7))('iris, %s', async (_name, recipe, kind) => {
    const { result } = await trained('iris', 0, { ...short, ...recipe })
    expect(kinds(result.findings)).toEqual([kind])
  })

  test('features in the thousands', async () => {
    const raw = dataOf('iris', 0)
    const data = { ...raw, X: raw.X.map((x) => x.map((xi) => 1000 * xi)) }
    for (const activation of ['tanh', 'relu'] as const) {
      const model = networkFor(data, 0, { hidden: [8], activation })
      const { findings } = await fit(model, data, { epochs: 5, optimizer: adam(0.01)(model) })
      expect(kinds(findings)).toEqual(['inputsNotStandardised'])
      expect(findings[0]!.measured).toContain('sepal length); 4 of 4 columns are beyond ±10')
    }
  })

  test('the numbers are those of the training: the first step’s update and what it did', async () => {
    const run = async (epochs: FitOptions) => {
      const data = moons(40, { seed: 3 }) // few enough that the doctor looks at all of them
      const model = networkFor(data, 3, {})
      const optimizer = sgd(100)(model)
      const before = weights(model)
      const result = await fit(model, data, { optimizer, batchSize: 40, epochs: 4, ...epochs })
      return { before, after: weights(model), result }
    }
    const { result } = await run({})
    const stop = new AbortController()
    const first = await run({ signal: stop.signal, onProgress: () => stop.abort(), doctor: false })
    const moved = first.after.map((p, i) => p - first.before[i]!)
    const [found] = result.findings
    expect(found!.numbers['update']).toBeCloseTo(
      Math.hypot(...moved) / Math.hypot(...first.before),
      9,
    )
    expect(found!.numbers['now']).toBeCloseTo(first.result.evaluation.loss, 9)
    expect(found!.where).toBe('learning rate 100')
  })

  test('findings come with the report of the step they are seen at, each once', async () => {
    const seen: (readonly [number, FindingKind[]])[] = []
    const onProgress: FitOptions['onProgress'] = ({ epoch, step, stepsPerEpoch, findings }) => {
      if (findings) seen.push([(epoch - 1) * stepsPerEpoch + step, kinds(findings)])
    }
    await trained('moons', 0, { ...short, damage: scaleWeights(100), options: { onProgress } })
    expect(seen).toEqual([[1, ['saturatedActivations']]])
  })
})

describe('a loss or a parameter that is not finite', () => {
  const data = moons(60, { seed: 2 })
  const run = (loss: LossFunction, options: FitOptions = {}) => {
    const model = networkFor(data, 2, {})
    const before = weights(model)
    const optimizer = new SGD(model.parameters(), { learningRate: 0.01 })
    const training = fit(model, data, { epochs: 5, optimizer, loss, ...options })
    return { model, before, training }
  }

  test('the error names operation, inputs, example and step; the finding is its cause', async () => {
    const { model, before, training } = run(([y], target) => y!.sub(target).log())
    const error = await failure(training)
    expect(error).toBeInstanceOf(RangeError)
    const example = error.cause.numbers['example']!
    const outcome = model.forward(data.X[example]!)[0]!.data - data.y[example]!
    expect(outcome).toBeLessThan(0)
    expect(error.cause).toMatchObject({ kind: 'notFinite', numbers: { a: outcome, step: 0 } })
    const shown = Number(outcome.toPrecision(3))
    expect(error.message).toBe(
      'the loss became NaN in epoch 1, step 1, at a learning rate of 0.01: at the start, example ' +
        `${example}: log(${shown}) is NaN. ${error.cause.advice}`,
    )
    expect(weights(model)).toEqual(before)
  })

  test('the example is the row of the data that was given, also when a part is held out', async () => {
    const poisoned = { ...data, X: data.X.map((x, i) => (i === 41 ? [1, -1] : x)) }
    const model = networkFor(data, 2, {})
    class Divided extends Module {
      override parameters = (): Value[] => model.parameters()
      forward = (x: readonly (Value | number)[]): Value[] => [
        model.forward(x)[0]!.div(sum(x.slice(0, 2))),
      ]
    }
    const error = await failure(
      fit(new Divided(), poisoned, { epochs: 1, validation: 0.1, seed: 6 }),
    )
    expect(error.cause.where).toBe('at the start, example 41')
    expect(error.cause.measured).toMatch(/^div\(-?[\d.]+, 0\) is -?Infinity$/)
  })

  test('on the way back: the step that would ruin the parameters is not taken', async () => {
    const { model, before, training } = run(([y]) => y!.mul(0).sqrt().add(1))
    const error = await failure(training)
    expect(error.message).toMatch(
      /^a parameter became NaN in epoch 1, step 1, .*: .*sqrt\(-?0\) is -?0/,
    )
    expect(weights(model)).toEqual(before)
  })

  test('in a later step: the parameters are those of the step before', async () => {
    const limit = 0.3
    let bad = false
    const loss: LossFunction = ([y], target) => {
      const error = y!.sub(target)
      bad ||= Math.abs(error.data) < 0.01
      return bad ? log(error.pow(2).sub(limit)).mul(NaN) : error.pow(2)
    }
    const { model, training } = run(loss, { doctor: false, batchSize: 4, compile: false })
    const error = await failure(training)
    expect(error.message).toMatch(
      /^the loss became NaN in epoch \d, step \d+, at .*: try a tenth of it\.$/,
    )
    expect(weights(model).every((p) => Number.isFinite(p))).toBe(true)
    expect(error.cause).toBeUndefined()
  })

  test('an update that overflows, though losses and gradients are finite', async () => {
    const model = networkFor(data, 2, {})
    const before = weights(model)
    const optimizer = new SGD(model.parameters(), { learningRate: 1e308 })
    const loss: LossFunction = ([y]) => y!.mul(1e6)
    const error = await failure(fit(model, data, { optimizer, loss, epochs: 1 }))
    expect(error.message).toMatch(/^a parameter became -?Infinity in epoch 1, step 1/)
    expect(error.cause.measured).toContain('a finite loss and finite gradients')
    expect(weights(model)).toEqual(before)
  })

  test('is no fault of the training where it was so from the start and takes no part', async () => {
    const model = networkFor(data, 2, {})
    const spare = value(Infinity)
    class WithSpare extends Module {
      override parameters = (): Value[] => [...model.parameters(), spare]
      forward = (x: readonly (Value | number)[]): Value[] => model.forward(x)
    }
    const { findings, ended } = await fit(new WithSpare(), data, { epochs: 2 })
    expect(ended).toBe('finished')
    expect(findings).toEqual([])
  })

  test('what was found before is said as well: the rate was too high', async () => {
    const model = new MLP(1, [1])
    const optimizer = new SGD(model.parameters(), { learningRate: 1e60 })
    const error = await failure(fit(model, { X: [[1], [2]], y: [5, 6] }, { optimizer, epochs: 20 }))
    expect(error.cause.measured).toMatch(/is Infinity$/)
    expect(error.message).toMatch(
      /Found before: learning rate 1e60: a step moved the parameters by/,
    )
  })
})

describe('a healthy training', () => {
  test.each(names.filter((name) => name !== 'spirals'))('%s: silence', async (name) => {
    const { result } = await trained(name, 7, { count: 200 })
    expect(result.findings).toEqual([])
    expect(result.evaluation.accuracy).toBeGreaterThan(0.85)
  })

  test.each(['moons', 'xor', 'iris'])('%s with ReLUs: silence', async (name) => {
    const { result } = await trained(name, 7, { count: 200, activation: 'relu' })
    expect(result.findings).toEqual([])
  })
})

describe('the doctor changes no number', () => {
  const data = moons(90, { seed: 1 })
  const run = async (options: FitOptions) => {
    const model = networkFor(data, 1, {})
    const optimizer = adam(0.05)(model)
    const given = { epochs: 6, batchSize: 16, validation: 0.2, l2: 1e-4, seed: 5, optimizer }
    const { history, evaluation } = await fit(model, data, { ...given, ...options })
    return { weights: weights(model), history, evaluation }
  }

  test('the same bits with and without it', async () => {
    expect(await run({})).toEqual(await run({ doctor: false }))
  })

  test('the same bits when it looks in the middle of a resumed training', async () => {
    const written: string[] = []
    const store: Store = {
      write: async (_name, text) => void written.push(text),
      read: async () => written[9],
    }
    const whole = await run({ store, checkpointSeconds: 0 })
    expect(await run({ store: { ...store, write: async () => {} }, resume: true })).toEqual(whole)
  })

  test('switched off, it says nothing', async () => {
    const silent = { ...short, damage: scaleWeights(100), options: { doctor: false } }
    expect((await trained('moons', 0, silent)).result.findings).toEqual([])
  })
})

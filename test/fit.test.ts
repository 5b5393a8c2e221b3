import { Random, value } from 'chainrule'
import { blobs, moons } from 'chainrule/data'
import { MLP, Module } from 'chainrule/nn'
import { Adam, cosine, SGD } from 'chainrule/optim'
import {
  type EpochRecord,
  fit,
  type FitOptions,
  loadModel,
  type ProgressReport,
  saveModel,
  type Store,
} from 'chainrule/train'
import { describe, expect, test } from 'vitest'

const data = moons(120, { seed: 1 })
const network = () =>
  new MLP(2, [8, 1], { activation: 'tanh', initialisation: 'xavier', random: new Random(1) })
const weights = (model: Module): number[] => model.parameters().map((p) => p.data)
const adam = (model: Module) =>
  new Adam(model.parameters(), { learningRate: cosine(0.1, 0.001, 300) })

/** A store in memory that keeps every text ever written. */
function memory(): Store & { readonly written: string[] } {
  const written: string[] = []
  return {
    written,
    write: async (_name, text) => void written.push(text),
    read: async () => written.at(-1),
  }
}

describe('fit', () => {
  test('learns two moons, reports each step and repeats itself from a seed', async () => {
    const reports: ProgressReport[] = []
    const run = () => {
      const model = network()
      const options: FitOptions = { epochs: 100, optimizer: adam(model), validation: 0.25, seed: 3 }
      return fit(model, data, { ...options, onProgress: (r) => reports.push(r) }).then(
        (result) => ({ model, result }),
      )
    }
    const first = await run()
    expect(first.result.evaluation.accuracy).toBeGreaterThanOrEqual(0.9)
    expect(first.result.ended).toBe('finished')
    expect(reports).toHaveLength(300)
    expect(reports[299]).toMatchObject({
      epoch: 100,
      epochs: 100,
      step: 3,
      stepsPerEpoch: 3,
      secondsLeft: 0,
    })
    expect(reports[299]!.last!.epoch).toBe(100)
    const second = await run()
    expect(weights(second.model)).toEqual(weights(first.model))
  })

  test('takes numbers for targets', async () => {
    const X = Array.from({ length: 40 }, (_, i) => [i / 20 - 1])
    const y = X.map(([x]) => 2 * x! + 1)
    const model = new MLP(1, [1], { random: new Random(0) })
    const result = await fit(
      model,
      { X, y },
      { epochs: 60, optimizer: new SGD(model.parameters(), { learningRate: 0.2 }) },
    )
    expect(result.loss).toBe('meanSquaredError')
    expect(result.evaluation.accuracy).toBeUndefined()
    expect(weights(model)[0]).toBeCloseTo(2, 3)
    expect(weights(model)[1]).toBeCloseTo(1, 3)
  })

  test('takes a loss of one’s own', async () => {
    const model = new MLP(1, [1], { random: new Random(0) })
    const loss: FitOptions['loss'] = ([y], target) => y!.sub(target).abs()
    const optimizer = new SGD(model.parameters(), { learningRate: 0.05 })
    const result = await fit(model, { X: [[0], [1]], y: [1, 1] }, { loss, optimizer, epochs: 60 })
    expect(result.loss).toBe('custom')
    expect(result.evaluation.loss).toBeLessThan(0.1)
  })

  test('decides among many classes, also by squared error', async () => {
    const three = blobs(90, { seed: 2 })
    for (const loss of ['crossEntropy', 'meanSquaredError'] as const) {
      const model = new MLP(2, [8, 3], { activation: 'tanh', initialisation: 'xavier' })
      const { evaluation } = await fit(model, three, { loss, epochs: 40 })
      expect(evaluation.accuracy, loss).toBeGreaterThan(0.9)
    }
  })

  test('stops early when validation gets no better, and ends with the best weights', async () => {
    const model = network()
    const optimizer = new SGD(model.parameters(), { learningRate: 0 })
    const result = await fit(model, data, { optimizer, epochs: 50, validation: 0.25, patience: 3 })
    expect(result.ended).toBe('early')
    expect(result.history).toHaveLength(4)
    expect(result.bestEpoch).toBe(1)
  })

  test('an AbortSignal ends it after the step under way', async () => {
    const model = network()
    const stop = new AbortController()
    let steps = 0
    const onProgress = () => void (++steps === 5 && stop.abort())
    const result = await fit(model, data, { epochs: 50, signal: stop.signal, onProgress })
    expect(result).toMatchObject({ ended: 'aborted', steps: 5 })
  })

  test('resumed after any step, it ends with the same bits', async () => {
    const straight = network()
    const options: FitOptions = {
      epochs: 5,
      batchSize: 32,
      validation: 0.25,
      seed: 9,
      l2: 1e-4,
      checkpointSeconds: 0,
    }
    const history = (records: readonly EpochRecord[]) =>
      records.map((r) => [r.loss, r.validationLoss])
    const store = memory()
    const whole = await fit(straight, data, { ...options, optimizer: adam(straight), store })
    expect(store.written.length).toBeGreaterThan(15)
    for (const text of store.written) {
      const model = network()
      const resumed = await fit(model, data, {
        ...options,
        optimizer: adam(model),
        store: { read: async () => text, write: async () => {} },
        resume: true,
      })
      expect(weights(model)).toEqual(weights(straight))
      expect(history(resumed.history)).toEqual(history(whole.history))
    }
  })

  test('refuses to resume another training', async () => {
    const store = memory()
    const begin = (options: FitOptions) => {
      const model = network()
      return fit(model, data, { epochs: 1, optimizer: adam(model), store, ...options })
    }
    await begin({ seed: 1 })
    await expect(begin({ resume: true, seed: 2 })).rejects.toThrow('seed 1, this training has 2')
    await expect(begin({ resume: true, seed: 1, batchSize: 16 })).rejects.toThrow(
      'batchSize 32, this training has 16',
    )
    await expect(begin({ resume: true, seed: 1, validation: 0.1 })).rejects.toThrow(
      'made with data',
    )
    store.written.push(
      store.written.at(-1)!.replace('"execution":"eager"', '"execution":"compiled"'),
    )
    await expect(begin({ resume: true, seed: 1 })).rejects.toThrow(
      'execution "compiled", this training has "eager"',
    )
    store.written.push('{"format":"chainrule-checkpoint","ver')
    await expect(begin({ resume: true, seed: 1 })).rejects.toThrow('is damaged')
  })

  test('names what is wrong with data, losses and options', async () => {
    const one = () => new MLP(2, [1])
    const at = (X: number[][], y: number[], options: FitOptions = {}) =>
      fit(one(), { X, y }, options)
    await expect(at([[1, NaN]], [0])).rejects.toThrow(/row 0.*column 1.*NaN/)
    await expect(at([], [])).rejects.toThrow('no examples')
    await expect(at([[1, 2]], [0], { epochs: 0 })).rejects.toThrow(
      'epochs is a whole number above 0, got 0',
    )
    await expect(at([[1, 2]], [0], { loss: 'crossEntropy' })).rejects.toThrow('last layer of 1')
    await expect(at([[1, 2]], [0], { loss: 'hinge' as 'maxMargin' })).rejects.toThrow(
      "unknown loss 'hinge'",
    )
    await expect(at([[1, 2, 3]], [0])).rejects.toThrow('expected 2 inputs, got 3')
  })

  test('a loss that is no number any more stops it, with the step and what to try', async () => {
    const model = new MLP(1, [1], { random: new Random(0) })
    const optimizer = new SGD(model.parameters(), { learningRate: 1e200 })
    const run = fit(model, { X: [[1], [2]], y: [5, 6] }, { optimizer, epochs: 20 })
    await expect(run).rejects.toThrow(
      /the loss became (NaN|Infinity) in epoch \d+, step 1, at a learning rate of 1e\+200/,
    )
  })
})

describe('the model file', () => {
  test('gives back every double', () => {
    const model = network()
    const odd = [-0, 5e-324, 0.1 + 0.2, 1.7976931348623157e308, NaN, -Infinity]
    odd.forEach((x, i) => {
      model.parameters()[i]!.data = x
    })
    const standardisation = { mean: [0.1, 0.2], deviation: [1, 2] }
    const loaded = loadModel(saveModel(model, { classes: ['a', 'b'], standardisation }))
    expect(weights(loaded.model).every((w, i) => Object.is(w, weights(model)[i]))).toBe(true)
    expect(loaded).toMatchObject({ classes: ['a', 'b'], standardisation })
    expect(loaded.model.architecture).toEqual(model.architecture)
  })

  test('refuses what is damaged or something else, in one line', () => {
    const text = saveModel(network())
    const refused = (content: string) => {
      expect(() => loadModel(content, 'm.json')).toThrow(
        /^m\.json is not a chainrule model: [^\n]+\.$/,
      )
    }
    refused(text.slice(0, 100))
    refused('[]')
    refused('null')
    refused('{"format":"other"}')
    refused(text.replace('"version":1', '"version":2'))
    refused(text.replace('"tanh"', '"swoosh"'))
    refused(text.replace('"layers.0.bias"', '"layers.9.bias"'))
    refused(text.replace('"shape":[8,2]', '"shape":[2,8]'))
    refused(text.replace(/"data":\[[^,]+,/, '"data":["x",'))
    refused(text.replace('"sizes":[8,1]', '"sizes":[8,-1]'))
  })

  test('an activation of one’s own cannot be saved', () => {
    const model = new MLP(1, [1], { outputActivation: (x) => x.mul(2) })
    expect(model.forward([value(1)])).toHaveLength(1)
    expect(() => saveModel(model)).toThrow('cannot be saved')
  })
})

import { Random, value } from 'chainrule'
import type { Precision } from 'chainrule/compile'
import { blobs, moons } from 'chainrule/data'
import { Layer, MLP, Module } from 'chainrule/nn'
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
import { describe, expect, test, vi } from 'vitest'
import { Runner } from '../src/compile/runner.ts'

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

  test('in single precision it takes the same way, a little beside it', async () => {
    const trained = async (precision: Precision) => {
      const model = network()
      await fit(model, data, { epochs: 10, precision, optimizer: adam(model) })
      return weights(model)
    }
    const [double, single] = [await trained('f64'), await trained('f32')]
    expect(single).toEqual(single.map(Math.fround))
    expect(single).not.toEqual(double)
    single.forEach((w, i) => expect(w).toBeCloseTo(double[i]!, 3))
  })

  test.each([
    [{ precision: 'f16' }, "precision is 'f64' or 'f32', got f16."],
    [{ precision: 'f32', compile: false }, 'leave compile true, or f64'],
  ])('refuses %j', async (options, message) => {
    await expect(fit(network(), data, options as FitOptions)).rejects.toThrow(message)
  })

  test.each(['f64', 'f32'] as const)(
    'resumed after any step, it ends with the same bits, in %s',
    async (precision) => {
      const straight = network()
      const options: FitOptions = {
        epochs: 5,
        precision,
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
    },
  )

  test('what could not be compiled leaves model and optimizer for another attempt', async () => {
    const model = network()
    const optimizer = adam(model)
    const { start } = Runner
    const spied = vi.spyOn(Runner, 'start').mockImplementation((...given) => {
      if (spied.mock.calls.length === 2) throw new RangeError('no more memory.') // for what judges
      return start(...given)
    })
    await expect(fit(model, data, { epochs: 1, optimizer })).rejects.toThrow(
      'the training cannot be compiled: no more memory. Or pass compile: false.',
    )
    spied.mockRestore()
    expect(await fit(model, data, { epochs: 1, optimizer, precision: 'f32' })).toMatchObject({
      ended: 'finished',
    })
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
    await expect(begin({ resume: true, seed: 1, precision: 'f32' })).rejects.toThrow(
      'precision "f64", this training has "f32"',
    )
    await expect(begin({ resume: true, seed: 1, validation: 0.1 })).rejects.toThrow(
      'made with data',
    )
    store.written.push(
      store.written.at(-1)!.replace('"execution":"compiled"', '"execution":"eager"'),
    )
    await expect(begin({ resume: true, seed: 1 })).rejects.toThrow(
      'execution "eager", this training has "compiled"',
    )
    store.written.push('{"format":"chainrule-checkpoint","ver')
    await expect(begin({ resume: true, seed: 1 })).rejects.toThrow('is damaged')
  })

  test('refuses to resume with another network, validation set, schedule or loss', async () => {
    const held = moons(20, { seed: 5 })
    const run = (store: Store, options: FitOptions, model = network()) =>
      fit(model, data, { epochs: 1, store, validation: held, ...options })
    const store = memory()
    await run(store, {})
    const again = (options: FitOptions, model: MLP, message: string | RegExp) =>
      expect(run(store, { resume: true, ...options }, model)).rejects.toThrow(message)
    const other = new MLP(2, [8, 1], { activation: 'relu' })
    await again(
      {},
      other,
      'checkpoint.json was made with model.activation "tanh", this training has "relu"; ' +
        'resume with the same settings.',
    )
    await again(
      {},
      new MLP(2, [9, 1], { activation: 'tanh' }),
      'model.sizes [8,1], this training has [9,1]',
    )
    await again(
      {},
      new MLP(2, [8, 1], { activation: (x) => x.tanh() }),
      'model.activation "tanh", this training has "custom"',
    )
    await again({ validation: moons(20, { seed: 6 }) }, network(), /made with validation "20 × 2, /)
    await again({ validation: 0 }, network(), /validation "20 × 2, \w+", this training has none/)

    const scheduled = (steps: number): FitOptions => {
      const model = network()
      const learningRate = cosine(0.1, 0, steps)
      const optimizer = new SGD(model.parameters(), { learningRate })
      return { optimizer, loss: ([y], t) => y!.sub(t).abs() }
    }
    const resumed = async (first: FitOptions, second: FitOptions) => {
      const kept = memory()
      for (const options of [first, { ...second, resume: true }]) {
        const model = network()
        const { settings, learningRate } = options.optimizer as SGD
        const optimizer = new SGD(model.parameters(), { ...settings, learningRate })
        await run(kept, { ...options, optimizer }, model)
      }
    }
    await expect(resumed(scheduled(60), scheduled(120))).rejects.toThrow(
      'made with schedule.steps 60, this training has 120;',
    )
    await expect(
      resumed(scheduled(60), { ...scheduled(60), loss: ([y], t) => y!.sub(t).pow(4) }),
    ).rejects.toThrow(/made with loss "custom \w{8}", this training has "custom \w{8}"/)
    await expect(resumed(scheduled(60), scheduled(60))).resolves.toBeUndefined()
  })

  test('a damaged checkpoint is refused in one line', async () => {
    const store = memory()
    const options: FitOptions = { epochs: 2, validation: 0.25, store }
    await fit(network(), data, options)
    const whole = store.written.at(-1)!
    type Tree = { [key: string]: Tree } & Tree[]
    const damage = async (change: (checkpoint: Tree, progress: Tree) => void) => {
      const checkpoint = JSON.parse(whole) as Tree
      change(checkpoint, checkpoint['progress']!)
      store.written.push(JSON.stringify(checkpoint))
      await expect(fit(network(), data, { ...options, resume: true })).rejects.toThrow(
        /^checkpoint\.json is not a chainrule checkpoint, or is damaged; start without resume\.$/,
      )
    }
    const set = (tree: Tree, key: string, x: unknown) => Object.assign(tree, { [key]: x })
    for (const key of ['settings', 'progress', 'version'])
      await damage((c) => Reflect.deleteProperty(c, key))
    for (const key of ['random', 'history', 'weights', 'optimizer', 'epoch', 'seen', 'lossSum'])
      await damage((_, p) => Reflect.deleteProperty(p, key))
    for (const epoch of ['x', -1, 0.5, 7]) await damage((_, p) => set(p, 'epoch', epoch))
    await damage((c) => Reflect.deleteProperty(c['settings']!, 'model'))
    await damage((_, p) => set(p, 'stepInEpoch', 99))
    await damage((_, p) => p['weights']!.pop())
    await damage((_, p) => set(p['weights']!, '0', 'x'))
    await damage((_, p) => p['optimizer']!['state']!.pop())
    await damage((_, p) => p['optimizer']!['state']![0]!.pop())
    await damage((_, p) => p['random']!['words']!.pop())
    await damage((_, p) => set(p['random']!['words']!, '3', 2 ** 32))
    await damage((_, p) => set(p['random']!, 'index', 624))
    await damage((_, p) => p['best']!['weights']!.pop())
    await damage((_, p) => set(p['history']![0]!, 'loss', null))
    store.written.push(whole)
    await expect(fit(network(), data, { ...options, resume: true })).resolves.toBeDefined()
  })

  test('undefined means the default, and a validation of 0 means none', async () => {
    const given = { epochs: undefined, batchSize: undefined, l2: undefined, loss: undefined }
    const result = await fit(network(), data, {
      ...(given as unknown as FitOptions),
      validation: 0,
    })
    expect(result.history).toHaveLength(20)
    expect(result.steps).toBe(20 * 4)
    expect(result.validation).toBeUndefined()
    expect(result.evaluation.loss).toBeGreaterThan(0)
  })

  test('options that are unknown, out of range or do not go together are named', async () => {
    const refused = (options: object, message: string | RegExp) =>
      expect(fit(network(), data, options)).rejects.toThrow(message)
    await refused({ epoch: 3 }, /^unknown option epoch of fit; it has loss, .*epochs/)
    await refused({ l2: -1 }, 'l2 is a number from 0 on, got -1')
    await refused({ patience: 3 }, 'patience needs validation')
    await refused({ patience: 3, validation: 0 }, 'patience needs validation')
    await refused({ resume: true }, 'resume needs the store')
    await refused({ optimizer: adam(network()) }, 'none of this model’s parameters')
    await refused({ optimizer: 'adam' }, 'new Adam(model.parameters()), got adam')
    await refused({ validation: { X: [], y: [] } }, 'no examples')
    await expect(fit(network(), data, 3 as FitOptions)).rejects.toThrow(
      /options of fit are an object.*got 3/,
    )
  })

  test('crossEntropy wants classes, and says so of quantities', async () => {
    const run = (y: number[]) =>
      fit(new MLP(1, [2]), { X: [[1], [2]], y }, { loss: 'crossEntropy', epochs: 1 })
    await expect(run([0.5, 6.1])).rejects.toThrow(/whole numbers from 0, got 0\.5/)
    await expect(run([-1, 1])).rejects.toThrow(/whole numbers from 0, got -1/)
    expect((await run([0, 1])).evaluation.predictions).toHaveLength(2)
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
    refused(text.replace(/"shape":\[8,2\],/, ''))
    // Both would take minutes, or all memory, if they were built before they are compared.
    refused(text.replace('"sizes":[8,1]', '"sizes":[1000000000]'))
    refused(text.replace('"sizes":[8,1]', '"sizes":[20000000,1]'))
  })

  test('only an MLP can be saved', () => {
    expect(() => saveModel(new Layer(2, 1) as unknown as MLP)).toThrow('only an MLP can be saved')
  })

  test('an activation of one’s own cannot be saved', () => {
    const model = new MLP(1, [1], { outputActivation: (x) => x.mul(2) })
    expect(model.forward([value(1)])).toHaveLength(1)
    expect(() => saveModel(model)).toThrow('cannot be saved')
  })
})

/** `chainrule compile model.json -o model.js --train`: the module learns as the library does. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Random, type Value } from 'chainrule'
import { applyStandardisation } from 'chainrule/data'
import { crossEntropy, binaryCrossEntropy, maxMargin, meanSquaredError } from 'chainrule/loss'
import { MLP } from 'chainrule/nn'
import { Adam, AdamW, type Optimizer, RMSprop, SGD } from 'chainrule/optim'
import { loadModel, type ModelDetails, saveModel } from 'chainrule/train'
import { afterAll, describe, expect, test } from 'vitest'
import { command } from './command.ts'

const folder = mkdtempSync(join(tmpdir(), 'chainrule-ship-'))
writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
afterAll(() => rmSync(folder, { recursive: true, force: true }))

interface Module {
  predict(X: unknown): number[][]
  train(X: unknown, y: unknown, learningRate?: number): number
  getWeights(): number[]
  setWeights(weights: unknown): void
}

async function shipped(
  name: string,
  layers: readonly number[],
  details: ModelDetails,
  precision: string,
): Promise<{ module: Module; net: MLP; code: string }> {
  const net = new MLP(3, layers, { activation: 'tanh', random: new Random(3) })
  writeFileSync(join(folder, `${name}.json`), saveModel(net, details))
  const args = [`${name}.json`, '-o', `${name}.js`, '--train', '--precision', precision]
  const { stderr, status } = command(folder, ['compile', ...args])
  expect({ stderr, status }).toEqual({ stderr: '', status: 0 })
  const module = (await import(pathToFileURL(join(folder, `${name}.js`)).href)) as Module
  const { model } = loadModel(readFileSync(join(folder, `${name}.json`), 'utf8'))
  return { module, net: model, code: readFileSync(join(folder, `${name}.js`), 'utf8') }
}

const sizes = [16, 1, 33, 4, 13, 12, 100]

describe('a module that trains', () => {
  const classes = ['a', 'b', 'c']
  const standardisation = { mean: [0.1, -2, 3], deviation: [1, 0.5, 7] }
  type Case = readonly [
    string,
    readonly number[],
    ModelDetails,
    (p: Value[]) => Optimizer,
    (z: Value[], y: number) => Value,
  ]
  const cases: Case[] = [
    [
      'crossEntropy by adam',
      [7, 3],
      { classes, standardisation },
      (p) => new Adam(p, { learningRate: 0.01 }),
      crossEntropy,
    ],
    [
      'binaryCrossEntropy by sgd with momentum',
      [5, 1],
      {
        classes: ['no', 'yes'],
        training: { optimizer: 'sgd', learningRate: 0.1, momentum: 0.9, nesterov: true },
      },
      (p) => new SGD(p, { learningRate: 0.1, momentum: 0.9, nesterov: true }),
      binaryCrossEntropy,
    ],
    [
      'maxMargin by rmsprop',
      [1],
      { classes: ['no', 'yes'], loss: 'maxMargin', training: { optimizer: 'rmsprop' } },
      (p) => new RMSprop(p, { learningRate: 0.01 }),
      (z, y) => maxMargin(z, y > 0 ? 1 : -1),
    ],
    [
      'meanSquaredError by adamW',
      [4, 1],
      { standardisation, training: { optimizer: 'adamW', weightDecay: 0.1 } },
      (p) => new AdamW(p, { learningRate: 0.01, weightDecay: 0.1 }),
      (z, y) => meanSquaredError(z, [y]),
    ],
  ]
  test.each(cases)(
    '%s: the losses and weights of the engine',
    async (title, layers, details, by, loss) => {
      const name = title.replaceAll(' ', '-')
      const { module, net } = await shipped(name, layers, details, 'f64')
      const parameters = net.parameters()
      const optimizer = by(parameters)
      const random = new Random(5)
      const many = details.classes?.length ?? 0
      for (const size of sizes) {
        const X = Array.from({ length: size }, () => [0, 0, 0].map(() => random.uniform(-1, 2)))
        const y = X.map(() => (many > 0 ? random.randint(0, many - 1) : random.random()))
        const scaled = details.standardisation ? applyStandardisation(X, standardisation) : X
        optimizer.zeroGrad()
        let expected = 0
        scaled.forEach((x, i) => {
          const term = loss(net.forward(x), y[i]!).div(size)
          expected += term.data
          term.backward()
        })
        optimizer.step()
        const named = size % 2 === 0 && many > 0 ? y.map((k) => details.classes![k]) : y
        expect(module.train(X, named)).toBeCloseTo(expected, 12)
      }
      module.getWeights().forEach((w, i) => expect(w).toBeCloseTo(parameters[i]!.data, 12))
      const [row] = module.predict([[0.1, 0.2, 0.3]])
      const x = details.standardisation
        ? applyStandardisation([[0.1, 0.2, 0.3]], standardisation)[0]!
        : [0.1, 0.2, 0.3]
      net.forward(x).forEach((v, k) => expect(row![k]).toBeCloseTo(v.data, 12))
    },
  )

  test('is small, learns in f32, keeps its weights, and leaves them alone on a mistake', async () => {
    const { module, code } = await shipped('small', [8, 3], { classes }, 'f32')
    expect(code.length).toBeLessThan(36_000)
    expect(code).not.toMatch(/\bimport\b|require\(|https?:/)
    const random = new Random(1)
    const X = Array.from({ length: 90 }, () => [0, 0, 0].map(() => random.uniform(-1, 1)))
    const y = X.map((x) => x.indexOf(Math.max(...x)))
    const losses = Array.from({ length: 200 }, () => module.train(X, y, 0.05))
    expect(losses.at(-1)).toBeLessThan(0.1)
    const kept = module.getWeights()
    const before = module.predict(X)
    expect(() => module.train([], [])).toThrow('the batch is empty')
    expect(() => module.train([[1, 2]], [0])).toThrow('row 0: expected 3 numbers, got 2.')
    expect(() => module.train(X, [1])).toThrow('expected 90 targets, one for each row, got 1.')
    expect(() => module.train([[1, 2, 3]], [3])).toThrow('a class or its number below 3, got 3.')
    expect(() => module.train([[1, NaN, 3]], ['a'])).toThrow('the loss is NaN, nothing was changed')
    expect(() => module.setWeights([1])).toThrow(`expected ${kept.length} weights, got 1.`)
    const holed = kept.map((w, i) => (i === 3 ? NaN : w))
    expect(() => module.setWeights(holed)).toThrow('weight 3 is NaN: expected a finite number.')
    const broad = kept.with(3, 1e39)
    expect(() => module.setWeights(broad)).toThrow(
      'weight 3 is 1e+39: expected a finite number in single precision, at most 3.4e38.',
    )
    const strangers = [
      [null, 'null'],
      [undefined, 'undefined'],
      ['4', "'4'"],
      [true, 'boolean'],
      [[4], 'a list'],
    ] as const
    for (const [stranger, got] of strangers) {
      const message = `row 1, number 2: expected a number, got ${got}.`
      const flat = [1, 2, 3, 4, 5, stranger]
      for (const rows of [
        [
          [1, 2, 3],
          [4, 5, stranger],
        ],
        flat,
      ]) {
        expect(() => module.train(rows, ['a', 'b'])).toThrow(new TypeError(message))
        expect(() => module.predict(rows)).toThrow(new TypeError(message))
      }
    }
    expect(() => module.train([[1, 2, 3]], [[1]])).toThrow('a class or its number below 3, got 1.')
    for (const rate of [NaN, -1, Infinity])
      expect(() => module.train(X, y, rate)).toThrow(`a number from 0 on, got ${rate}.`)
    expect(module.getWeights()).toEqual(kept)
    module.train(X, y)
    expect(module.predict(X)).not.toEqual(before)
    module.setWeights(kept)
    expect(module.predict(X)).toEqual(before)
  })
})

import { Random, sum } from 'chainrule'
import { blobs, moons } from 'chainrule/data'
import { crossEntropy, l2, maxMargin, meanSquaredError } from 'chainrule/loss'
import { MLP } from 'chainrule/nn'
import { Adam, type Optimizer, SGD } from 'chainrule/optim'
import { diagnose, type Finding, type FindingKind } from 'chainrule/view'
import { describe, expect, test } from 'vitest'
import { adam, names, type Recipe, scaleWeights, setBiases, sgd, trained } from '../patients.ts'

const kinds = (findings: readonly Finding[]): FindingKind[] => findings.map(({ kind }) => kind)
const many = (count: number, size: number): number[] => Array.from({ length: count }, () => size)
const seeds = (count: number): number[] => Array.from({ length: count }, (_, seed) => seed)

describe('healthy trainings are met with silence', () => {
  const recipes: [string, Recipe][] = [
    ['the usual recipe', {}],
    ['ReLUs', { activation: 'relu' }],
    ['GELU', { activation: 'gelu' }],
    ['ReLUs by SGD', { activation: 'relu', optimizer: sgd(0.1) }],
    ['a tenth of the learning rate', { optimizer: adam(0.001) }],
    ['single examples', { batchSize: 1, epochs: 4, count: 200 }],
    ['a small set', { count: 30 }],
  ]
  const cases = recipes.flatMap(([title, recipe]) =>
    names.map((name) => [name, title, recipe] as const),
  )
  test.each(cases)('%s, %s', async (name, _title, recipe) => {
    const counted = name === 'spirals' ? { count: 200, ...recipe } : recipe
    const epochs = name === 'digits' ? { epochs: 1 } : {}
    for (const seed of seeds(name === 'digits' || name === 'spirals' ? 2 : 4)) {
      const { result } = await trained(name, seed, { ...counted, ...epochs })
      expect(result.findings.map(String), `seed ${seed}`).toEqual([])
    }
  })

  test.each([3, 5, 7])('%i layers of tanh and of ReLUs', async (depth) => {
    for (const seed of seeds(3))
      for (const activation of ['tanh', 'relu'] as const) {
        const recipe = { activation, hidden: many(depth, 12), count: 200, epochs: 40 }
        const { result } = await trained('moons', seed, recipe)
        expect(result.findings.map(String), `${activation}, seed ${seed}`).toEqual([])
      }
  })
})

describe('healthy loops by hand are met with silence at each step', () => {
  const expectSilence = (where: string, findings: readonly Finding[]) =>
    expect(findings.map(String), where).toEqual([])

  test('the README’s, 100 seeds', () => {
    const X = [
      [2, 3, -1],
      [3, -1, 0.5],
      [0.5, 1, 1],
      [1, 1, -1],
    ]
    const y = [1, -1, -1, 1]
    for (const seed of seeds(100)) {
      const random = new Random(seed)
      const model = new MLP(3, [4, 4, 1], { activation: 'tanh', outputActivation: 'tanh', random })
      const history: number[] = []
      for (let k = 0; k < 100; k++) {
        const loss = sum(X.map((x, i) => meanSquaredError(model.forward(x), y[i]!)))
        history.push(loss.data)
        model.zeroGrad()
        loss.backward()
        expectSilence(`seed ${seed}, step ${k}`, diagnose(loss, { history, learningRate: 0.1 }))
        for (const p of model.parameters()) p.data -= 0.1 * p.grad
      }
    }
  })

  test('the tutorial’s moons with ReLUs, margins and weight decay', () => {
    for (const seed of seeds(1)) {
      const { X, y } = moons(100, { noise: 0.1, seed })
      const model = new MLP(2, [16, 16, 1], { activation: 'relu', random: new Random(seed) })
      const history: number[] = []
      for (let k = 0; k < 50; k++) {
        const losses = X.map((x, i) => maxMargin(model.forward(x)[0]!, y[i] === 1 ? 1 : -1))
        const loss = sum(losses).div(X.length).add(l2(model.parameters(), 1e-4))
        history.push(loss.data)
        model.zeroGrad()
        loss.backward()
        const learningRate = 1 - (0.9 * k) / 50
        expectSilence(`seed ${seed}, step ${k}`, diagnose(loss, { history, learningRate }))
        expectSilence(
          `seed ${seed}, step ${k}, losses`,
          diagnose(losses, { history, learningRate }),
        )
        for (const p of model.parameters()) p.data -= learningRate * p.grad
      }
    }
  })

  test('single examples, whose losses jump', () => {
    const optimizers: ((model: MLP) => Optimizer)[] = [
      (model) => new SGD(model.parameters(), { learningRate: 0.1 }),
      (model) => new Adam(model.parameters(), { learningRate: 0.01 }),
    ]
    for (const seed of seeds(20))
      for (const optimizerOf of optimizers) {
        const { X, y } = blobs(60, { seed })
        const random = new Random(seed)
        const model = new MLP(2, [8, 3], { activation: 'tanh', initialisation: 'xavier', random })
        const optimizer = optimizerOf(model)
        const history: number[] = []
        for (let k = 0; k < 180; k++) {
          const loss = crossEntropy(model.forward(X[k % 60]!), y[k % 60]!)
          history.push(loss.data)
          optimizer.zeroGrad()
          loss.backward()
          const options = { history, learningRate: optimizer.rate() }
          expectSilence(`${optimizer.name}, seed ${seed}, step ${k}`, diagnose(loss, options))
          optimizer.step()
        }
      }
  })
})

describe('trainings broken on purpose get exactly the finding that breaks them', () => {
  const broken: [FindingKind, string, Recipe][] = [
    ['learningRateTooHigh', 'Adam', { optimizer: adam(10) }],
    ['learningRateTooHigh', 'Adam, ReLUs', { optimizer: adam(10), activation: 'relu' }],
    ['learningRateTooHigh', 'SGD', { optimizer: sgd(100) }],
    ['learningRateTooLow', 'Adam', { optimizer: adam(1e-8) }],
    ['learningRateTooLow', 'SGD', { optimizer: sgd(1e-7) }],
    ['deadActivations', 'biases', { damage: setBiases(-100), activation: 'relu' }],
    ['saturatedActivations', 'weights', { damage: scaleWeights(100) }],
    ['vanishingGradients', 'Adam', { activation: 'sigmoid', hidden: many(12, 8) }],
    [
      'vanishingGradients',
      'SGD',
      { activation: 'sigmoid', hidden: many(12, 8), optimizer: sgd(0.1) },
    ],
    [
      'explodingGradients',
      'weights',
      { activation: 'relu', hidden: many(8, 8), damage: scaleWeights(5) },
    ],
  ]
  const cases = broken.flatMap(([kind, title, recipe]) =>
    names.map((name) => [kind, name, title, recipe] as const),
  )
  test.each(cases)('%s: %s, %s', async (kind, name, _title, recipe) => {
    const short = name === 'digits' ? { epochs: 1 } : { epochs: 12, count: 200 }
    for (const seed of seeds(name === 'digits' ? 2 : 5)) {
      const { result } = await trained(name, seed, { ...short, ...recipe })
      expect(kinds(result.findings), `seed ${seed}`).toEqual([kind])
    }
  })
})

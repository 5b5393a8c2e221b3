import { sin, sub, sum, type Value, value } from 'chainrule'
import {
  Adam,
  AdamW,
  constant,
  cosine,
  linear,
  type Optimizer,
  RMSprop,
  SGD,
  stepDecay,
  warmUp,
} from 'chainrule/optim'
import { describe, expect, test } from 'vitest'
import { runPyTorch, withoutPyTorch } from './pytorch.ts'

const start = [0.5, -0.3, 1.2]
const steps = 60

/** The function of test/golden/optimizers.py. */
function lossOf(p: readonly Value[]): Value {
  const fourth = p.map((pi, i) => sub(pi, i).pow(4))
  return sum([...fourth, sin(p[0]!.mul(p[1]!)), p[2]!.pow(2)])
}

/** Our optimizer, and the same one in PyTorch's words. */
const cases: { make: (p: Value[]) => Optimizer; optimizer: string; options: object }[] = [
  { make: (p) => new SGD(p, { learningRate: 0.01 }), optimizer: 'SGD', options: { lr: 0.01 } },
  {
    make: (p) => new SGD(p, { learningRate: 0.01, momentum: 0.9, weightDecay: 0.1 }),
    optimizer: 'SGD',
    options: { lr: 0.01, momentum: 0.9, weight_decay: 0.1 },
  },
  {
    make: (p) => new SGD(p, { learningRate: 0.01, momentum: 0.8, nesterov: true }),
    optimizer: 'SGD',
    options: { lr: 0.01, momentum: 0.8, nesterov: true },
  },
  { make: (p) => new Adam(p, { learningRate: 0.05 }), optimizer: 'Adam', options: { lr: 0.05 } },
  {
    make: (p) =>
      new Adam(p, { learningRate: 0.05, betas: [0.8, 0.99], epsilon: 1e-6, weightDecay: 0.02 }),
    optimizer: 'Adam',
    options: { lr: 0.05, betas: [0.8, 0.99], eps: 1e-6, weight_decay: 0.02 },
  },
  { make: (p) => new AdamW(p, { learningRate: 0.05 }), optimizer: 'AdamW', options: { lr: 0.05 } },
  {
    make: (p) => new RMSprop(p, { learningRate: 0.002 }),
    optimizer: 'RMSprop',
    options: { lr: 0.002 },
  },
  {
    make: (p) => new RMSprop(p, { learningRate: 0.002, alpha: 0.9, weightDecay: 0.1 }),
    optimizer: 'RMSprop',
    options: { lr: 0.002, alpha: 0.9, weight_decay: 0.1 },
  },
]

function pathOf(make: (p: Value[]) => Optimizer): number[][] {
  const p = start.map((x) => value(x))
  const optimizer = make(p)
  return Array.from({ length: steps }, () => {
    optimizer.zeroGrad()
    lossOf(p).backward()
    optimizer.step()
    return p.map((pi) => pi.data)
  })
}

test.skipIf(withoutPyTorch !== undefined)('optimizers take PyTorch’s steps', () => {
  const theirs = runPyTorch(
    'optimizers.py',
    cases.map(({ optimizer, options }) => ({ start, steps, optimizer, options })),
  ) as number[][][]
  cases.forEach(({ make, optimizer }, i) => {
    pathOf(make).forEach((p, k) =>
      p.forEach((x, j) => {
        // 1e-11: sixty steps, and dividing by a small root mean square magnifies rounding.
        expect(Math.abs(x - theirs[i]![k]![j]!), `${optimizer} step ${k}`).toBeLessThan(1e-11)
      }),
    )
  })
})

describe('an optimizer', () => {
  test('goes on from a saved state as if never interrupted', () => {
    const p = start.map((x) => value(x))
    const first = new Adam(p, { learningRate: 0.05 })
    const run = (optimizer: Optimizer, count: number): void => {
      for (let k = 0; k < count; k++) {
        optimizer.zeroGrad()
        lossOf(p).backward()
        optimizer.step()
      }
    }
    run(first, 10)
    const second = new Adam(p, { learningRate: 0.05 })
    second.loadState(first.saveState())
    run(second, 10)
    expect(p.map((pi) => pi.data)).toEqual(pathOf((q) => new Adam(q, { learningRate: 0.05 }))[19])
  })

  test('refuses settings and states that make no sense', () => {
    const p = [value(1)]
    expect(() => new SGD([])).toThrow('needs parameters, got none')
    expect(() => new SGD(p, { learningRate: -1 })).toThrow('from 0 on, got -1')
    expect(() => new SGD(p, { nesterov: true })).toThrow('momentum above 0')
    expect(() => new Adam(p, { betas: [1, 0.9] })).toThrow('betas[0] lies in [0, 1), got 1')
    expect(() => new Adam(p).loadState({ steps: 1, state: [[1]] })).toThrow(
      'expected 2 lists of 1 numbers',
    )
  })

  test('refuses options that it does not know, with those that it knows', () => {
    const p = [value(1)]
    const refused = (options: unknown, message: string | RegExp) =>
      expect(() => new SGD(p, options as object)).toThrow(message)
    refused(
      { lr: 0.5 },
      'unknown option lr of SGD; it has learningRate, momentum, nesterov, weightDecay.',
    )
    refused(0.5, /options of SGD are an object with learningRate, .*got 0\.5/)
    refused(null, 'got null')
    refused({ learningRate: '0.1' }, 'a number or a schedule, got "0.1"')
    expect(() => new AdamW(p, { lr: 1 } as object)).toThrow('unknown option lr of AdamW')
    expect(() => new RMSprop(p, { momentum: 1 } as object)).toThrow('momentum of RMSprop')
    const model = { parameters: () => p } as unknown as Value[]
    expect(() => new SGD(model)).toThrow('a list of Values such as model.parameters()')
    expect(() => new SGD([1] as unknown as Value[])).toThrow('a list of Values')
  })

  test('takes undefined for the default', () => {
    const given = { weightDecay: undefined, learningRate: undefined } as unknown as object
    expect(new AdamW([value(1)], given).settings.weightDecay).toBe(0.01)
    expect(new SGD([value(1)], given).rate()).toBe(0.01)
  })

  test('takes any function of the step for a learning rate', () => {
    const halved = (step: number) => 1 / 2 ** step
    const optimizer = new SGD([value(1)], { learningRate: halved })
    optimizer.step()
    expect(optimizer.rate()).toBe(0.5)
    expect(optimizer.schedule).toEqual({ name: 'custom', text: String(halved) })
    expect(warmUp(halved, 2).settings['after']).toMatchObject({ name: 'custom' })
    optimizer.learningRate = () => NaN
    expect(() => optimizer.step()).toThrow('learning rate of step 1 is a number from 0 on, got NaN')
  })

  test('follows a schedule, step by step', () => {
    const optimizer = new SGD([value(1)], { learningRate: linear(1, 0, 4) })
    const rates = Array.from({ length: 6 }, () => {
      const rate = optimizer.rate()
      optimizer.step()
      return rate
    })
    expect(rates).toEqual([1, 0.75, 0.5, 0.25, 0, 0])
  })
})

test('schedules', () => {
  const at = (schedule: (step: number) => number) => [0, 1, 2, 3, 4].map(schedule)
  expect(at(constant(0.1))).toEqual([0.1, 0.1, 0.1, 0.1, 0.1])
  expect(at(stepDecay(1, 0.5, 2))).toEqual([1, 1, 0.5, 0.5, 0.25])
  expect(at(warmUp(constant(1), 4))).toEqual([0.25, 0.5, 0.75, 1, 1])
  expect(at(warmUp(linear(1, 0, 2), 2))).toEqual([0.5, 1, 1, 0.5, 0])
  at(cosine(1, 0, 4)).forEach((rate, i) =>
    expect(rate).toBeCloseTo([1, 0.8536, 0.5, 0.1464, 0][i]!, 4),
  )
  expect(warmUp(cosine(1, 0, 10), 5).settings).toEqual({
    name: 'warmUp',
    steps: 5,
    after: { name: 'cosine', from: 1, to: 0, steps: 10 },
  })
  expect(() => linear(1, 0, 0)).toThrow('linear schedule: steps is a number from 1 on, got 0')
  expect(() => cosine(1, 0, 0.5)).toThrow('cosine schedule: steps is a number from 1 on, got 0.5')
  expect(() => stepDecay(1, 0.5, 0)).toThrow('stepDecay schedule: every is a number from 1 on')
  expect(() => linear(1, NaN, 3)).toThrow('to is a number from 0 on, got NaN')
})

import {
  defineOp,
  div,
  exp,
  inScope,
  log,
  mean,
  Random,
  sum,
  sqrt,
  tanh,
  value,
  type Value,
} from 'chainrule'
import { moons } from 'chainrule/data'
import { binaryCrossEntropy, l2, meanSquaredError } from 'chainrule/loss'
import { type Activation, MLP } from 'chainrule/nn'
import { diagnose, type DiagnoseOptions, type Finding } from 'chainrule/view'
import { describe, expect, test } from 'vitest'
import { scaleWeights, setBiases } from './patients.ts'

const kinds = (findings: readonly Finding[]): string[] => findings.map(({ kind }) => kind)
const only = (findings: readonly Finding[]): Finding => {
  expect(findings).toHaveLength(1)
  return findings[0]!
}

/** The README's four examples. */
const X = [
  [2, 3, -1],
  [3, -1, 0.5],
  [0.5, 1, 1],
  [1, 1, -1],
]
const y = [1, -1, -1, 1]
const network = (seed = 0, activation: Activation = 'tanh') =>
  new MLP(3, [4, 4, 1], { activation, outputActivation: activation, random: new Random(seed) })
const lossesOf = (model: MLP): Value[] => X.map((x, i) => meanSquaredError(model.forward(x), y[i]!))

describe('the first NaN or infinity', () => {
  test('is named with its operation, its inputs and the example', () => {
    const scores = [0.5, 0.25, -0.75, -2]
    const found = only(diagnose(scores.map((score) => log(value(score, 'score')).neg())))
    expect(found).toMatchObject({
      kind: 'notFinite',
      severity: 'error',
      where: 'example 2',
      measured: 'log(score = -0.75) is NaN',
      numbers: { example: 2, a: -0.75 },
    })
    expect(found.advice).toContain('max(x, 1e-8)')
    expect(String(found)).toBe(`example 2: log(score = -0.75) is NaN. ${found.advice}`)
  })

  test('is the oldest on the way to the loss, not what it did later', () => {
    const x = value(0, 'x')
    const pole = div(1, x)
    const loss = pole.sub(pole).tanh().add(3).mul(x)
    expect(only(diagnose(loss))).toMatchObject({
      where: '',
      measured: 'div(1, x = 0) is Infinity',
      numbers: { a: 1, b: 0, result: Infinity },
    })
    expect(only(diagnose(loss)).advice).toContain('1e-8')
  })

  test('of numbers that have grown too large asks for a lower learning rate', () => {
    const loss = exp(value(20).pow(3))
    expect(only(diagnose(loss, { learningRate: 0.5 }))).toMatchObject({
      measured: 'exp(8000) is Infinity',
      advice: 'Numbers have grown too large. Try a learning rate of 0.05.',
    })
    expect(only(diagnose(loss, { step: 0 })).advice).toContain('smaller weights')
  })

  test('is not a masked infinity', () => {
    const y = value(-1)
    const masked = value(0).gt(0).select(log(0), 0)
    expect(masked.inputs[1]!.data).toBe(-Infinity)
    expect(diagnose(masked.add(y))).toEqual([])
    expect(only(diagnose(masked.add(y.log()))).measured).toBe('log(-1) is NaN')
  })

  test('is the NaN, where an infinity comes with it', () => {
    const [pole, nan] = [log(0), value(-1).log()]
    expect(only(diagnose(pole.add(nan))).measured).toBe('log(-1) is NaN')
  })

  test('is found behind a mask that holds only forward: 0 · ∞ is NaN on the way back', () => {
    const x = value(0)
    const loss = x.gt(0).select(x.log(), 0)
    expect(loss.data).toBe(0)
    expect(only(diagnose(loss)).measured).toBe(
      'log(0) is -Infinity, but its slope by a is Infinity, times the gradient 0 that came back to it',
    )
  })

  test('is a parameter or a given number, where that was not finite to begin with', () => {
    const w = value(NaN, 'w')
    const spoilt = only(diagnose([value(1, 'u').mul(2), w.mul(2).add(1)]))
    expect(spoilt.measured).toBe(
      'w is NaN before anything is computed, where mul(w = NaN, 2) is NaN',
    )
    expect(spoilt.where).toBe('example 1')
    const data = only(diagnose(value(2, 'u').mul(Infinity)))
    expect(data.measured).toContain('a given number is Infinity')
    expect(data.advice).toContain('data')
    // Behind a tanh nothing is seen of it in the loss.
    const hidden = only(diagnose(tanh(value(Infinity, 'w').mul(value(1, 'x')))))
    expect(hidden.measured).toContain('w is Infinity before anything is computed')
  })

  test('in one loss of several examples is found in its example, layer and neuron', () => {
    const model = new MLP(1, [2, 1], { activation: 'log', random: new Random(0) })
    const [up, down] = model.layers[0]!.neurons
    up!.weights[0]!.data = 1
    down!.weights[0]!.data = -1
    for (const neuron of [up!, down!]) neuron.bias.data = 3
    const loss = sum([[1], [2], [5], [-5]].flatMap((x) => model.forward(x)))
    const found = only(diagnose(loss, { step: 7 }))
    expect(found.where).toBe('after step 7, example 2, layers.0 > neurons.1')
    expect(found.measured).toBe('log(-2) is NaN')
    expect(found.numbers).toMatchObject({ example: 2, step: 7, a: -2 })
  })

  test('on the way back is found where the loss itself is finite', () => {
    const x = value(0, 'x')
    const found = only(diagnose([value(4).sqrt(), sqrt(x.mul(3)).mul(2)]))
    expect(found).toMatchObject({ kind: 'notFinite', where: 'example 1' })
    expect(found.measured).toBe(
      'sqrt(0) is 0, but its slope by a is Infinity, times the gradient 2 that came back to it',
    )
    expect(found.numbers).toMatchObject({ partial: Infinity, upstream: 2, a: 0 })
  })

  test('is found in a chain of a million operations', () => {
    let v = value(1, 'x')
    for (let i = 0; i < 1_000_000; i++) v = i === 10 ? v.sub(2).log() : v.add(1e-9)
    expect(only(diagnose(v)).measured).toMatch(/^log\(-1\) is NaN$/)
  })
})

describe('a forgotten zeroGrad', () => {
  /** The tutorial's loop with or without it; what the doctor says in each step. */
  const loop = (
    zero: boolean,
    sweep: (losses: readonly Value[], model: MLP) => Value | readonly Value[],
    options: { after?: boolean; given?: (model: MLP) => DiagnoseOptions } = {},
  ): string[][] => {
    const model = network()
    return Array.from({ length: 6 }, () => {
      const losses = lossesOf(model)
      if (zero) model.zeroGrad()
      const given = sweep(losses, model)
      const look = () => kinds(diagnose(given, options.given?.(model)))
      const before = look()
      for (const p of model.parameters()) p.data -= 0.05 * p.grad
      return options.after ? look() : before
    })
  }
  const asSum = (losses: readonly Value[]) => {
    const loss = sum(losses)
    loss.backward()
    return loss
  }
  const asMean = (losses: readonly Value[]) => {
    mean(losses).backward()
    return losses
  }
  const eachByItself = (losses: readonly Value[]) => {
    for (const loss of losses) loss.div(losses.length).backward()
    return losses
  }
  const parameters = (model: MLP) => ({ parameters: model.parameters() })

  test.each([
    ['their sum', asSum, {}],
    ['their mean', asMean, {}],
    ['each by itself', eachByItself, {}],
    ['their sum, parameters given', asSum, { given: parameters }],
    ['their sum, asked after the update', asSum, { after: true }],
    ['each by itself, asked after the update', eachByItself, { after: true }],
  ])('is found from the second step on: %s', (_name, sweep, options) => {
    const missing = ['forgottenZeroGrad']
    expect(loop(false, sweep, options)).toEqual([[], ...Array.from({ length: 5 }, () => missing)])
    expect(loop(true, sweep, options)).toEqual(Array.from({ length: 6 }, () => []))
  })

  test('is measured: what the gradients hold, and what this loss alone gives', () => {
    const w = value(3, 'w')
    const loss = () => w.mul(w).mul(2)
    loss().backward()
    const second = loss()
    second.backward()
    const found = only(diagnose(second))
    expect(found.numbers).toEqual({ size: 24, alone: 12, parameters: 1, of: 1 })
    expect(found.measured).toContain('have the size 24')
    expect(found.advice).toContain('zeroGrad()')
  })

  test('is not a batch in parts whose losses are all given, but is one of which a part is given', () => {
    const model = network()
    const losses = lossesOf(model)
    const halves = [losses.slice(0, 2), losses.slice(2)].map((half) => mean(half).div(2))
    for (const half of halves) half.backward()
    expect(diagnose(halves)).toEqual([])
    expect(diagnose(losses)).toEqual([])
    expect(kinds(diagnose(halves[1]!))).toEqual(['forgottenZeroGrad'])
  })

  test('is not an l2 term swept apart, nor a gradient that was clipped', () => {
    const model = network()
    const losses = lossesOf(model)
    mean(losses).backward()
    l2(model.parameters(), 1e-2).backward()
    expect(diagnose(losses)).toEqual([])
    model.zeroGrad()
    mean(losses).backward()
    for (const p of model.parameters()) p.grad = Math.max(-0.1, Math.min(0.1, p.grad))
    expect(diagnose(losses)).toEqual([])
  })

  test('is not an input that nobody zeroes because nobody trains it', () => {
    const model = network()
    const inputs = X.map((x) => x.map((xi) => value(xi)))
    for (let k = 0; k < 3; k++) {
      const loss = sum(inputs.map((x, i) => meanSquaredError(model.forward(x), y[i]!)))
      model.zeroGrad()
      loss.backward()
      expect(diagnose(loss)).toEqual([])
    }
    const loss = sum(inputs.map((x, i) => meanSquaredError(model.forward(x), y[i]!)))
    loss.backward()
    expect(kinds(diagnose(loss))).toEqual(['forgottenZeroGrad'])
  })

  test('is not a loss that no backward has reached yet', () => {
    const model = network()
    asSum(lossesOf(model))
    for (const p of model.parameters()) p.data -= 0.05 * p.grad
    expect(diagnose(lossesOf(model))).toEqual([])
  })
})

describe('activations', () => {
  test('that are off for every example are dead, counted by layer', () => {
    const { X, y } = moons(40, { seed: 1 })
    const model = new MLP(2, [8, 6, 1], { activation: 'relu', random: new Random(2) })
    const losses = () => X.map((x, i) => binaryCrossEntropy(model.forward(x), y[i]!))
    expect(diagnose(losses())).toEqual([])
    for (const neuron of model.layers[1]!.neurons.slice(0, 5)) neuron.bias.data = -100
    const most = only(diagnose(losses()))
    expect(most).toMatchObject({ kind: 'deadActivations', severity: 'warning', where: 'layers.1' })
    expect(most.numbers).toEqual({ inactive: 5, neurons: 6, layers: 1, examples: 40 })
    setBiases(-100)(model)
    const all = only(diagnose(losses()))
    expect(all).toMatchObject({ severity: 'error', where: 'layers.0, layers.1' })
    expect(all.numbers).toEqual({ inactive: 14, neurons: 14, layers: 2, examples: 40 })
    expect(all.measured).toBe(
      '8 of 8 relu in layers.0, 6 of 6 relu in layers.1 are dead (0 with slope 0 for all 40 examples), ' +
        'so no gradient passes them',
    )
  })

  test('that are flat for nearly every example are saturated, by the share of the answers', () => {
    const { X, y } = moons(40, { seed: 1 })
    const model = new MLP(2, [8, 1], { activation: 'tanh', random: new Random(2) })
    const losses = () => X.map((x, i) => binaryCrossEntropy(model.forward(x), y[i]!))
    expect(diagnose(losses())).toEqual([])
    scaleWeights(100)(model)
    const found = only(diagnose(losses()))
    expect(found).toMatchObject({ kind: 'saturatedActivations', where: 'layers.0' })
    const outputs = X.flatMap((x) => model.layers[0]!.forward(x).map((v) => v.data))
    const flat = outputs.filter((output) => 1 - output ** 2 < 0.01)
    expect(found.numbers['share']).toBeCloseTo(flat.length / outputs.length, 12)
  })

  const hardTanh = defineOp({
    name: 'hardTanh',
    arity: 1,
    eval: (a) => Math.max(-1, Math.min(1, a)),
    partials: (m, _y, a) => [m.select(m.gt(m.abs(a), 1), 0, 1)],
  })

  test.each<[string, Activation, string]>([
    ['an operation of one’s own', (a) => hardTanh(a), 'saturatedActivations'],
    ['max with a number', (a) => a.max(0), 'deadActivations'],
    ['softplus', 'softplus', 'deadActivations'],
    ['gelu', 'gelu', 'deadActivations'],
    ['sigmoid', 'sigmoid', 'saturatedActivations'],
    ['erf', 'erf', 'saturatedActivations'],
  ])('are told by their slopes, not by a list of names: %s', (_name, activation, kind) => {
    const { X, y } = moons(40, { seed: 1 })
    const model = new MLP(2, [8, 1], { activation, random: new Random(2) })
    const losses = () => X.map((x, i) => binaryCrossEntropy(model.forward(x), y[i]!))
    expect(diagnose(losses())).toEqual([])
    setBiases(-100)(model)
    expect(kinds(diagnose(losses()))).toEqual([kind])
  })

  test('of a network without modules are found as well', () => {
    const random = new Random(5)
    const draw = (n: number) => Array.from({ length: n }, () => value(random.uniform(-1, 1)))
    const weights = Array.from({ length: 8 }, () => ({ w: draw(2), b: value(0), out: draw(1)[0]! }))
    const { X, y } = moons(30, { seed: 1 })
    const score = (x: number[]) =>
      sum(
        weights.map(({ w, b, out }) =>
          w[0]!.mul(x[0]!).add(w[1]!.mul(x[1]!)).add(b).relu().mul(out),
        ),
      )
    const losses = () => X.map((x, i) => binaryCrossEntropy(score(x), y[i]!))
    expect(diagnose(losses())).toEqual([])
    for (const { b } of weights) b.data = -100
    const found = only(diagnose(losses()))
    expect(found.numbers).toEqual({ inactive: 8, neurons: 8, layers: 1, examples: 30 })
    expect(found.where).toBe('layer 1')
    // One loss of all of them: nothing tells a neuron from an example, so they are counted together.
    expect(only(diagnose(mean(losses()))).numbers).toMatchObject({ inactive: 240, neurons: 240 })
  })

  test('that answer only near a place of their own are neither dead nor saturated', () => {
    const random = new Random(3)
    const centres = Array.from({ length: 12 }, () => [random.uniform(-1, 2), random.uniform(-1, 1)])
    const units = centres.map((c) => ({
      c: c.map((ci) => value(ci)),
      w: value(random.uniform(-1, 1)),
    }))
    const { X, y } = moons(60, { seed: 1 })
    const radial = (x: number[], c: Value[]) =>
      sum(c.map((ci, j) => ci.sub(x[j]!).pow(2)))
        .mul(-9)
        .exp()
    const losses = X.map((x, i) => {
      return binaryCrossEntropy(sum(units.map(({ c, w }) => radial(x, c).mul(w))), y[i]!)
    })
    expect(diagnose(losses)).toEqual([])
  })

  test('of few examples say nothing: a ReLU is off for half of them', () => {
    const model = network(3, 'relu')
    for (const x of X) expect(diagnose(sum(model.forward(x)))).toEqual([])
  })

  test('that are flat once the task is solved are no finding', () => {
    const { X, y } = moons(40, { seed: 1 })
    const model = new MLP(2, [8, 1], { activation: 'tanh', random: new Random(2) })
    scaleWeights(100)(model)
    const losses = X.map((x, i) => binaryCrossEntropy(model.forward(x), y[i]!))
    expect(diagnose(losses, { history: [0.7, 0.3, 0.01] })).toEqual([])
    expect(kinds(diagnose(losses, { history: [0.7, 0.7, 0.6] }))).toEqual(['saturatedActivations'])
  })

  test('by the hundred thousand are counted as well', () => {
    const w = value(1, 'w')
    const off = Array.from({ length: 200_000 }, () => w.mul(1).sub(2).relu().mul(w))
    expect(only(diagnose(sum(off))).numbers).toMatchObject({ inactive: 200_000, neurons: 200_000 })
  })

  test('in a loss are none: a margin that is kept has slope 0', () => {
    const w = value(5, 'w')
    const losses = X.map(() =>
      inScope('loss', () => w.mul(w))
        .sub(1)
        .neg()
        .relu(),
    )
    expect(losses.every((loss) => loss.data === 0)).toBe(true)
    expect(diagnose(losses)).toEqual([])
  })
})

describe('gradients by layer', () => {
  /** Root mean square of ∂loss/∂output over the neurons of a layer and the losses. */
  const sizeAt = (model: MLP, layer: number, losses: readonly Value[]): number => {
    let [squares, count] = [0, 0]
    for (const loss of losses) {
      loss.backward()
      const seen = new Set<Value>()
      const todo = [loss]
      for (let v = todo.pop(); v !== undefined; v = todo.pop()) {
        if (seen.has(v)) continue
        seen.add(v)
        todo.push(...v.inputs)
        if (v.op?.arity !== 1 || v.scope?.parent?.name !== `layers.${layer}`) continue
        squares += v.grad ** 2
        count++
      }
    }
    model.zeroGrad()
    return Math.sqrt(squares / count)
  }
  const deep = (activation: Activation, depth: number) => {
    const { X, y } = moons(20, { seed: 1 })
    const sizes = [...Array.from({ length: depth }, () => 8), 1]
    const initialisation = activation === 'relu' ? 'he' : 'xavier'
    const model = new MLP(2, sizes, { activation, initialisation, random: new Random(4) })
    return { model, losses: () => X.map((x, i) => binaryCrossEntropy(model.forward(x), y[i]!)) }
  }

  test('that vanish through 12 sigmoid layers', () => {
    const { model, losses } = deep('sigmoid', 12)
    const found = only(diagnose(losses()))
    expect(found).toMatchObject({ kind: 'vanishingGradients', where: 'layers.0' })
    const [first, last] = [sizeAt(model, 0, losses()), sizeAt(model, 11, losses())]
    expect(found.numbers['size']! / first).toBeCloseTo(1, 9)
    expect(found.numbers['ratio']! / (first / last)).toBeCloseTo(1, 9)
    expect(found.advice).toContain('sigmoid has a slope of at most 0.25')
  })

  test('that explode through eight layers of large weights', () => {
    const { model, losses } = deep('relu', 8)
    expect(diagnose(losses())).toEqual([])
    scaleWeights(5)(model)
    const found = only(diagnose(losses()))
    expect(found).toMatchObject({ kind: 'explodingGradients', where: 'layers.0' })
    const ratio = sizeAt(model, 0, losses()) / sizeAt(model, 7, losses())
    expect(ratio).toBeGreaterThan(1000)
    expect(found.numbers['ratio']! / ratio).toBeCloseTo(1, 9)
  })

  test('are fine in three sigmoid and in six tanh layers', () => {
    for (const [activation, depth] of [
      ['sigmoid', 3],
      ['tanh', 6],
    ] as const)
      expect(diagnose(deep(activation, depth).losses())).toEqual([])
  })
})

describe('learning rates and inputs, by hand', () => {
  const history = (learningRate: number, steps: number, scale = 1): Finding[] => {
    const model = network()
    const losses: number[] = []
    for (let k = 0; k < steps; k++) {
      const loss = sum(
        X.map((x, i) => meanSquaredError(model.forward(x.map((v) => v * scale)), y[i]!)),
      )
      losses.push(loss.data)
      model.zeroGrad()
      loss.backward()
      const found = diagnose(loss, { history: losses, learningRate })
      if (found.length > 0) return found
      for (const p of model.parameters()) p.data -= learningRate * p.grad
    }
    return []
  }

  test('the README’s 0.1 is fine, a thousand times more or a millionth is not', () => {
    expect(history(0.1, 100)).toEqual([])
    const high = only(history(100, 3))
    expect(high).toMatchObject({ kind: 'learningRateTooHigh', where: 'learning rate 100' })
    const model = network()
    sum(lossesOf(model)).backward()
    const size = (of: (p: Value) => number) => Math.hypot(...model.parameters().map(of))
    const update = (100 * size((p) => p.grad)) / size((p) => p.data)
    expect(high.numbers['update']).toBeCloseTo(update, 9)
    const low = only(history(1e-7, 100))
    expect(low).toMatchObject({ kind: 'learningRateTooLow', where: 'learning rate 1e-7' })
    expect(low.numbers['update']! / (update / 1e9)).toBeCloseTo(1, 3) // after 49 steps
  })

  test('what it advises is within ten of what works', () => {
    for (const rate of [100, 1e-7]) {
      const advised = Number(/Try (.*)\.$/.exec(only(history(rate, 100)).advice)![1])
      expect(advised).toBeGreaterThanOrEqual(0.001)
      expect(advised).toBeLessThanOrEqual(0.1)
    }
  })

  test('a history and the sizes of the updates are enough', () => {
    const rising = { history: [0.7, 9, 12, 30], updates: [16, 0.4, 0.3] }
    expect(only(diagnose([], rising))).toMatchObject({
      kind: 'learningRateTooHigh',
      numbers: { start: 0.7, now: 30, update: 16 },
      advice: 'Try one 2000 times lower.',
    })
    expect(diagnose([], { ...rising, updates: [0.02, 0.03] })).toEqual([]) // noise is not the rate's fault
    expect(diagnose([], { ...rising, history: [0.7, 0.5, 0.4, 0.3] })).toEqual([])
  })

  test('a first step larger than weights that begin near 0 is fine', () => {
    const { X, y } = moons(40, { seed: 1 })
    const weights = [0.001, -0.001, 0].map((w) => value(w))
    const losses = X.map((x, i) => {
      const [a, b, c] = weights as [Value, Value, Value]
      return binaryCrossEntropy(a.mul(x[0]!).add(b.mul(x[1]!)).add(c), y[i]!)
    })
    mean(losses).backward()
    const moved = Math.hypot(...weights.map((w) => w.grad)) / Math.hypot(0.001, 0.001)
    expect(moved).toBeGreaterThan(100)
    expect(diagnose(losses, { learningRate: 1, history: [Math.LN2] })).toEqual([])
  })

  test('small steps are no finding where nothing is left to learn', () => {
    const still = { history: Array.from({ length: 60 }, () => 1), updates: [1e-9] }
    const loss = (w: number) => value(w).sub(3).pow(2).add(1)
    expect(diagnose(loss(3), still)).toEqual([])
    expect(kinds(diagnose(loss(2), still))).toEqual(['learningRateTooLow'])
  })

  test('inputs in the thousands are found where they meet the first weights', () => {
    const found = only(history(0.1, 1, 1000))
    expect(found).toMatchObject({
      kind: 'inputsNotStandardised',
      numbers: { columns: 3, beyond: 3 },
    })
    const squares = X.map((x) => (1000 * x[0]!) ** 2)
    expect(found.numbers['size']).toBeCloseTo(Math.sqrt(squares.reduce((a, b) => a + b) / 4), 9)
    const model = network()
    const named = diagnose(
      X.map((x, i) => meanSquaredError(model.forward([x[0]!, x[1]! * 900, x[2]!]), y[i]!)),
      { features: ['age', 'income', 'size'] },
    )
    expect(only(named).measured).toContain('(root mean square of income); 1 of 3 columns')
    expect(only(named).numbers).toMatchObject({ column: 1, beyond: 1 })
  })

  test('inputs that are all tiny are found too, and numbers of the size 1 are fine', () => {
    expect(kinds(history(0.1, 1, 0.001))).toEqual(['inputsNotStandardised'])
    expect(history(0.1, 1, 2)).toEqual([])
  })
})

describe('diagnose', () => {
  test('refuses what is not a loss', () => {
    expect(() => diagnose(3 as unknown as Value)).toThrow(
      'a loss or a list of losses (Values), got 3',
    )
    expect(() => diagnose([1] as unknown as Value[])).toThrow('got 1')
    expect(() => diagnose([], { lr: 1 } as DiagnoseOptions)).toThrow(
      /^unknown option lr of diagnose; it has parameters, .*learningRate/,
    )
  })

  test('changes nothing it looks at', () => {
    const model = network()
    const losses = lossesOf(model)
    mean(losses).backward()
    const numbers = () => model.parameters().map((p) => [p.data, p.grad])
    const before = numbers()
    diagnose(losses, { history: [1, 2], learningRate: 0.1 })
    expect(numbers()).toEqual(before)
  })

  test('a finding is plain data in JSON', () => {
    const [found] = diagnose(log(value(-1)))
    expect(Object.keys(JSON.parse(JSON.stringify(found)) as object)).toEqual([
      'kind',
      'severity',
      'where',
      'measured',
      'advice',
      'numbers',
    ])
  })
})

/** Compiled programs against the engine: the same numbers, whatever the wiring and the batch. */
import {
  defineOp,
  logSumExp,
  max,
  type Operand,
  pick,
  Random,
  select,
  sum,
  type Value,
  value,
  valueAndGrad,
} from 'chainrule'
import { Store } from '../src/compile/store.ts'
import { compile, type Precision } from 'chainrule/compile'
import { binaryCrossEntropy, crossEntropy, l2, meanSquaredError } from 'chainrule/loss'
import { MLP } from 'chainrule/nn'
import { Adam, AdamW, RMSprop, SGD } from 'chainrule/optim'
import { describe, expect, test, vi } from 'vitest'
import { isIllConditioned, reverse } from './comparison.ts'
import { type RandomProgram, randomProgram, run } from './programs.ts'

/**
 * Relative to max(1, |expected|). f64: sums are added in another order, functions rounded otherwise.
 * f32: a few hundred roundings of 6e-8 in sums of numbers of order 1.
 */
const tolerances: Record<Precision, number> = { f64: 1e-10, f32: 1e-4 }

function furthest(got: ArrayLike<number>, expected: readonly number[]): number {
  const errors = expected.map((want, i) =>
    Object.is(got[i], want) ? 0 : Math.abs(got[i]! - want) / Math.max(1, Math.abs(want)),
  )
  return errors.some(Number.isNaN) ? Infinity : Math.max(...errors)
}

async function disagrees(program: RandomProgram): Promise<boolean> {
  const f = (...x: Value[]): Value => run(program, x)
  const compiled = await compile(f, { inputs: program.inputs.length, check: false })
  const { value, gradient } = compiled(...program.inputs)
  const expected = valueAndGrad(f)(...program.inputs)
  compiled.dispose()
  const far = furthest([value, ...gradient], [expected.value, ...expected.gradient])
  return far > tolerances.f64
}

describe('compiled random programs', () => {
  test('200 of them, over every row, give the value and the gradient that eager gives', async () => {
    let illConditioned = 0
    const wrong: number[] = []
    for (let seed = 0; seed < 200; seed++) {
      const program = randomProgram(seed)
      if (!(await disagrees(program))) continue
      if (isIllConditioned(program, reverse)) illConditioned++
      else wrong.push(seed)
    }
    console.log(`${illConditioned} of 200 ill-conditioned and not equal`)
    expect(wrong).toEqual([])
    expect(illConditioned).toBeLessThan(10)
  })

  test('the same by loop nests, as a loss over a batch of one number each', async () => {
    const wrong: number[] = []
    for (let seed = 0; seed < 60; seed++) {
      const program = randomProgram(seed)
      const leaves = program.inputs.map((x) => value(x))
      const f = (x: Value): Value => run(program, leaves).add(x)
      const step = await compile(f, { inputs: ['number'], parameters: leaves, check: false })
      const { loss } = step([0, 0, 0])
      const got = [loss, ...leaves.map((leaf) => leaf.grad)]
      step.dispose()
      if (furthest(got, reverse(program)) > tolerances.f64 && !isIllConditioned(program, reverse))
        wrong.push(seed)
    }
    expect(wrong).toEqual([])
  })
})

const sizes = [1, 2, 3, 4, 5, 7, 8, 31, 32, 64, 100, 128, 129, 257]
const activations = ['relu', 'tanh', 'sigmoid', 'gelu', 'silu', 'softplus', 'elu', 'sin'] as const

/** The mean loss and every gradient, one example at a time. */
function eagerStep(
  f: (x: readonly number[], y: number) => Value,
  parameters: readonly Value[],
  X: readonly (readonly number[])[],
  y: readonly number[],
): number[] {
  for (const p of parameters) p.grad = 0
  let loss = 0
  X.forEach((x, i) => {
    const term = f(x, y[i]!)
    loss += term.data / X.length
    term.div(X.length).backward()
  })
  return [loss, ...parameters.map((p) => p.grad)]
}

describe('compiled networks', () => {
  test.each(['f64', 'f32'] as const)(
    '42 networks and batches of 1 to 257 examples agree with eager, in %s',
    async (precision) => {
      const random = new Random(2)
      for (let k = 0; k < 42; k++) {
        const inputs = random.randint(1, 9)
        const layers = Array.from({ length: random.randint(1, 3) }, () => random.randint(1, 13))
        const outputs = layers.at(-1)!
        const activation = activations[k % activations.length]!
        const model = new MLP(inputs, layers, { activation, random, initialisation: 'torch' })
        const examples = sizes[k % sizes.length]!
        const X = Array.from({ length: examples }, () =>
          Array.from({ length: inputs }, () => random.uniform(-2, 2)),
        )
        const classes = outputs > 1
        const y = X.map(() => (classes ? random.randint(0, outputs - 1) : random.random()))
        const loss = (x: readonly Operand[], target: Operand): Value => {
          const z = model.forward(x)
          const own = classes ? crossEntropy(z, target) : binaryCrossEntropy(z, target)
          return k % 4 === 0 ? own.add(l2(model.parameters(), 0.01)) : own
        }
        const expected = eagerStep(loss, model.parameters(), X, y)
        const step = await compile((x, target) => loss(x, target), {
          inputs: [{ length: inputs }, classes ? 'index' : 'number'],
          parameters: model.parameters(),
          precision,
        })
        const flat =
          k % 2 === 0 ? step(X, y) : step(Float64Array.from(X.flat()), Float32Array.from(y))
        const got = [flat.loss, ...model.parameters().map((p) => p.grad)]
        const where = `${inputs}-${layers.join('-')} ${activation}, ${examples} examples`
        // A target in single precision is another target: not compared to the last bit of double.
        const bound = k % 2 === 0 ? tolerances[precision] : Math.max(1e-6, tolerances[precision])
        expect(furthest(got, expected), where).toBeLessThan(bound)
        const predict = await compile((x) => model.forward(x), {
          inputs: [{ length: inputs }],
          parameters: model.parameters(),
        })
        const rows = predict(X)
        const eager = X.map((x) => model.forward(x).map((v) => v.data))
        expect(furthest(rows.flat(), eager.flat()), where).toBeLessThan(tolerances[precision])
        step.dispose()
        predict.dispose()
      }
    },
  )

  test.each([
    (p: Value[]) => new SGD(p, { learningRate: 0.1, momentum: 0.9, nesterov: true }),
    (p: Value[]) => new Adam(p, { learningRate: 0.02, weightDecay: 0.01 }),
    (p: Value[]) => new AdamW(p, { learningRate: 0.02 }),
    (p: Value[]) => new RMSprop(p, { learningRate: 0.01 }),
  ])('optimizer %#: 30 steps inside the kernel are 30 steps of eager', async (optimizerOf) => {
    const [one, other] = [0, 0].map(
      () => new MLP(3, [5, 1], { activation: 'tanh', random: new Random(5) }),
    ) as [MLP, MLP]
    const random = new Random(6)
    const X = Array.from({ length: 9 }, () => [0, 0, 0].map(() => random.uniform(-1, 1)))
    const y = X.map(() => random.random())
    const [inside, outside] = [optimizerOf(one.parameters()), optimizerOf(other.parameters())]
    const step = await compile((x, t) => meanSquaredError(one.forward(x), t), {
      inputs: [{ length: 3 }, 'number'],
      parameters: one.parameters(),
      optimizer: inside,
    })
    for (let k = 0; k < 30; k++) {
      const [loss] = eagerStep(
        (x, t) => meanSquaredError(other.forward(x), t),
        other.parameters(),
        X,
        y,
      )
      outside.step()
      expect(step(X, y).loss).toBeCloseTo(loss!, 10)
    }
    const weights = other.parameters().map((p) => p.data)
    expect(
      furthest(
        one.parameters().map((p) => p.data),
        weights,
      ),
    ).toBeLessThan(1e-10)
    step.dispose()
    expect(inside.saveState().steps).toBe(30)
    const memory = inside.saveState().state.flat()
    expect(furthest(memory, outside.saveState().state.flat())).toBeLessThan(1e-10)
    expect(
      furthest(
        one.parameters().map((p) => p.data),
        weights,
      ),
    ).toBeLessThan(1e-10)
  })
})

describe('what compiles', () => {
  test('the example of the design: f(2, 3)', async () => {
    const f = await compile((x, y) => x.mul(y).add(x.sin()), { inputs: 2 })
    const { value, gradient } = f(2, 3)
    expect(value).toBeCloseTo(6 + Math.sin(2), 14)
    expect(gradient[0]).toBeCloseTo(3 + Math.cos(2), 14)
    expect(gradient[1]).toBe(2)
    f.dispose()
    expect(() => f(2, 3)).toThrow(/disposed of: compile it again/)
  })

  test('lists, indices, choices, leaves read anew, sparse wiring, an operation of one’s own', async () => {
    const cube = defineOp({
      name: 'cube',
      arity: 1,
      eval: (x) => x ** 3,
      partials: (m, _y, x) => [m.mul(3, m.mul(x, x))],
      lower: (m, x) => m.mul(x, m.mul(x, x)),
    })
    const knob = value(2)
    const f = (x: readonly Operand[], i: Operand): Value => {
      const chosen = pick(x, i)
      const wired = [3, 0, 4, 1, 1].map((j, k) => cube(x[j]!).mul(x[(k * k) % 5]!))
      return sum([logSumExp(x), max(chosen, knob), ...wired, select(chosen.gt(0), chosen, knob)])
    }
    const compiled = await compile((x, i) => f(x, i), { inputs: [{ length: 5 }, 'index'] })
    for (const [point, index] of [
      [[1, -2, 0.5, 3, 1], 3],
      [[0.1, 0.2, -0.3, 0.4, 2], 0],
      [[-1, -2, -3, -4, -5], 4],
    ] as const) {
      knob.data += 0.7
      const expected = valueAndGrad((...x) => f(x, index))(...point)
      const { value, gradient } = compiled(point, index)
      expect(furthest([value, ...gradient], [expected.value, ...expected.gradient])).toBeLessThan(
        1e-12,
      )
    }
    compiled.dispose()
  })

  test('a sum in a loop of additions is one loop nest', async () => {
    const weights = Array.from({ length: 50 }, (_, i) => value(i / 50))
    const dot = (x: readonly Operand[]): Value => {
      let total = value(0)
      weights.forEach((w, i) => {
        total = total.add(w.mul(x[i]!))
      })
      return total
    }
    const step = await compile((x) => dot(x), { inputs: [{ length: 50 }], parameters: weights })
    expect(String(step)).toContain('Σ i<50: p[i] × x[e, i]')
    step.dispose()
  })
})

describe('what is refused', () => {
  const model = (): MLP => new MLP(2, [3, 1], { random: new Random(1) })

  test('reading a number that is not there yet', async () => {
    await expect(compile((x) => x.mul(x.data), { inputs: 1 })).rejects.toThrow(
      /no number while the function is traced.*select\(condition, x, y\)/,
    )
    await expect(compile((x) => ((x as never) > 0 ? x : x.neg()), { inputs: 1 })).rejects.toThrow(
      /operators cannot follow a Value/,
    )
  })

  test('a function that is another one every time', async () => {
    let calls = 0
    await expect(compile((x) => x.mul(++calls), { inputs: 1 })).rejects.toThrow(
      /two runs of the function made different graphs, first at mul/,
    )
  })

  test('a wrong lowering, at the first call', async () => {
    const wrong = defineOp({
      name: 'twice',
      arity: 1,
      eval: (x) => 2 * x,
      partials: () => [2],
      lower: (m, x) => m.mul(2.001, x),
    })
    const f = await compile((x) => wrong(x), { inputs: 1 })
    expect(() => f(3)).toThrow(/compiled and eager disagree at the first example: value 1 is 6.003/)
    const none = defineOp({
      name: 'half',
      arity: 'variadic',
      eval: (x) => x[0]! / 2,
      partials: () => [0.5],
    })
    await expect(compile((x) => none([x]), { inputs: 1 })).rejects.toThrow(
      /half cannot be compiled/,
    )
  })

  test('batches that do not fit, with the parameters as they were', async () => {
    const net = model()
    const optimizer = new SGD(net.parameters(), { learningRate: 0.1 })
    const parameters = net.parameters()
    const step = await compile((x, y) => meanSquaredError(net.forward(x), y), {
      inputs: [{ length: 2 }, 'number'],
      parameters,
      optimizer,
    })
    step([[1, 2]], [1])
    const before = parameters.map((p) => p.data)
    expect(() => step([[1, 2, 3]], [1])).toThrow(/argument 1, row 1: expected 2 numbers, got 3/)
    expect(() => step([], [])).toThrow(/the batch is empty/)
    expect(() => step([[1, 2]], [1, 2])).toThrow(/argument 2 has 2 examples, the first has 1/)
    expect(() => step([[1, 2]])).toThrow(/expected 2 arguments/)
    expect(() => step([1, 2, 3], [1])).toThrow(
      /a flat list holds 2 numbers for each example, got 3/,
    )
    expect(() =>
      step(
        [
          [1, 2],
          [3, NaN],
        ],
        [1, 2],
      ),
    ).toThrow(/argument 1, example 2, number 2 is NaN: expected a finite number/)
    expect(parameters.map((p) => p.data)).toEqual(before)
    parameters.push(value(1))
    expect(() => step([[1, 2]], [1])).toThrow(/had 13 when this step was compiled and has 14 now/)
  })

  test('an index that names nothing', async () => {
    const net = new MLP(2, [3], { random: new Random(1) })
    const step = await compile((x, label) => crossEntropy(net.forward(x), label), {
      inputs: [{ length: 2 }, 'index'],
      parameters: net.parameters(),
    })
    expect(() => step([[1, 2]], [3])).toThrow(/example 1 is 3: expected a whole number from 0 to 2/)
    expect(() => step([[1, 2]], [0.5])).toThrow(/is 0.5/)
  })

  test('no parameters, parameters twice, another optimizer’s, two precisions, promises', async () => {
    const net = model()
    const of = (options: object) =>
      compile((x) => net.forward([x, x])[0]!, {
        inputs: ['number'],
        parameters: net.parameters(),
        ...options,
      })
    await expect(of({ parameters: [] })).rejects.toThrow(/no parameters to train/)
    await expect(of({ parameters: [net.parameters()[0], net.parameters()[0]] })).rejects.toThrow(
      /twice/,
    )
    await expect(of({ optimizer: new SGD(model().parameters()) })).rejects.toThrow(/the same list/)
    const first = await of({ precision: 'f32' })
    await expect(of({ precision: 'f64' })).rejects.toThrow(/share one precision/)
    await expect(of({ parameters: net.parameters().slice(1) })).rejects.toThrow(/the same list/)
    first.dispose()
    ;(await of({ precision: 'f64' })).dispose()
    await expect(compile((async (x: Value) => x) as never, { inputs: 1 })).rejects.toThrow(
      /got a promise/,
    )
    await expect(compile((x) => x, { inputs: [{ length: 0 }] })).rejects.toThrow(
      /inputs is a count/,
    )
  })

  test('memory that cannot grow', async () => {
    const net = new MLP(2, [64, 64, 1], { random: new Random(1) })
    const before = net.parameters().map((p) => p.data)
    const predict = await compile((x) => net.forward(x), {
      inputs: [{ length: 2 }],
      parameters: net.parameters(),
    })
    const { memory } = Store.for(net.parameters(), undefined)
    const grow = vi.spyOn(memory, 'grow').mockImplementation(() => {
      throw new RangeError('no more pages')
    })
    const batch = Float64Array.from({ length: 2 * 1000 }, (_, i) => Math.sin(i))
    expect(() => predict(batch)).toThrow(/could not have them: use smaller batches/)
    expect(net.parameters().map((p) => p.data)).toEqual(before)
    grow.mockRestore()
    const found = predict(batch)
    expect(found).toHaveLength(1000)
    const last = net.forward([...batch.subarray(1998)])[0]!.data
    expect(found.at(-1)![0]).toBeCloseTo(last, 12)
  })
})

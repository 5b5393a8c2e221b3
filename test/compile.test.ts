/** Compiled programs against the engine: the same numbers, whatever the wiring and the batch. */
import {
  defineOp,
  log,
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
import { compile } from 'chainrule/compile'
import { crossEntropy, meanSquaredError } from 'chainrule/loss'
import { MLP } from 'chainrule/nn'
import { Adam, AdamW, RMSprop, SGD } from 'chainrule/optim'
import { describe, expect, test, vi } from 'vitest'
import { Store } from '../src/compile/store.ts'
import {
  eagerStep,
  furthest,
  onThreads,
  randomLosses,
  randomNetworks,
  randomPrograms,
} from './compiled-suite.ts'

describe('compiled random programs', () => {
  test('200 of them, over every row, give the value and the gradient that eager gives', async () => {
    const { wrong, illConditioned } = await randomPrograms(0, 200)
    console.log(`${illConditioned} of 200 ill-conditioned and not equal`)
    expect(wrong).toEqual([])
    expect(illConditioned).toBeLessThan(10)
  })

  test('the same by loop nests, as a loss over a batch of one number each', async () => {
    expect((await randomLosses(0, 60)).wrong).toEqual([])
  })
})

describe('compiled networks', () => {
  test('42 networks and batches of 1 to 257 examples agree with eager', async () => {
    expect(await randomNetworks(0, 42)).toEqual([])
  })

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

  test('an operation of one’s own that is called like one of ours', async () => {
    for (const name of ['sigmoid', 'exp', 'max']) {
      const own = defineOp({
        name,
        arity: 1,
        eval: (x) => 3 * x,
        partials: () => [3],
        lower: (m, x) => m.mul(3, x),
      })
      const f = await compile((x) => own(x), { inputs: 1 })
      expect(f(2)).toEqual({ value: 6, gradient: [3] })
      f.dispose()
    }
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
      /operators cannot follow a Value.*select\(a\.gt\(0\), x, y\) for a > 0 \? x : y/,
    )
    const list = [value(1), value(2)]
    await expect(compile((i) => list[i as never]!.mul(2), { inputs: ['index'] })).rejects.toThrow(
      /write pick\(values, index\) for values\[index\]/,
    )
    const seen: string[] = []
    await compile((x, i) => (seen.push(`${String(x)} ${i.toString()}`), x.mul(i)), {
      inputs: ['number', 'index'],
    })
    expect(seen[0]).toBe('Value(x0: no number while traced) Value(x1: no number while traced)')
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
    // Where there is no number to compare, the next call is compared.
    const late = await compile((x) => wrong(log(x)), { inputs: 1 })
    expect(late(-1).value).toBeNaN()
    expect(() => late(1.5)).toThrow(/compiled and eager disagree/)
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
    await expect(of({ precision: 'f64' })).rejects.toThrow(/share their precision/)
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
    const { memory } = Store.for(net.parameters())
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

describe('threads', () => {
  test.each([2, 3, 5])(
    '%i of them repeat bit for bit, and are one thread but for rounding',
    async (n) => {
      expect(await onThreads(n)).toEqual({ threads: n, near: true, repeats: true, alone: false })
    },
  )

  test('a batch too small for them is computed by one, to the same bits', async () => {
    const [one, four] = await Promise.all(
      [1, 4].map(async (threads) => {
        const model = new MLP(2, [4, 1], { random: new Random(1) })
        const parameters = model.parameters()
        const loss = (x: Value[], y: Value): Value => meanSquaredError(model.forward(x), [y])
        const step = await compile(loss, { inputs: [{ length: 2 }, 'number'], parameters, threads })
        step(
          [
            [1, 2],
            [3, 4],
            [5, 6],
          ],
          [1, 2, 3],
        )
        const gradient = parameters.map((p) => p.grad)
        step.dispose()
        return gradient
      }),
    )
    expect(four).toEqual(one)
  })

  test('predictions of a long batch come in its order', async () => {
    const model = new MLP(9, [128, 3], { activation: 'tanh', random: new Random(2) })
    const random = new Random(4)
    const X = Array.from({ length: 2001 }, () => Array.from({ length: 9 }, () => random.random()))
    const rows: number[][][] = []
    for (const threads of [1, 3]) {
      const inputs = [{ length: 9 }] as const
      const options = { inputs, parameters: model.parameters(), threads }
      const predict = await compile((x: Value[]) => model.forward(x), options)
      rows.push(predict(X))
      predict.dispose()
    }
    expect(rows[1]).toEqual(rows[0])
  })

  test('a number that cannot be is refused, and so are two numbers over the same parameters', async () => {
    const model = new MLP(1, [1])
    const options = { inputs: [{ length: 1 }], parameters: model.parameters() } as const
    const f = (x: Value[]): Value => model.forward(x)[0]!
    await expect(compile(f, { ...options, threads: 0 })).rejects.toThrow('from 1 to 64, got 0')
    await expect(compile(f, { ...options, threads: 1.5 })).rejects.toThrow('got 1.5')
    const step = await compile(f, { ...options, threads: 2 })
    await expect(compile(f, { ...options, threads: 3 })).rejects.toThrow('threads: 2, asked for 3')
    step.dispose()
  })
})

test('an update rule that throws leaves the parameters where they were', async () => {
  const model = new MLP(1, [1])
  const parameters = model.parameters()
  const refuses = Object.assign(new SGD(parameters), {
    update: () => {
      throw new Error('no such rule')
    },
  })
  const options = { inputs: [{ length: 1 }], parameters } as const
  const f = (x: Value[]): Value => model.forward(x)[0]!
  await expect(compile(f, { ...options, optimizer: refuses })).rejects.toThrow('no such rule')
  const step = await compile(f, { ...options, precision: 'f32', threads: 2 })
  step.dispose()
})

/** Programs that people write and the engine takes: compiled, they give what it gives, or say why not. */
import {
  type Algebra,
  defineOp,
  grad,
  hessian,
  type Num,
  type Operand,
  type Value,
  value,
  valueAndGrad,
} from 'chainrule'
import { compile } from 'chainrule/compile'
import { l2 } from 'chainrule/loss'
import { MLP } from 'chainrule/nn'
import { Adam, Optimizer, SGD, type Update } from 'chainrule/optim'
import { fit } from 'chainrule/train'
import { afterEach, describe, expect, test, vi } from 'vitest'

describe('a function', () => {
  test('takes gradients by a leaf that it makes, as a loss at fixed points does', async () => {
    const w = value(0.5)
    const f = (x: Value): Value => {
      const t = value(0.3)
      const [slope] = grad(w.mul(t).sin().add(t.mul(t)), [t]) as [Value]
      return slope.sub(x).pow(2)
    }
    const step = await compile(f, { inputs: 1, parameters: [w] })
    for (const x of [1, -2]) {
      const loss = f(value(x))
      expect(step([x]).loss).toBeCloseTo(loss.data, 12)
      expect(w.grad).toBeCloseTo(grad(loss, [w])[0]!.data, 12)
    }
    step.dispose()
  })

  test('makes another leaf each time: still refused', async () => {
    let calls = 0
    const f = (x: Value): Value => {
      const t = value(calls++)
      return x.mul(grad(t.mul(t), [t])[0]!)
    }
    await expect(compile(f, { inputs: 1 })).rejects.toThrow(/two runs .* different graphs/)
  })

  test('computes with slopes of plain numbers inside', async () => {
    const f = (x: Value): Value => {
      const { gradient } = valueAndGrad((a, b) => a.mul(b).sin())(0.3, 2)
      return x.mul(gradient[0]!).add(hessian((a, b) => a.mul(a).mul(b))(2, 3)[0]![1]!)
    }
    const compiled = await compile(f, { inputs: 1 })
    expect(compiled(1.5)).toEqual(valueAndGrad(f)(1.5))
    compiled.dispose()
  })

  test('asks for a gradient by what is detached: there is none', async () => {
    const f = (x: Value): Value => {
      const still = x.detach()
      return grad(still.mul(still).add(x), [still])[0]!.mul(x)
    }
    const compiled = await compile(f, { inputs: 1 })
    expect(compiled(3)).toEqual({ value: 0, gradient: [0] })
    expect(valueAndGrad(f)(3)).toEqual({ value: 0, gradient: [0] })
    compiled.dispose()
  })

  test('uses a Value from before its leaves changed: computed anew, and left as it was', async () => {
    const model = new MLP(2, [3, 1])
    const parameters = model.parameters()
    const penalty = l2(parameters, 0.01)
    const before = penalty.data
    for (const p of parameters) p.data *= 2
    const loss = (x: Value[]): Operand => model.forward(x)[0]!.add(penalty)
    const terms = { inputs: [{ length: 2 }] as const, parameters }
    const step = await compile(loss, terms)
    const fresh = model.forward([1, 2])[0]!.data + l2(parameters, 0.01).data
    expect(step([[1, 2]]).loss).toBeCloseTo(fresh, 12)
    const predict = await compile((x) => [loss(x)], terms)
    expect(predict([[1, 2]])[0]![0]).toBeCloseTo(fresh, 12)
    expect(penalty.data).toBe(before)
    step.dispose()
    predict.dispose()
  })

  test('sets gradients back, which is nobody else’s affair', async () => {
    const w = value(2)
    const f = (x: Value): Value => {
      w.grad = 0
      return w.mul(x)
    }
    const step = await compile(f, { inputs: 1, parameters: [w] })
    expect(step([3])).toEqual({ loss: 6 })
    expect(step([3])).toEqual({ loss: 6 })
    expect(w.grad).toBe(3)
    step.dispose()
  })

  test('names more arguments than inputs describes: that is said', async () => {
    await expect(
      compile((...[x, y]: Value[]) => x!.mul(y!), { inputs: ['number'] } as never),
    ).rejects.toThrow(/expected a Value or a number, got undefined/)
    const two = (x: Value, y: Value): Value => x.mul(y)
    await expect(compile(two as never, { inputs: ['number'] })).rejects.toThrow(
      /names 2 arguments, and inputs describes 1/,
    )
  })
})

describe('an async function', () => {
  const unhandled = vi.fn<() => void>()
  process.on('unhandledRejection', unhandled)
  afterEach(() => {
    process.off('unhandledRejection', unhandled)
  })

  test('is refused once, and no rejection is left that ends a process', async () => {
    const f = async (x: Value): Promise<Value> => {
      await Promise.resolve()
      return x.mul(2)
    }
    await expect(compile(f as never, { inputs: 1 })).rejects.toThrow(/got a promise/)
    const late = async (x: Value): Promise<number> => {
      await Promise.resolve()
      return x.data
    }
    await expect(compile(late as never, { inputs: 1 })).rejects.toThrow(/got a promise/)
    await new Promise((done) => setTimeout(done, 20))
    expect(unhandled).not.toHaveBeenCalled()
  })
})

describe('an optimizer at work in a step', () => {
  const stepOf = (optimizer: SGD, w: Value) =>
    compile((x) => w.mul(x), { inputs: 1, parameters: [w], optimizer })

  test('has the memory that it is given, as eager has', async () => {
    const [w, twin] = [value(1), value(1)]
    const optimizer = new SGD([w], { learningRate: 0.1, momentum: 0.9 })
    const eager = new SGD([twin], { learningRate: 0.1, momentum: 0.9 })
    const step = await stepOf(optimizer, w)
    for (let k = 0; k < 6; k++) {
      if (k === 2) optimizer.state = [[0.5]]
      if (k === 2) eager.state = [[0.5]]
      step([1])
      twin.grad = 1
      eager.step()
      expect(w.data).toBeCloseTo(twin.data, 14)
      expect([...optimizer.state[0]!]).toEqual([...eager.state[0]!])
    }
    optimizer.state = [[1, 2]]
    expect(() => step([1])).toThrow(/expected a list for each slot, of 1 numbers/)
    expect(w.data).toBeCloseTo(twin.data, 14)
    step.dispose()
  })

  test('is refused to a training, with a penalty as well', async () => {
    const model = new MLP(1, [1])
    const optimizer = new Adam(model.parameters())
    const step = await compile((x) => model.forward(x)[0]!, {
      inputs: [{ length: 1 }],
      parameters: model.parameters(),
      optimizer,
    })
    const data = { X: [[1], [2]], y: [1, 2] }
    const options = { optimizer, epochs: 1, loss: 'meanSquaredError' } as const
    for (const decay of [0, 0.1])
      await expect(fit(model, data, { ...options, l2: decay })).rejects.toThrow(
        /already at work|at work in another compiled step/,
      )
    step.dispose()
  })

  test('may reduce a list of what it is given by an operation of the algebra', async () => {
    const ruleOf = (w: Value): Optimizer =>
      new (class extends Optimizer {
        readonly name = 'two averages'
        readonly slots = 2
        readonly settings = {}
        update<T>(m: Algebra<T>, { parameter, gradient, state, learningRate, step }: Update<T>) {
          const next = state.map((s, k) => m.add(m.mul(s, k / 3), gradient))
          const rate = [learningRate, step].reduce(m.div)
          return { parameter: m.sub(parameter, m.mul(rate, next.reduce(m.max))), state: next }
        }
      })([w], 0.1)
    const [w, twin] = [value(1), value(1)]
    const optimizer = ruleOf(w)
    const eager = ruleOf(twin)
    const step = await compile((x) => w.mul(x), { inputs: 1, parameters: [w], optimizer })
    for (const x of [1, 2, -1]) {
      step([x])
      twin.grad = x
      eager.step()
      expect(w.data).toBeCloseTo(twin.data, 14)
    }
    step.dispose()
  })

  test('keeps its settings, which a step has in its code', () => {
    const { settings } = new Adam([value(1)])
    expect(() => Object.assign(settings, { weightDecay: 1 })).toThrow(/read only/)
  })
})

describe('an operator of JavaScript where the algebra is to be used', () => {
  const refused = /write m\.mul\(2, x\) for 2 \* x, m\.select\(m\.gt\(x, 0\), a, b\)/

  /** A rule written with a number that eager has, and a kernel has not yet. */
  const ruleOf = (w: Value, factor: (step: number) => number): Optimizer =>
    new (class extends Optimizer {
      readonly name = 'own'
      readonly slots = 0
      readonly settings = {}
      update<T>(m: Algebra<T>, of: Update<T>) {
        const rate = factor(of.step as number)
        return { parameter: m.sub(of.parameter, m.mul(rate, of.gradient)), state: [] }
      }
    })([w], 0.1)

  test.each([(step: number) => 1 - 0.9 ** step, (step: number) => (step > 3 ? 1 : 0.1)])(
    'in an update is refused, rather than making NaN of the parameters: %s',
    async (factor) => {
      const w = value(1)
      const optimizer = ruleOf(w, factor)
      const given = { inputs: 1, parameters: [w], optimizer }
      await expect(compile((x) => w.mul(x), given)).rejects.toThrow(refused)
      expect(w.data).toBe(1)
    },
  )

  test.each(['lower', 'partials'] as const)(
    'in the %s of a row, with check: false too',
    async (where) => {
      const doubled = <T>(m: Algebra<T>, x: Num<T>, wrong: boolean): Num<T> =>
        wrong ? 2 * (x as number) : m.mul(2, x)
      const square = defineOp({
        name: 'square',
        arity: 1,
        eval: (x) => x * x,
        lower: (m, x) => m.mul(m.div(doubled(m, x, where === 'lower'), 2), x),
        partials: (m, _, x) => [doubled(m, x, where === 'partials')],
      })
      expect(valueAndGrad((x) => square(x))(3)).toEqual({ value: 9, gradient: [6] })
      await expect(compile((x) => square(x), { inputs: 1, check: false })).rejects.toThrow(refused)
    },
  )
})

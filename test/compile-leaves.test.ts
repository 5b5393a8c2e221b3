/** Numbers that a compiled function has from outside: which gradients they get, and that no call sees an old one. */
import { grad, type Operand, noGrad, pick, sum, type Value, value } from 'chainrule'
import { compile, type CompiledStep } from 'chainrule/compile'
import { toOnnx, toPyTorch } from 'chainrule/interop'
import { SGD } from 'chainrule/optim'
import { describe, expect, test } from 'vitest'
import { inScope } from '../src/page.ts'

type Loss = (x: Value, w: Value, c: Value) => Value

const losses: Record<string, Loss> = {
  'a parameter detached': (x, w, c) => w.detach().mul(w).mul(x).add(c),
  'what depends on an input detached': (x, w, c) => w.mul(x).add(1).detach().sub(w.mul(c)).pow(2),
  'an input detached': (x, w) => x.detach().mul(w).add(x),
  'a number detached twice': (x, w) => w.mul(2).detach().detach().mul(w).mul(x),
  'work without gradients': (x, w, c) =>
    noGrad(() => w.mul(x).tanh().add(c))
      .mul(w)
      .add(x),
  'a parameter without a gradient': (x, w) => noGrad(() => w.exp()).mul(w.mul(x)),
  'work without gradients inside of such': (x, w) =>
    noGrad(() => noGrad(() => w.mul(3)).mul(x)).mul(w),
  'a gradient of what is detached in part': (x, w) =>
    sum(grad(w.mul(x.detach()).add(x.mul(x)).mul(w.detach()), [x, w])).mul(w),
}

function eager(loss: Loss, X: readonly number[], w: Value, c: Value) {
  const all = X.map((x) => loss(value(x), w, c))
  const mean = sum(all).div(all.length)
  return { loss: mean.data, gradient: grad(mean, [w])[0]!.data }
}

describe('a number without a gradient', () => {
  test.each(Object.entries(losses))('%s, compiled as in the engine', async (_, loss) => {
    const [w, c] = [value(0.7), value(-0.4)]
    const step = await compile((x) => loss(x, w, c), { inputs: ['number'], parameters: [w] })
    for (const number of [0.7, -1.3, 0.2])
      for (const X of [[0.5], [0.5, -1.5, 2]]) {
        w.data = number
        c.data = number * 3
        const expected = eager(loss, X, w, c)
        expect(step(X).loss).toBeCloseTo(expected.loss, 12)
        expect(w.grad).toBeCloseTo(expected.gradient, 12)
      }
    step.dispose()
  })

  test('is one in a function of numbers as well', async () => {
    const f = await compile((x, y) => x.mul(y.detach()).add(noGrad(() => x.sin())), { inputs: 2 })
    expect(f(2, 3)).toEqual({ value: 6 + Math.sin(2), gradient: [3, 0] })
    f.dispose()
  })

  test('is one in PyTorch', () => {
    const w = value(2)
    const text = toPyTorch((x) => [w.mul(x[0]!).detach().mul(x[1]!)], {
      inputs: [{ length: 2 }],
      parameters: [w],
    })
    expect(text).toMatch(/\.detach\(\)/)
  })
})

describe('a leaf from outside', () => {
  const stepOf = (loss: (x: Value) => Operand, parameters: readonly Value[]) =>
    compile(loss, { inputs: ['number'], parameters })

  test('is read anew, one that was detached too', async () => {
    const w = value(2)
    const target = w.detach()
    const step = await stepOf((x) => w.mul(x).sub(target).pow(2), [w])
    expect(step([3]).loss).toBe(16)
    target.data = 5
    expect(step([3]).loss).toBe(1)
    step.dispose()
    const f = await compile((x) => x.mul(target), { inputs: 1 })
    expect(f(2)).toEqual({ value: 10, gradient: [5] })
    target.data = 7
    expect(f(2)).toEqual({ value: 14, gradient: [7] })
    f.dispose()
  })

  test('may have been computed with before, and more than what is returned', async () => {
    const [w, unused] = [value(2), value(5)]
    const [half, power] = [w.mul(0.5), w.mul(w).exp()]
    const loss = (x: Value): Operand => {
      unused
        .mul(x)
        .exp()
        .add(sum([half, unused]))
      return sum([half.mul(power), power.mul(x), sum([])]).add(half)
    }
    const step = await stepOf(loss, [w])
    const slope = grad(loss(value(3)) as Value, [w])[0]!.data
    expect(step([3]).loss).toBeCloseTo(4 * Math.exp(4) + 1, 10)
    expect(w.grad).toBeCloseTo(slope, 10)
    w.data = 1
    expect(step([3]).loss).toBeCloseTo(3.5 * Math.E + 0.5, 12)
    expect(unused.grad).toBe(0)
    step.dispose()
  })

  test('whose number is computed with would stay as it is: refused, the leaf as it was', async () => {
    const [w, other] = [value(2), value(0.5)]
    const refused = /computes with the number of a Value \(\.data\).*its detach\(\)/
    await expect(stepOf((x) => w.mul(x).mul(w.data), [w])).rejects.toThrow(refused)
    await expect(stepOf((x) => x.mul(w.data), [w])).rejects.toThrow(refused)
    await expect(stepOf((x) => w.mul(x).add(value(w.mul(2).data)), [w])).rejects.toThrow(refused)
    await expect(stepOf((x) => w.mul(x).add(other).mul(other.data), [w])).rejects.toThrow(refused)
    expect([w.data, other.data]).toEqual([2, 0.5])
  })

  test('is a number of an export, unless it is a parameter that goes on learning there', async () => {
    const [w, other] = [value(2), value(0.5)]
    const exported = { inputs: [{ length: 1 }], parameters: [w] }
    expect(toPyTorch((x) => w.mul(x[0]!).mul(other.data), exported)).toMatch(/0\.5/)
    expect(() => toPyTorch((x) => w.mul(x[0]!).mul(w.data), exported)).toThrow(
      /computes with the number of a Value \(\.data\)/,
    )
    expect(await toOnnx((x) => w.mul(x[0]!).mul(w.data), exported)).toBeInstanceOf(Uint8Array)
    expect([w.data, other.data]).toEqual([2, 0.5])
  })

  test('may be looked at, and may be what only its own number can be', async () => {
    const [w, index] = [value(2), value(1)]
    const seen: number[] = []
    const step = await stepOf(
      (x) => {
        seen.push(w.data)
        if (index.data !== 1) throw new Error('no such place')
        return w.mul(x).mul(index)
      },
      [w],
    )
    expect(step([3]).loss).toBe(6)
    expect(index.data).toBe(1)
    step.dispose()
  })

  test('is as it was where the function compiles another one, of its own input', async () => {
    const [w, c] = [value(0.1), value(0.2)]
    const inner: Promise<unknown>[] = []
    const outer = await compile(
      (x) => {
        inner.push(compile((y) => y.mul(w).add(c).add(x), { inputs: 1, parameters: [w, c] }))
        return x.mul(2)
      },
      { inputs: 1 },
    )
    await Promise.allSettled(inner)
    expect([w.data, c.data]).toEqual([0.1, 0.2])
    expect(outer(3)).toEqual({ value: 6, gradient: [2] })
    outer.dispose()
  })

  test('is read at the first call where the code for that needs more memory', async () => {
    const w = value(0.5)
    const f = await compile(
      (x: Value[]) => {
        let y = x[0]!.mul(w)
        for (let i = 0; i < 70; i++) {
          const turns = [y.sin(), y.tanh(), y.sigmoid(), y.softplus(), y.cos()]
          y = turns[((i * i) % 7) % 5]!.mul(0.1 * i + 0.01)
          if (i % 3 === 0) y = y.add(w.mul(i).sin())
        }
        return y
      },
      // As many as nearly fill what memory there is in the beginning.
      { inputs: [{ length: 8000 }], check: false },
    )
    const point = new Float64Array(8000).fill(0.3)
    const first = f(point)
    expect(first.value).toBeTypeOf('number')
    expect(first).toEqual(f(point))
    f.dispose()
  })
})

describe('parameters of many pages', () => {
  const orders: Record<string, (list: Value[]) => Value[]> = {
    'as they were made': (list) => list,
    'the other way round': (list) => list.toReversed(),
    'every second one first': (list) => [
      ...list.filter((_, i) => i % 2 === 0),
      ...list.filter((_, i) => i % 2 === 1),
    ],
    'without the first ones': (list) => list.slice(300),
  }

  test.each(Object.entries(orders))('%s, move in and out as they are', async (_, ordered) => {
    const made = (i: number): Value => value(Math.sin(i), i % 7 === 0 ? undefined : `w${i}`)
    const all = Array.from({ length: 1100 }, (_, i) =>
      i % 3 === 0 ? made(i) : inScope(`part ${Math.floor(i / 10)}`, () => made(i)),
    )
    const parameters = ordered(all)
    parameters.forEach((p, i) => (p.grad = i))
    const kept = () => all.map(({ data, grad, label, scope }) => [data, grad, label, scope?.name])
    const start = kept()
    for (const precision of ['f64', 'f32', 'f64'] as const) {
      // What f32 rounds stays rounded.
      const before = kept()
      const options = { inputs: ['number'] as const, parameters, precision }
      const step = await compile((x) => sum(all.map((w, i) => w.mul(x.add(i)))), options)
      const round = precision === 'f32' ? Math.fround : Number
      const inside = new Set(parameters)
      all.forEach((p, i) => {
        expect(p.data).toBe(inside.has(p) ? round(before[i]![0] as number) : before[i]![0])
        expect([p.label, p.scope?.name]).toEqual(before[i]!.slice(2))
      })
      expect(kept().map(([, grad]) => grad)).toEqual(before.map(([, grad]) => grad))
      parameters[700]!.data = 0.5
      step([2])
      all.forEach((p, i) => expect(p.grad).toBe(inside.has(p) ? 2 + i : before[i]![1]))
      const during = kept()
      step.dispose()
      expect(kept()).toEqual(during)
      parameters.forEach((p, i) => {
        p.data = start[all.indexOf(p)]![0] as number
        p.grad = i
      })
    }
    expect(kept()).toEqual(start)
  })
})

test('a first call is compared with the engine, wherever it stands', async () => {
  const w = value(2)
  const step: CompiledStep = await compile((x) => w.mul(x), {
    inputs: ['number'],
    parameters: [w],
  })
  expect(noGrad(() => step([3])).loss).toBe(6)
  expect(w.grad).toBe(3)
  const square = await compile((x) => x.mul(x), { inputs: 1 })
  const outer = await compile((x) => x.mul(square(3).value), { inputs: 1 })
  expect(outer(2)).toEqual({ value: 18, gradient: [9] })
  for (const kernel of [step, square, outer]) kernel.dispose()
})

test('an index that is computed and names none gives NaN: nothing is learned from it', async () => {
  const w = [value(1), value(2), value(3)]
  const optimizer = new SGD(w, { learningRate: 0.1 })
  const step = await compile((i) => pick(w, i.add(1)), {
    inputs: ['index'],
    parameters: w,
    optimizer,
  })
  expect(step([0, 1]).loss).toBe(2.5)
  const before = w.map((p) => p.data)
  expect(step([1, 2]).loss).toBeNaN()
  expect(w.map((p) => p.data)).toEqual(before)
  step.dispose()
  const f = await compile((x, y, i) => pick([x, y], i), { inputs: 3 })
  expect(f(5, 7, 1)).toEqual({ value: 7, gradient: [0, 1, 0] })
  expect(f(5, 7, 0.5).value).toBeNaN()
  f.dispose()
})

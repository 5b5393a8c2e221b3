import {
  defineOp,
  grad,
  gradcheck,
  hessian,
  jacobian,
  mean,
  noGrad,
  pick,
  select,
  softmax,
  sum,
  type Value,
  value,
  valueAndGrad,
} from 'chainrule'
import { describe, expect, test } from 'vitest'
import { reverse } from './condition.ts'
import { randomProgram, run } from './programs.ts'

describe('graphs', () => {
  test('a hundred orders of the same reverse sweep give the same bits', () => {
    const program = randomProgram(11)
    const first = reverse(program)
    for (let i = 0; i < 100; i++) expect(reverse(program)).toEqual(first)
  })

  test('reverse mode twice: leaves of a random program hold twice the gradient', () => {
    for (let seed = 0; seed < 50; seed++) {
      const program = randomProgram(seed)
      const leaves = program.inputs.map((x) => value(x))
      const y = run(program, leaves)
      y.backward()
      const once = leaves.map((leaf) => leaf.grad)
      y.backward()
      leaves.forEach((leaf, i) => {
        const doubled = 2 * once[i]!
        // The second sweep adds its terms to the first sum one by one: other roundings, same sum.
        expect(Math.abs(leaf.grad - doubled)).toBeLessThanOrEqual(
          1e-10 * Math.max(1, Math.abs(doubled)),
        )
      })
    }
  })

  test('an unused branch changes nothing, and gets nothing', () => {
    const a = value(3)
    const b = value(2)
    const used = a.mul(b)
    const unused = used.exp().mul(a)
    const y = used.add(a)
    y.backward()
    expect([a.grad, b.grad, used.grad, unused.grad]).toEqual([3, 3, 1, 0])
  })

  test('an input given twice counts twice', () => {
    const a = value(3)
    expect(a.add(a).inputs).toEqual([a, a])
    expect(grad(a.add(a), [a])[0]!.data).toBe(2)
    expect(grad(a.mul(a), [a])[0]!.data).toBe(6)
    expect(grad(a.pow(a), [a])[0]!.data).toBeCloseTo(27 * (1 + Math.log(3)), 12)
    expect(grad(select(1, a, a), [a])[0]!.data).toBe(1)
    expect(grad(sum([a, a, a]), [a])[0]!.data).toBe(3)
    expect(grad(a.max(a), [a])[0]!.data).toBe(1)
  })

  test('a diamond of 60 doublings is walked once, not 2⁶⁰ times', () => {
    const a = value(1)
    let y = a
    for (let i = 0; i < 60; i++) y = y.add(y)
    y.backward()
    expect(a.grad).toBe(2 ** 60)
  })

  test('a leaf is its own gradient, and a Value it does not reach has a literal 0', () => {
    const a = value(3)
    const b = value(4)
    a.backward()
    expect(a.grad).toBe(1)
    const [self, other] = grad(a, [a, b])
    expect([self!.data, other!.data]).toEqual([1, 0])
    expect(other!.inputs).toEqual([])
    expect(valueAndGrad(() => 5)(1, 2)).toEqual({ value: 5, gradient: [0, 0] })
  })

  test('a literal exponent takes no adjoint: no log of a negative base', () => {
    expect(valueAndGrad((x) => x.pow(3))(-2)).toEqual({ value: -8, gradient: [12] })
    const [x, n] = [value(-2), value(3)]
    x.pow(n).backward()
    expect([x.grad, n.grad]).toEqual([12, NaN])
  })

  test('comparisons and select let nothing through their condition', () => {
    const f = (x: Value, y: Value) => select(x.gt(y), x.mul(y), y)
    expect(valueAndGrad(f)(3, 2)).toEqual({ value: 6, gradient: [2, 3] })
    expect(valueAndGrad(f)(1, 2)).toEqual({ value: 2, gradient: [0, 1] })
  })

  test('detach cuts the history; noGrad writes none', () => {
    const a = value(3)
    expect(grad(a.mul(a.detach()), [a])[0]!.data).toBe(3)
    const y = noGrad(() => a.mul(a).exp())
    expect(y.data).toBe(Math.exp(9))
    expect(y.inputs).toEqual([])
    expect(grad(y, [a])[0]!.data).toBe(0)
    expect(a.mul(2).inputs.length).toBe(2) // memory is back afterwards
    expect(() =>
      noGrad(() => {
        throw new Error('inside')
      }),
    ).toThrow('inside')
    expect(a.mul(2).inputs.length).toBe(2) // also after a throw
  })

  test('Jacobian and Hessian of known functions', () => {
    const polar = jacobian((r, t) => [r.mul(t.cos()), r.mul(t.sin())])(2, 0.5)
    const known = [Math.cos(0.5), -2 * Math.sin(0.5), Math.sin(0.5), 2 * Math.cos(0.5)]
    expect(polar.flat()).toEqual(known)
    const h = hessian((x, y) => x.pow(2).mul(y).add(y.pow(3)))
    expect(h(3, 5)).toEqual([
      [10, 6],
      [6, 30],
    ])
    const rosenbrock = hessian((x, y) => y.sub(x.mul(x)).pow(2).mul(100).add(x.neg().add(1).pow(2)))
    expect(rosenbrock(1, 1)).toEqual([
      [802, -400],
      [-400, 200],
    ])
    expect(jacobian((x) => [x, 5, x.mul(2)])(7)).toEqual([[1], [0], [2]])
  })
})

describe('what JavaScript does with a Value', () => {
  const a: Value = value(3, 'a')

  test('native operators throw and say what to write', () => {
    const js = a as unknown as number
    for (const use of [
      () => 2 * js,
      () => js + 1,
      () => -js,
      () => js > 0,
      () => js ** 2,
      () => Math.max(js, 1),
    ])
      expect(use).toThrow('write a.mul(2) for 2 * a, a.gt(0) for a > 0, or use a.data')
  })

  test('printing works', () => {
    // oxlint-disable-next-line typescript/restrict-template-expressions -- what is tested here
    expect(`${a}`).toBe('Value(a: data=3, grad=0)')
    expect(String(value(-0.5))).toBe('Value(data=-0.5, grad=0)')
  })

  test('JSON holds the numbers, not the graph', () => {
    expect(JSON.stringify(value(2, 'x'))).toBe('{"label":"x","data":2,"grad":0}')
    expect(JSON.stringify({ y: value(2).mul(3) })).toBe('{"y":{"data":6,"grad":0}}')
  })

  test('a list where a list is meant', () => {
    const one = a as unknown as Value[]
    expect(() => sum(one)).toThrow('sum takes a list such as [a, b], got object.')
    expect(() => mean(one)).toThrow('mean takes a list')
    expect(() => softmax(one)).toThrow('logSumExp takes a list')
    expect(() => grad(a, one)).toThrow('grad takes a list')
    expect(() => pick([1, 2], value(2))).toThrow('whole number from 0 to 1, got 2')
  })

  test('partials may differentiate something of their own in the middle of a walk', () => {
    const slope = valueAndGrad((x) => x.mul(x))
    const square = defineOp({
      name: 'square',
      arity: 1,
      eval: (x) => x * x,
      partials: () => [slope(3).gradient[0]!],
    })
    const x = value(3)
    const y = x.mul(2).add(square(x))
    y.backward()
    expect(x.grad).toBe(8)
    expect(grad(y, [x])[0]!.data).toBe(8)
  })

  test('powers with a literal exponent have every derivative at 0', () => {
    for (const k of [0, 1, 2, 3, 4]) {
      const x = value(0)
      let y = x.pow(k)
      for (let order = 1; order <= 5; order++) {
        y = grad(y, [x])[0]!
        expect(y.data, `order ${order} of x^${k}`).toBe(order === k ? [1, 1, 2, 6, 24][k] : 0)
      }
    }
  })

  test('gradcheck excuses an entry only by a kink that its own input moves', () => {
    const wrong = defineOp({
      name: 'wrong',
      arity: 1,
      eval: (x) => x * x,
      partials: (m, _y, x) => [m.mul(3, x)],
    })
    const report = gradcheck((x, y) => wrong(x).add(y.relu()), [2, 0])
    expect(report.passed).toBe(false)
    expect(report.entries.map((e) => [e.passed, e.excused])).toEqual([
      [false, false],
      [false, true],
    ])
    expect(report.kinks).toEqual([{ op: 'relu', distance: 0, inputs: [1] }])
    expect(() => gradcheck((x) => x, [1], { order: 0 })).toThrow('expected 1 or more')
  })

  test('what is neither a Value nor a number is refused', () => {
    expect(() => a.add('2' as unknown as number)).toThrow(
      'expected a Value or a number, got string.',
    )
    expect(() => value('2' as unknown as number)).toThrow('value(data) takes a number, got string')
    expect(() => sum([a, undefined as unknown as number])).toThrow('got undefined')
  })
})

import { grad, gradcheck, hessian, jvp, sum, Value, value, valueAndGrad } from 'chainrule'
import { expect, test } from 'vitest'

test("micrograd's README program: 24.7041, 138.8338, 645.5773", () => {
  const a = value(-4, 'a')
  const b = value(2, 'b')
  let c = a.add(b)
  let d = a.mul(b).add(b.pow(3))
  c = c.add(c.add(1))
  c = c.add(c.add(1).add(a.neg()))
  d = d.add(d.mul(2).add(b.add(a).relu()))
  d = d.add(d.mul(3).add(b.sub(a).relu()))
  const e = c.sub(d)
  const f = e.pow(2)
  let g = f.div(2)
  g = g.add(value(10).div(f))
  expect(g.data.toFixed(4)).toBe('24.7041')
  g.backward()
  expect(a.grad.toFixed(4)).toBe('138.8338')
  expect(b.grad.toFixed(4)).toBe('645.5773')
})

test('a chain of 1,000,000 operations goes forward and back', () => {
  const x = value(1)
  let y: Value = x
  for (let i = 0; i < 1_000_000; i++) y = y.add(1e-6)
  y.backward()
  expect(y.data).toBeCloseTo(2, 6)
  expect(x.grad).toBe(1)
})

test('backward() twice: leaves accumulate, interior Values start fresh', () => {
  const a = value(3)
  const b = value(2)
  const product = a.mul(b)
  const y = product.mul(a)
  y.backward()
  expect([a.grad, b.grad, product.grad]).toEqual([12, 9, 3])
  y.backward()
  expect([a.grad, b.grad, product.grad]).toEqual([24, 18, 3])
  a.grad = 0
  b.grad = 0
  y.backward()
  expect([a.grad, b.grad]).toEqual([12, 9])
})
test('order 3', () => {
  const x = value(2)
  const y = x.pow(5)
  const [d1] = grad(y, [x])
  const [d2] = grad(d1!, [x])
  const [d3] = grad(d2!, [x])
  expect([d1!.data, d2!.data, d3!.data]).toEqual([80, 160, 240])
  expect(hessian((a, b) => a.mul(b).add(a.sin()))(1, 2)[0]![0]).toBeCloseTo(-Math.sin(1))
  expect(jvp((a, b) => a.mul(b), [3, 4], [1, 0]).tangent).toBe(4)
  expect(valueAndGrad((a, b) => a.mul(b).add(a.sin()))(2, 3).value).toBeCloseTo(6.909)
  expect(
    gradcheck((a, b) => sum([a.mul(b), a.gelu(), b.erf()]), [0.3, -0.4], { order: 2 }).passed,
  ).toBe(true)
})

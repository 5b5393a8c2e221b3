import { div, grad, ops, pow, type Value, value } from 'chainrule'
import { describe, test } from 'vitest'
import { expectNear } from './samples.ts'

describe('orders 1, 2 and 3 in closed form', () => {
  const { sin, cos, exp, log, tanh, sqrt, cosh } = Math
  const s = (x: number) => 1 / (1 + exp(-x))
  const phi = (x: number) => exp((-x * x) / 2) / sqrt(2 * Math.PI)
  const sech2 = (x: number) => 1 / cosh(x) ** 2
  type Closed = readonly [
    name: string,
    f: (x: Value) => Value,
    ...orders: ((x: number) => number)[],
  ]

  const forms: readonly Closed[] = [
    ['sin', (x) => x.sin(), cos, (x) => -sin(x), (x) => -cos(x)],
    ['cos', (x) => x.cos(), (x) => -sin(x), (x) => -cos(x), sin],
    ['exp', (x) => x.exp(), exp, exp, exp],
    ['expm1', (x) => x.expm1(), exp, exp, exp],
    ['x⁵', (x) => x.pow(5), (x) => 5 * x ** 4, (x) => 20 * x ** 3, (x) => 60 * x * x],
    ['1/x', (x) => div(1, x), (x) => -1 / x ** 2, (x) => 2 / x ** 3, (x) => -6 / x ** 4],
    ['log', (x) => x.log(), (x) => 1 / x, (x) => -1 / x ** 2, (x) => 2 / x ** 3],
    [
      'log1p',
      (x) => x.log1p(),
      (x) => 1 / (1 + x),
      (x) => -1 / (1 + x) ** 2,
      (x) => 2 / (1 + x) ** 3,
    ],
    ['√x', (x) => x.sqrt(), (x) => 0.5 / sqrt(x), (x) => -0.25 / x ** 1.5, (x) => 0.375 / x ** 2.5],
    [
      'tanh',
      (x) => x.tanh(),
      sech2,
      (x) => -2 * tanh(x) * sech2(x),
      (x) => sech2(x) * (4 * tanh(x) ** 2 - 2 * sech2(x)),
    ],
    [
      'tan',
      (x) => x.tan(),
      (x) => 1 / cos(x) ** 2,
      (x) => (2 * sin(x)) / cos(x) ** 3,
      (x) => 2 / cos(x) ** 4 + (4 * sin(x) ** 2) / cos(x) ** 4,
    ],
    [
      'sigmoid',
      (x) => x.sigmoid(),
      (x) => s(x) * s(-x),
      (x) => s(x) * s(-x) * (1 - 2 * s(x)),
      (x) => s(x) * s(-x) * (1 - 6 * s(x) * s(-x)),
    ],
    ['softplus', (x) => x.softplus(), s, (x) => s(x) * s(-x), (x) => s(x) * s(-x) * (1 - 2 * s(x))],
    [
      'silu',
      (x) => x.silu(),
      (x) => s(x) + x * s(x) * s(-x),
      (x) => s(x) * s(-x) * (2 + x * (1 - 2 * s(x))),
      (x) => s(x) * s(-x) * (3 * (1 - 2 * s(x)) + x * (1 - 6 * s(x) * s(-x))),
    ],
    [
      'erf',
      (x) => x.erf(),
      (x) => (2 / sqrt(Math.PI)) * exp(-x * x),
      (x) => (2 / sqrt(Math.PI)) * exp(-x * x) * -2 * x,
      (x) => (2 / sqrt(Math.PI)) * exp(-x * x) * (4 * x * x - 2),
    ],
    [
      'gelu',
      (x) => x.gelu(),
      (x) => (1 + ops.erf.eval(x / Math.SQRT2)) / 2 + x * phi(x),
      (x) => phi(x) * (2 - x * x),
      (x) => phi(x) * (x ** 3 - 4 * x),
    ],
    [
      '2ˣ',
      (x) => pow(2, x),
      (x) => 2 ** x * log(2),
      (x) => 2 ** x * log(2) ** 2,
      (x) => 2 ** x * log(2) ** 3,
    ],
    [
      'xˣ',
      (x) => x.pow(x),
      (x) => x ** x * (log(x) + 1),
      (x) => x ** x * ((log(x) + 1) ** 2 + 1 / x),
      (x) => x ** x * ((log(x) + 1) ** 3 + (3 * (log(x) + 1)) / x - 1 / x ** 2),
    ],
    ['elu', (x) => x.neg().elu(), (x) => -exp(-x), (x) => exp(-x), (x) => -exp(-x)],
    ['relu', (x) => x.relu().mul(x), (x) => 2 * x, () => 2, () => 0],
  ]

  for (const [name, f, ...orders] of forms)
    test(`${name} at three points`, () => {
      for (const at of [0.3, 0.9, 1.4]) {
        const x = value(at)
        let y = f(x)
        orders.forEach((form, k) => {
          y = grad(y, [x])[0]!
          // A third derivative is a few dozen operations, each within an ulp of its own terms.
          expectNear(y.data, form(at), 1e-12, `order ${k + 1} at ${at}`)
        })
      }
    })

  test('mixed derivatives commute: ∂³f/∂x∂y∂z in every order', () => {
    const leaves = [value(0.4), value(0.7), value(1.1)]
    const [x, y, z] = leaves as [Value, Value, Value]
    const f = x
      .mul(y)
      .sin()
      .mul(z.exp())
      .add(y.mul(z).tanh().mul(x.pow(2)))
    const mixed = [
      [0, 1, 2],
      [2, 1, 0],
      [1, 2, 0],
      [1, 0, 2],
    ].map((path) => path.reduce((g, i) => grad(g, [leaves[i]!])[0]!, f).data)
    for (const m of mixed) expectNear(m, mixed[0]!, 1e-14, 'mixed')
  })
})

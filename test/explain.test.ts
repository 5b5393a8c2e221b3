/** Explanations: the ways that make up a gradient, in words, data and MathML. */
import { defineOp, Random, relu, type Value, value } from 'chainrule'
import { parse } from 'chainrule/expression'
import { maxMargin } from 'chainrule/loss'
import { MLP } from 'chainrule/nn'
import { explain } from 'chainrule/view'
import { DOMParser } from 'linkedom'
import { describe, expect, test } from 'vitest'
import { isIllConditioned, reverse } from './condition.ts'
import { randomProgram, run } from './programs.ts'

describe('x*y + sin(x)', () => {
  const x = value(2, 'x')
  const y = value(3, 'y')
  const f = parse('x*y + sin(x)')({ x, y })
  f.backward()

  test('in words', () => {
    expect(String(explain(f, x))).toMatchInlineSnapshot(`
      "f = x · y + sin(x) = 6.9093

      How the gradient comes down from f to x:
        ∂f/∂f = 1: it starts here
        ∂f/∂sin(x) = 1 through f: + passes the gradient on
        ∂f/∂(x · y) = 1 through f: + passes the gradient on
        ∂f/∂x = 2.58385, the sum of
          3         = y · 1 through x · y
          −0.416147 = cos(x) · 1 through sin(x)

      ∂f/∂x = 2.58385 comes by 2 ways, largest first:
        3          y       f → x · y → x
        −0.416147  cos(x)  f → sin(x) → x
      The sum equals the backward pass and x.grad; differences of f give 2.58385.

      where
        x = 2, y = 3"
    `)
  })

  test('as data, of which nothing is lost in JSON', () => {
    const data = explain(f, x).toJSON()
    expect(JSON.parse(JSON.stringify(data))).toEqual(data)
    expect(data.gradient).toBe(x.grad)
    expect(data.terms.map(({ value }) => value)).toEqual([3, Math.cos(2)])
    expect(data.terms.map(({ hops }) => hops.map(({ formula }) => formula))).toEqual([
      ['1', 'y'],
      ['1', 'cos(x)'],
    ])
    expect(data.check).toMatchObject({ passed: true, sweep: x.grad, grad: x.grad, findings: [] })
    expect(data.check.difference).toBeCloseTo(x.grad, 8)
  })

  test('formulas in the data are read again by parse', () => {
    const { f: told } = explain(f, x).toJSON()
    expect(parse(told.formula)({ x: 2, y: 3 }).data).toBe(f.data)
  })
})

describe('1,000 random graphs', () => {
  test('the sum of all terms is the gradient; no explanation fails its check', () => {
    let [compared, illConditioned] = [0, 0]
    for (let seed = 0; seed < 1000; seed++) {
      const program = randomProgram(seed)
      if (isIllConditioned(program, reverse)) {
        illConditioned++
        continue
      }
      const leaves = program.inputs.map((x) => value(x))
      const f = run(program, leaves)
      f.backward()
      const x = leaves[seed % leaves.length]!
      const { gradient, check, terms, rest } = explain(f, x, { terms: 1 + (seed % 7) })
      const total = terms.reduce((sum, { value }) => sum + value, 0) + rest.value
      expect(gradient).toBe(total)
      expect(check, `seed ${seed}`).toMatchObject({ passed: true, findings: [] })
      const near =
        Object.is(gradient, x.grad) ||
        Math.abs(gradient - x.grad) <= 1e-10 * Math.max(1, Math.abs(x.grad))
      expect(near, `seed ${seed}: ${gradient} and ${x.grad}`).toBe(true)
      compared++
    }
    console.log(`explain: ${compared} random graphs compared, ${illConditioned} ill-conditioned`)
    expect(compared).toBeGreaterThan(700)
  })

  test('with room for every way nothing is left over, and each way is a product', () => {
    for (let seed = 0; seed < 200; seed++) {
      const program = randomProgram(seed)
      const leaves = program.inputs.map((x) => value(x))
      const f = run(program, leaves)
      const told = explain(f, leaves[0]!, { terms: 5000 })
      if (told.ways > 5000) continue
      expect(told.terms).toHaveLength(told.ways)
      expect(told.rest).toEqual({ value: 0, count: 0 })
      const sizes = told.terms.map(({ value }) =>
        Number.isNaN(value) ? Infinity : Math.abs(value),
      )
      expect(sizes).toEqual(sizes.toSorted((a, b) => b - a))
      for (const { value: product, hops, omitted } of told.terms)
        if (omitted === 0) expect(hops.reduce((p, { partial }) => p * partial, 1)).toBe(product)
    }
  })
})

describe('what is hard', () => {
  test('2¹⁰⁰ ways: the largest are listed, the rest is swept on its own', () => {
    const x = value(1)
    let y: Value = x
    for (let i = 0; i < 100; i++) y = y.add(y)
    const { ways, terms, rest, gradient, check } = explain(y, x, { terms: 3 })
    expect(ways).toBe(2 ** 100)
    expect(terms.map(({ value }) => value)).toEqual([1, 1, 1])
    expect(rest.value).toBe(2 ** 100)
    expect([gradient, check.passed]).toEqual([2 ** 100, true])
  })

  test('a small rest beside huge terms that cancel is exact, as it is no difference', () => {
    const x = value(1, 'x')
    const f = x.mul(1e20).sub(x.mul(1e20)).add(x.mul(3)).add(x.mul(0.25))
    const { rest, terms } = explain(f, x, { terms: 2 })
    expect(terms.map(({ value }) => Math.abs(value))).toEqual([1e20, 1e20])
    expect(rest).toEqual({ value: 3.25, count: 2 })
  })

  test('a chain of a hundred thousand operations', () => {
    const x = value(1, 'x')
    let y: Value = x
    for (let i = 0; i < 1e5; i++) y = y.mul(1.00001)
    const told = explain(y, x)
    expect(told.terms[0]).toMatchObject({ length: 1e5, omitted: 1e5 - 8 })
    expect(String(told)).toContain('… 99992 more …')
    expect(told.check.passed).toBe(true)
  })

  test('a weight in a full loss: every example is a way, shared weights count once each', () => {
    const random = new Random(1)
    const model = new MLP(2, [8, 1], { activation: 'tanh', random })
    const losses = Array.from({ length: 20 }, (_, i) =>
      maxMargin(model.forward([random.random(), random.random()]), i % 2 ? 1 : -1),
    )
    const loss = losses.reduce((sum: Value, l) => sum.add(l))
    loss.backward()
    for (const p of model.parameters()) {
      const { gradient, check } = explain(loss, p)
      expect(check.findings).toEqual([])
      expect(gradient).toBeCloseTo(p.grad, 12)
    }
  })

  test('a wrong rule is found by differences', () => {
    const wrong = defineOp({
      name: 'wrong',
      arity: 1,
      eval: (x) => x * x,
      partials: (_m, _y, x) => [x],
    })
    const x = value(3, 'x')
    const { check, ...told } = explain(wrong(x), x)
    expect(check.passed).toBe(false)
    expect(check.findings.join()).toMatch(
      /differences of f find 6.*a partial between f and x is wrong/,
    )
    expect(told.gradient).toBe(3)
  })

  test('a row whose list is reduced by an operation itself, which takes no index', () => {
    const spread = defineOp({
      name: 'spread',
      arity: 'variadic',
      lower: (m, x) => m.sub(x.reduce(m.max), m.div(x.reduce(m.add), x.length)),
      partials: (m, _y, x) => {
        const top = x.reduce(m.max)
        return x.map((xi) => m.sub(m.eq(xi, top), 1 / x.length))
      },
    })
    const x = value(3, 'x')
    const f = spread([x, value(1), 2]).add(x)
    f.backward()
    const told = explain(f, x)
    expect(told.check.passed).toBe(true)
    expect(told.gradient).toBeCloseTo(5 / 3, 12)
    expect(String(told)).toContain('∂f/∂x = 1.66667')
  })

  test('a grad that another backward has added to', () => {
    const x = value(2, 'x')
    const f = x.mul(x)
    f.backward()
    f.backward()
    const told = explain(f, x)
    expect(told.check).toMatchObject({ passed: true, grad: 8 })
    expect(String(told)).toContain('But x.grad holds 8')
  })

  test('kinks say on which side they are, and that differences say nothing at them', () => {
    const x = value(-1, 'x')
    expect(String(explain(relu(x), x))).toContain('relu stops the gradient since x < 0')
    x.data = 0
    expect(String(explain(relu(x), x))).toContain('a kink is too near')
  })

  test('NaN and infinities come first and survive JSON', () => {
    const x = value(0, 'x')
    const told = explain(x.log().add(x.mul(2)), x)
    expect(told.gradient).toBe(Infinity)
    expect(told.terms[0]!.value).toBe(Infinity)
    expect(JSON.parse(JSON.stringify(told)).gradient).toBe('Infinity')
  })
})

describe('no way at all', () => {
  const x = value(2, 'x')
  test.each([
    ['another leaf', () => explain(x.mul(2), value(1, 'z')), /No gradient flows from f to z/],
    [
      'through a comparison',
      () => explain(x.gt(1), x),
      /f does not depend on it, or only in steps/,
    ],
    ['a detached Value', () => explain(x.detach().mul(2), x), /No gradient flows/],
    ['f itself', () => explain(x, x), /∂x\/∂x = 1 comes by 1 way/],
  ])('%s', (_, told, text) => {
    expect(String(told())).toMatch(text)
  })

  test('a literal', () => {
    const f = x.mul(3)
    expect(String(explain(f, f.inputs[1]!))).toContain('a plain number in the program')
  })

  test('what is no Value, and no count', () => {
    expect(() => explain(3 as never, x)).toThrow('explain(f, x): f is a Value, got number.')
    expect(() => explain(x, null as never)).toThrow('x is a Value, got null')
    expect(() => explain(x, x, { terms: 0 })).toThrow('terms is a whole number from 1 up, got 0')
  })
})

describe('HTML', () => {
  test('labels cannot become markup', () => {
    const hostile = [
      '<script>alert(1)</script>',
      '"><img src=x onerror=alert(1)>',
      "a'b\n<!--",
      'x'.repeat(10_000),
    ]
    const leaves = hostile.map((label, i) => value(i + 1, label))
    const f = leaves.reduce((a: Value, b) => a.mul(b).tanh().add(b))
    f.label = '</article><b onclick=x>'
    for (const x of leaves) {
      const html = explain(f, x).toHtml()
      const document = new DOMParser().parseFromString(`<main>${html}</main>`, 'text/html')
      const tags = new Set([...document.querySelectorAll('main *')].map((e) => e.localName))
      const known =
        'article h2 h3 p ol ul li table thead tbody tr th td math mrow mi mn mo mfrac msup msqrt mtext mtable mtr mtd'
      expect([...tags].filter((tag) => !known.split(' ').includes(tag))).toEqual([])
      const attributes = [...document.querySelectorAll('main *')].flatMap((e) =>
        [...e.attributes].map(({ name }) => name),
      )
      const harmless = ['class', 'scope', 'separator', 'columnalign']
      expect(attributes.filter((name) => !harmless.includes(name))).toEqual([])
      expect(html.length).toBeLessThan(100_000)
    }
  })

  test('has the formulas as MathML', () => {
    const x = value(2, 'x')
    const html = explain(x.sin().div(x), x).toHtml()
    expect(html).toContain('<mfrac>')
    expect(html).toContain('<mi>cos</mi>')
    expect(html).toMatch(/^<article class="explanation">[\s\S]*<\/article>$/)
  })
})

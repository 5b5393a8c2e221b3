/** Operations of one's own on lists: reducers that look at their index, keep what they see, or total more than one number. */
import { type Algebra, defineOp, type Value, value } from 'chainrule'
import { compile } from 'chainrule/compile'
import { lift } from 'chainrule/lift'
import { describe, expect, test } from 'vitest'

type Lower = <T>(m: Algebra<T>, x: readonly T[]) => T
/** Totals that start as plain numbers. */
type Start<T> = T | number

/** An operation that is only computed. */
const listed = (lower: Lower) =>
  defineOp({
    name: 'listed',
    arity: 'variadic',
    lower,
    partials: (_m, _y, x) => x.map(() => undefined),
  })

const mean = <T>(m: Algebra<T>, x: readonly T[]): T =>
  m.div(
    x.reduce((a, b) => m.add(a, b)),
    x.length,
  )

const variance = defineOp({
  name: 'variance',
  arity: 'variadic',
  lower: (m, x) => {
    const mu = mean(m, x)
    return mean(
      m,
      x.map((xi) => m.mul(m.sub(xi, mu), m.sub(xi, mu))),
    )
  },
  partials: (m, _y, x) => {
    const mu = mean(m, x)
    return x.map((xi) => m.mul(2 / x.length, m.sub(xi, mu)))
  },
})

const discounted: Lower = (m, x) =>
  x.reduce((t, xi, i) => (i === 0 ? m.add(t, xi) : m.add(t, m.mul(0.5, xi))), m.add(0, 0))

const weighted: Lower = (m, x) =>
  x.reduce((t, xi, i) => m.add(t, m.mul(i, m.mul(xi, xi))), m.add(0, 0))

/** How far a list goes up and down. */
const variation: Lower = <T>(m: Algebra<T>, x: readonly T[]) => {
  const seen: T[] = []
  return x.reduce(
    (t, xi) => {
      const last = seen.at(-1)
      seen.push(xi)
      return last === undefined ? t : m.add(t, m.abs(m.sub(xi, last)))
    },
    m.add(0, 0),
  )
}

describe('a reducer of a list of one’s own', () => {
  test.each<[string, Lower]>([
    ['looks at its index', discounted],
    ['computes with its index', weighted],
    ['keeps the operand before', variation],
    [
      'keeps the total before',
      <T>(m: Algebra<T>, x: readonly T[]) => {
        let before: T = x[0]!
        return x.reduce((t, xi) => {
          const next = m.add(m.mul(0.3, before), m.mul(t, xi))
          before = t
          return next
        })
      },
    ],
    [
      'keeps totals for later',
      <T>(m: Algebra<T>, x: readonly T[]) => {
        const seen: T[] = []
        const all = x.reduce((t, xi) => {
          seen.push(t)
          return m.add(t, xi)
        })
        return seen.reduce((t, total) => m.add(t, m.sin(total)), all)
      },
    ],
    [
      'totals a pair',
      <T>(m: Algebra<T>, x: readonly T[]) => {
        const [sum, squares] = x.reduce<[Start<T>, Start<T>]>(
          ([a, b], xi) => [m.add(a, xi), m.add(b, m.mul(xi, xi))],
          [0, 0],
        )
        return m.sub(squares, m.mul(sum, sum))
      },
    ],
    [
      'totals an object, beside what it keeps',
      <T>(m: Algebra<T>, x: readonly T[]) => {
        let turns = 0
        const { top } = x.reduce<{ top: Start<T> }>(
          (t, xi) => ({ top: m.max(t.top, m.mul(xi, (turns += 1))) }),
          { top: 0 },
        )
        return m.add(top, 0)
      },
    ],
    [
      'starts from 0',
      <T>(m: Algebra<T>, x: readonly T[]) => m.neg(x.reduce<Start<T>>((t, xi) => m.add(t, xi), 0)),
    ],
    [
      'starts from 1',
      <T>(m: Algebra<T>, x: readonly T[]) => m.neg(x.reduce<Start<T>>((t, xi) => m.mul(t, xi), 1)),
    ],
    ['is an operation of the algebra', (m, x) => x.reduce(m.add)],
    ['comes after a map by an operation of the algebra', (m, x) => x.map(m.exp).reduce(m.add)],
    [
      'totals plain numbers',
      <T>(m: Algebra<T>, x: readonly T[]) => {
        const all = x.reduce((n, _, i) => n * (i + 1), 1)
        const some = x.map((_, i) => i + 2).reduce((a, b) => a + b)
        return x.reduce((t, xi) => m.add(t, m.mul(xi, all / some)))
      },
    ],
    [
      'reduces the list again',
      (m, x) => x.reduce((t, xi) => m.add(m.mul(0.5, t), m.mul(xi, mean(m, x)))),
    ],
    [
      'reduces the list again, from its total',
      (m, x) => x.reduce((t, xi) => x.reduce((u, xj) => m.add(m.mul(0.5, u), m.mul(xj, xi)), t)),
    ],
  ])('%s', async (_, lower) => {
    const op = listed(lower)
    for (const length of [1, 2, 3, 7]) {
      const f = await compile((x: Value[]) => [op(x)], { inputs: [{ length }] })
      const rows = [0, 1].map((row) =>
        Array.from({ length }, (_, i) => row * (Math.sin(i * i + 1) + (i % 3))),
      )
      // The first example, to which the engine is compared, hides what the others would show.
      const got = f(rows)
      rows.forEach((x, i) => expect(got[i]![0], `${length}`).toBeCloseTo(op(x).data, 12))
      f.dispose()
    }
  })

  test.each<[string, (x: readonly Value[]) => Value]>([
    ['a reducer that looks at its index', listed(discounted)],
    ['one that computes with it', listed(weighted)],
    ['one that keeps what it sees', listed(variation)],
    ['partials that reduce', variance],
  ])('%s: as many nests for a long list as for a short one', (_, op) => {
    const nestsOf = (length: number): number => {
      const { before, each, after } = lift((x: Value[]) => op(x), {
        inputs: [{ length }],
        by: 'inputs',
      })
      return before.length + each.length + after.length
    }
    expect(nestsOf(3000)).toBe(nestsOf(10))
  })

  test('has an error of its own', async () => {
    const op = listed((m, x) =>
      x.reduce(
        (t, xi, i) => {
          if (i > 0) throw new RangeError('one number at most')
          return m.add(t, xi)
        },
        m.add(0, 0),
      ),
    )
    await expect(compile((x: Value[]) => [op(x)], { inputs: [{ length: 2 }] })).rejects.toThrow(
      'one number at most',
    )
  })
})

describe('partials that reduce their list', () => {
  test('of a few numbers', async () => {
    const f = await compile((a, b, c) => variance([a, b, c]), { inputs: 3 })
    const { value, gradient } = f(1, 2, 4)
    expect(value).toBeCloseTo(14 / 9, 12)
    gradient.forEach((g, i) => expect(g).toBeCloseTo([-8 / 9, -2 / 9, 10 / 9][i]!, 12))
    f.dispose()
  })

  test('of what was computed, from examples and from parameters alone', async () => {
    const parameters = Array.from({ length: 6 }, (_, i) => value(Math.cos(i * i)))
    const f = (x: readonly Value[]): Value =>
      variance(parameters.map((p, i) => p.mul(x[i % 3]!).sin())).add(
        variance(parameters.map((p) => p.exp())).sqrt(),
      )
    const step = await compile(f, { inputs: [{ length: 3 }], parameters })
    const X = Array.from({ length: 5 }, (_, k) => [0, 1, 2].map((i) => Math.sin(3 * k + i)))
    const { loss } = step(X)
    const got = parameters.map((p) => p.grad)
    step.dispose()
    for (const p of parameters) p.grad = 0
    let want = 0
    for (const x of X) {
      const y = f(x.map((xi) => value(xi))).div(X.length)
      want += y.data
      y.backward()
    }
    expect(loss).toBeCloseTo(want, 12)
    parameters.forEach((p, i) => expect(got[i]).toBeCloseTo(p.grad, 12))
  })
})

import * as chainrule from 'chainrule'
import { grad, jvp, type Row, type Value, value, valueAndGrad } from 'chainrule'
import { describe, expect, test } from 'vitest'
import { values } from '../src/functions.ts'
import { type Algebra, numbers } from '../src/ops.ts'
import { edgePoints } from './points.ts'
import { primal, ratesOf, takesIndex } from './rows.ts'
import { expectNear, points, program, rows } from './samples.ts'

/** df/dxᵢ by five points; h = 1e-3 loses about h⁴ to truncation and 1e-13 to rounding. */
function difference(f: (x: readonly number[]) => number, x: readonly number[], i: number): number {
  const h = 1e-3
  const [a, b, c, d] = [-2, -1, 1, 2].map((k) =>
    f(x.map((xj, j) => (j === i ? xj + k * h : xj))),
  ) as [number, number, number, number]
  return (8 * (c - b) - (d - a)) / (12 * h)
}

/** h⁴ times a fifth derivative: at most some thousands in these domains (tan), ×100 an order up. */
const byDifferences = 1e-8

/** What two ways of writing the same formula may differ by: some roundings. */
const roundings = 1e-13

describe('laws of every row', () => {
  for (const row of rows) {
    const at = points(row).map((x) => program(row, x))

    test(`${row.name}: its partials are the slopes of its primal`, () => {
      for (const { f, x } of at) {
        const { gradient } = valueAndGrad(f)(...x)
        const eager = (p: readonly number[]) => valueAndGrad(f)(...p).value
        x.forEach((_, i) =>
          expectNear(gradient[i]!, difference(eager, x, i), byDifferences, `∂${i} at ${x.join()}`),
        )
      }
    })

    test(`${row.name}: the partials of its partials are the slopes of its partials`, () => {
      for (const { f, x } of at)
        x.forEach((_, i) => {
          const slope = (p: readonly number[]) => valueAndGrad(f)(...p).gradient[i]!
          const leaves = x.map((xi) => value(xi))
          const second = grad(grad(f(...leaves) as Value, leaves)[i]!, leaves)
          second.forEach((g, j) =>
            expectNear(
              g.data,
              difference(slope, x, j),
              100 * byDifferences,
              `∂${i}${j} at ${x.join()}`,
            ),
          )
        })
    })

    test(`${row.name}: forward mode is reverse mode, bit for bit`, () => {
      for (const { f, x } of at) {
        const { value: y, gradient } = valueAndGrad(f)(...x)
        gradient.forEach((g, i) => {
          const seen = jvp(
            f,
            x,
            x.map((_, j) => (j === i ? 1 : 0)),
          )
          expect(seen).toEqual({ value: y, tangent: g + 0 }) // + 0: forward sums start from +0
        })
      }
    })

    test(`${row.name}: backward finds what the partials say, also where it only reads them`, () => {
      for (const { f, x } of at) {
        const leaves = x.map((xi) => value(xi))
        ;(f(...leaves) as Value).backward()
        expect(leaves.map((leaf) => leaf.grad)).toEqual(valueAndGrad(f)(...x).gradient)
      }
    })

    test(`${row.name}: one partial for each input, and eval is finite in the domain`, () => {
      for (const x of points(row)) {
        expect(ratesOf(row, x).length).toBe(x.length)
        expect(Number.isFinite(primal(row, x))).toBe(true)
      }
    })

    if (row.lower === undefined) continue

    test(`${row.name}: lower is eval, over numbers, in the domain and at the edges`, () => {
      for (const x of [...points(row), ...edgePoints(row)])
        expectNear(lowered(row, numbers, x), primal(row, x), roundings, `at ${x.join()}`)
    })

    test(`${row.name}: lower is eval, over Values, and so is its gradient`, () => {
      for (const { x } of points(row).map((p) => ({ x: p }))) {
        const leaves = x.map((xi) => value(xi))
        const y = lowered<Value>(row, values, leaves)
        expectNear(y.data, primal(row, x), roundings, `at ${x.join()}`)
        const rates = ratesOf(row, x)
        // The row's own rule against the rules of the basis: ten roundings more.
        grad(y, leaves).forEach((g, i) =>
          expectNear(g.data, rates[i] ?? 0, 10 * roundings, `∂${i} at ${x.join()}`),
        )
      }
    })
  }
})

function lowered<T>(row: Row, m: Algebra<T>, x: readonly T[]): T {
  return row.arity === 'variadic' ? row.lower!<T>(m, x) : row.lower!<T>(m, ...(x as [T, T, T]))
}

/** As a user writes the operands: a variadic row takes a list, and its index after that. */
function asArguments<T>(row: Row, x: readonly T[]): readonly (T | readonly T[])[] {
  if (takesIndex(row)) return [x.slice(0, -1), x[x.length - 1]!]
  return row.arity === 'variadic' ? [x] : x
}

describe('every row under its own name', () => {
  const exported = chainrule as unknown as Record<string, (...x: unknown[]) => Value>

  for (const row of rows) {
    const x = points(row)[0]!
    const result = (y: Value, leaves: readonly Value[]) => ({
      op: y.op === row,
      data: y.data,
      gradient: leaves.map((leaf) => grad(y, [leaf])[0]!.data),
      inputs: y.inputs.every((input, i) => input === leaves[i]),
    })
    const expected = {
      op: true,
      data: primal(row, x),
      gradient: ratesOf(row, x).map((rate) => rate ?? 0),
      inputs: true,
    }

    test(`${row.name} is a function, of Values and of numbers`, () => {
      const call = exported[row.name]!
      const leaves = x.map((xi) => value(xi))
      expect(result(call(...asArguments(row, leaves)), leaves)).toEqual(expected)
      const literal = call(...asArguments(row, x))
      expect(literal.data).toBe(expected.data)
      expect(literal.inputs.length).toBe(x.length)
    })

    if (row.arity === 'variadic') continue

    test(`${row.name} is a method, and takes numbers after the first operand`, () => {
      const [a, ...rest] = x.map((xi) => value(xi)) as [Value, ...Value[]]
      const method = (a as unknown as Record<string, (...x: unknown[]) => Value>)[row.name]!
      expect(result(method.call(a, ...rest), [a, ...rest])).toEqual(expected)
      const mixed = method.call(a, ...x.slice(1))
      expect(mixed.data).toBe(expected.data)
      expect(grad(mixed, [a])[0]!.data).toBe(expected.gradient[0])
    })
  }
})

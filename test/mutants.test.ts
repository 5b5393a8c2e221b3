import {
  type Arity,
  defineOp,
  grad,
  gradcheck,
  type OpDefinition,
  type Program,
  type Row,
  Value,
  value,
} from 'chainrule'
import { describe, expect, test } from 'vitest'
import type { Algebra } from '../src/ops.ts'
import { ratesOf, takesIndex } from './rows.ts'
import { points, program, rows } from './samples.ts'

describe('a wrong rule is caught', () => {
  /** A number of whatever arithmetic runs the rule; undefined where nothing flows. */
  type Partial = unknown
  type Spoil = (m: Algebra<unknown>, partial: unknown) => unknown

  /** The row with the partial of input i put through `spoil`, as a user would define it. */
  function spoiled(row: Row, i: number, spoil: Spoil): (x: readonly Value[]) => Value {
    const definition = {
      ...row,
      name: `wrong ${row.name}`,
      partials: (m: Algebra<unknown>, y: unknown, ...x: [unknown]): readonly Partial[] => {
        const right = (row.partials as (...all: unknown[]) => readonly Partial[])(m, y, ...x)
        return right.map((partial, j) => (j === i ? spoil(m, partial) : partial))
      },
    } as unknown as OpDefinition<Arity>
    const op = defineOp<Arity>(definition) as (...x: unknown[]) => Value
    return row.arity === 'variadic' ? (x) => op(x) : (x) => op(...x)
  }

  const asProgram = (
    row: Row,
    x: readonly number[],
    op: (x: readonly Value[]) => Value,
  ): Program =>
    takesIndex(row)
      ? (...leaves) => op([...leaves, value(x[x.length - 1]!)])
      : (...leaves) => op(leaves)

  /** A detached number keeps its size and loses its slope. */
  const detached = (x: unknown): unknown => (x instanceof Value ? x.detach() : x)
  const tooSteep: Spoil = (m, partial) => m.mul(partial, 1.001)
  const tooCurved: Spoil = (m, partial) =>
    m.sub(m.mul(partial, 1.001), m.mul(detached(partial), 0.001))

  for (const row of rows) {
    const steep = (rate: number | undefined) => rate !== undefined && Math.abs(rate) > 0.01
    const x = points(row).find((p) => ratesOf(row, p).some(steep))
    if (x === undefined) continue // no slope anywhere: a comparison has no rule to be wrong

    test(`${row.name} with a partial 0.1 % off fails gradcheck at order 1`, () => {
      ratesOf(row, x).forEach((rate, i) => {
        if (!steep(rate)) return
        const inputs = program(row, x).x
        expect(gradcheck(program(row, x).f, inputs).passed).toBe(true)
        const report = gradcheck(asProgram(row, x, spoiled(row, i, tooSteep)), inputs)
        expect({ i, passed: report.passed, kinks: report.kinks }).toEqual({
          i,
          passed: false,
          kinks: [],
        })
        expect(
          report.entries.filter((entry) => !entry.passed).map((entry) => entry.inputs),
        ).toEqual([[i]])
      })
    })

    const { f } = program(row, x)
    const curved = (i: number) => {
      const leaves = program(row, x).x.map((xi) => value(xi))
      const slope = grad(f(...leaves) as Value, leaves)[i]
      return slope && Math.abs(grad(slope, leaves)[i]!.data) > 0.01
    }
    const bends = x.map((_, i) => i).filter(curved)
    if (bends.length === 0) continue // straight: its second order is 0 either way

    test(`${row.name} wrong by 0.1 % only at order 2 passes at order 1 and fails at order 2`, () => {
      for (const i of bends) {
        const inputs = program(row, x).x
        const wrong = asProgram(row, x, spoiled(row, i, tooCurved))
        expect(gradcheck(wrong, inputs).passed).toBe(true)
        expect(gradcheck(f, inputs, { order: 2 }).passed).toBe(true)
        expect(gradcheck(wrong, inputs, { order: 2 }).passed).toBe(false)
      }
    })
  }

  test('a rule with too few partials is refused, with what to write', () => {
    const half = defineOp({
      name: 'half',
      arity: 2,
      eval: (a, b) => (a + b) / 2,
      partials: () => [0.5] as unknown as [number, number],
    })
    expect(() => grad(half(1, value(2)), [])).toThrow('1 partials for 2 inputs, expected one each')
  })

  test('an operation of one’s own obeys what the built-in ones do', () => {
    const cube = defineOp({
      name: 'cube',
      arity: 1,
      eval: (a) => a * a * a,
      partials: (m, _y, a) => [m.mul(3, m.mul(a, a))],
      lower: (m, a) => m.mul(a, m.mul(a, a)),
    })
    expect(gradcheck((x) => cube(x), [1.7], { order: 3 }).passed).toBe(true)
    expect(cube(value(2)).op!.name).toBe('cube')
  })
})

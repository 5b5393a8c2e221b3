import { grad, ops, type Row, sum, value } from 'chainrule'
import { describe, expect, test } from 'vitest'
import { type Edge, edgesByPyTorch, edgesOf } from '../points.ts'
import { applied } from '../rows.ts'
import { withoutPyTorch } from '../pytorch.ts'

/** Where second derivatives at an edge differ from PyTorch's, and why. Nothing else may. */
const differences: readonly { row: string; at: (...x: number[]) => boolean; why: string }[] = [
  {
    row: 'pow',
    at: (a, b) => a < 0 || (a === Infinity && b === 0),
    why: 'the slope in b, aᵇ ln a, is no number here; PyTorch differentiates it all the same',
  },
  {
    row: 'pow',
    at: (a, b) => a === 1e-300 && b === 0,
    why: '∂²/∂a∂b is 1/a = 1e300, as ours; PyTorch multiplies 0 by an overflow',
  },
  {
    row: 'elu',
    at: (a) => Number.isNaN(a),
    why: 'NaN in, NaN out; PyTorch says 0',
  },
  {
    row: 'gelu',
    at: (a) => Math.abs(a) === 1e300,
    why: 'the bell is 0 there; PyTorch multiplies that 0 by an overflow',
  },
  {
    row: 'silu',
    at: (a) => a < -709 && a > -Infinity,
    why: 'e⁻ᵃ overflows, and its slope with it: 0 · ∞ in the slope of the slope',
  },
]

/**
 * 1 − y loses 1e-16 where y is near 1, in their formulas as in ours (σ, tanh, logSumExp), and silu
 * multiplies that by a: 1e-14 of slopes of order 1 is rounding.
 */
function same(ours: number, theirs: number): boolean {
  return Object.is(ours, theirs) || Math.abs(ours - theirs) <= 1e-14 + 1e-9 * Math.abs(theirs)
}

function second(row: Row, x: readonly number[]): number[] {
  const leaves = x.map((xi) => value(xi))
  return grad(sum(grad(applied(row, leaves), leaves)), leaves).map((g) => g.data)
}

const agrees = (row: Row, { x, gradient }: Edge): boolean =>
  second(row, x).every((g, i) => same(g, gradient[i]!))

describe.skipIf(withoutPyTorch !== undefined)(
  'second derivatives at the edges equal PyTorch',
  () => {
    const live = withoutPyTorch === undefined ? edgesByPyTorch(2) : { torch: '', rows: {} }

    for (const row of Object.values<Row>(ops))
      test(`${row.name}: they do, or the table of differences says why not`, () => {
        const edges = edgesOf(live, row.name)
        const known = differences.filter((d) => d.row === row.name)
        const wrong = edges.filter((e) => !agrees(row, e) && !known.some(({ at }) => at(...e.x)))
        expect(edges.length).toBeGreaterThan(0)
        expect(wrong.map((e) => ({ ...e, ours: second(row, e.x) }))).toEqual([])
        for (const { at, why } of known)
          expect(
            edges.some((e) => at(...e.x) && !agrees(row, e)),
            why,
          ).toBe(true)
      })
  },
)

import { readFileSync } from 'node:fs'
import {
  logSumExp,
  mean,
  ops,
  pick,
  type Row,
  select,
  softmax,
  sum,
  Value,
  valueAndGrad,
} from 'chainrule'
import { describe, expect, test } from 'vitest'
import { type Edge, edgePoints, edgesByPyTorch, edgesOf, type GoldenEdges } from './points.ts'
import { applied } from './rows.ts'
import { runPyTorch, withoutPyTorch } from './pytorch.ts'

/** A row that PyTorch computes otherwise at some points, and why ours stays as it is. */
interface Difference {
  readonly row: string
  readonly at: (...x: number[]) => boolean
  readonly why: string
}

/** Everything in which the table differs from PyTorch 1.13 on the CPU. Nothing else may. */
const differences: readonly Difference[] = [
  {
    row: 'tanh',
    at: (a) => a === 19,
    why: 'tanh 19 = 1 − 6.3e-17 lies nearer to the double below 1; PyTorch rounds it to 1',
  },
  {
    row: 'elu',
    at: (a) => a <= 0 && Math.abs(a) < 0.01,
    why: 'PyTorch computes exp(a) − 1, which loses its digits near 0 and the sign of −0; ours is expm1',
  },
  {
    row: 'max',
    at: (a, b) => a === 0 && b === 0,
    why: 'of two zeros of unlike sign PyTorch returns the first; ours, as IEEE 754 maximum, +0',
  },
  {
    row: 'min',
    at: (a, b) => a === 0 && b === 0,
    why: 'of two zeros of unlike sign PyTorch returns the first; ours, as IEEE 754 minimum, −0',
  },
]

const golden = JSON.parse(readFileSync('test/golden/edges.json', 'utf8')) as GoldenEdges

/**
 * Same class (±0, ±∞, NaN), and else equal to 1e-12: two correct libms differ by an ulp or two in
 * exp, and a gradient multiplies a handful of such results.
 */
function same(ours: number, theirs: number): boolean {
  if (Object.is(ours, theirs)) return true
  if (ours === 0 || theirs === 0) return false
  return Math.abs(ours - theirs) <= 1e-12 * Math.abs(theirs)
}

/** The sign of a zero gradient is of no use to anyone: a sum of adjoints starts from +0 or not. */
const sameGradient = (ours: number, theirs: number): boolean =>
  same(ours, theirs) || (ours === 0 && theirs === 0)

function agrees(row: Row, edge: Edge): boolean {
  const { value, gradient } = valueAndGrad((...x) => applied(row, x))(...edge.x)
  const leaves = edge.x.map((x) => new Value(x))
  applied(row, leaves).backward()
  return (
    same(value, edge.value) &&
    gradient.every((g, i) => sameGradient(g, edge.gradient[i]!)) &&
    leaves.every(
      (leaf, i) => Object.is(leaf.grad, gradient[i]) || sameGradient(leaf.grad, gradient[i]!),
    )
  )
}

const known = (row: Row) => differences.filter((d) => d.row === row.name)
const excused = (row: Row, { x }: Edge): boolean => known(row).some(({ at }) => at(...x))

describe('value and gradient at the edges equal PyTorch float64', () => {
  for (const row of Object.values<Row>(ops))
    test(`${row.name} does, or the table of differences says why not`, () => {
      const edges = edgesOf(golden, row.name)
      expect(edges.map(({ x }) => x)).toEqual(edgePoints(row)) // else: npm run golden
      const wrong = edges.filter((edge) => !excused(row, edge) && !agrees(row, edge))
      expect(wrong).toEqual([])
    })

  test('every difference in the table still occurs', () => {
    for (const { row, at, why } of differences) {
      const op = ops[row as keyof typeof ops] as Row
      const edges = edgesOf(golden, row).filter(({ x }) => at(...x))
      expect(
        edges.some((edge) => !agrees(op, edge)),
        `${row}: ${why}`,
      ).toBe(true)
    }
  })

  test('a gradient of the wrong class or 1e-11 off would be seen', () => {
    const edge = (value: number, slope: number): Edge => ({ x: [1], value, gradient: [slope] })
    expect(agrees(ops.exp as Row, edge(Math.E, Math.E))).toBe(true)
    expect(agrees(ops.exp as Row, edge(Math.E, Math.E * (1 + 1e-11)))).toBe(false)
    expect(agrees(ops.exp as Row, edge(NaN, Math.E))).toBe(false)
    expect(agrees(ops.neg as Row, { x: [0], value: 0, gradient: [-1] })).toBe(false)
  })

  test.skipIf(withoutPyTorch !== undefined)('the golden file is what PyTorch says today', () => {
    const live = edgesByPyTorch(1)
    const changed = Object.keys(ops).flatMap((name) => {
      const theirs = edgesOf(live, name)
      return edgesOf(golden, name).filter(({ value, gradient }, i) => {
        const now = theirs[i]!
        return !same(value, now.value) || !gradient.every((g, j) => same(g, now.gradient[j]!))
      })
    })
    expect(changed).toEqual([])
  })

  test.skipIf(withoutPyTorch !== undefined)('so is the golden loss curve of the moons', () => {
    const read = (file: string): unknown => JSON.parse(readFileSync(`test/golden/${file}`, 'utf8'))
    const curve = read('moons-curve.json') as { losses: number[] }
    const live = runPyTorch('moons.py', read('moons.json')) as { losses: number[] }
    expect(curve.losses[0]!.toFixed(5)).toBe('1.43837')
    expect(curve.losses[99]!.toFixed(7)).toBe('0.0125059')
    // 1e-9: matrix products add in an order that differs from machine to machine.
    live.losses.forEach((loss, k) => expect(Math.abs(loss - curve.losses[k]!)).toBeLessThan(1e-9))
  })
})

describe('saturation and overflow', () => {
  const at = (f: (x: Value) => Value, x: number) => valueAndGrad(f)(x)

  test('tanh(±1000), softplus(±1000), sigmoid(±1000) are exact and flat or straight', () => {
    expect(at((x) => x.tanh(), 1000)).toEqual({ value: 1, gradient: [0] })
    expect(at((x) => x.tanh(), -1000)).toEqual({ value: -1, gradient: [0] })
    expect(at((x) => x.softplus(), 1000)).toEqual({ value: 1000, gradient: [1] })
    expect(at((x) => x.softplus(), -1000)).toEqual({ value: 0, gradient: [0] })
    expect(at((x) => x.sigmoid(), 1000)).toEqual({ value: 1, gradient: [0] })
    expect(at((x) => x.sigmoid(), -1000)).toEqual({ value: 0, gradient: [0] })
  })

  const crossEntropy = (logits: readonly number[], label: number) =>
    valueAndGrad((...x) => logSumExp(x).sub(pick(x, label)))(...logits)

  test('cross entropy of [1000, 0, 0] in class 0 is 0, its gradient finite', () => {
    expect(crossEntropy([1000, 0, 0], 0)).toEqual({ value: 0, gradient: [0, 0, 0] })
  })

  test('cross entropy of [0, -800, 0] in class 1 is 800 + ln 2, its gradient finite', () => {
    const { value, gradient } = crossEntropy([0, -800, 0], 1)
    expect(value).toBe(800 + Math.LN2)
    expect(value.toFixed(2)).toBe('800.69')
    expect(gradient.map((g) => g.toFixed(12))).toEqual([0.5, -1, 0.5].map((g) => g.toFixed(12)))
  })

  test('softmax of huge logits is finite, sums to 1 and has finite gradients', () => {
    const logits = [1000, 0, -1e300].map((x) => new Value(x))
    const probabilities = softmax(logits)
    expect(probabilities.map((p) => p.data)).toEqual([1, 0, 0])
    for (const p of probabilities) p.backward()
    expect(logits.map((x) => x.grad)).toEqual([0, 0, 0])
  })

  test('sum([]) is 0, logSumExp([]) is −∞, mean([]) throws', () => {
    expect(sum([]).data).toBe(0)
    expect(logSumExp([]).data).toBe(-Infinity)
    expect(() => mean([])).toThrow('mean([]): an empty list has no mean')
  })

  test('a condition passes no gradient, even where its own slope is infinite', () => {
    const picked = valueAndGrad((x, y) => select(x.sqrt().gt(-1), y, 5))(0, 3)
    expect(picked).toEqual({ value: 3, gradient: [0, 1] })
    const compared = valueAndGrad((x, y) => x.sqrt().gt(-1).mul(y))(0, 3)
    expect(compared).toEqual({ value: 3, gradient: [0, 1] })
  })
})

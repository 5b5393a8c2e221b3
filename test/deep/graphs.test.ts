import { ops } from 'chainrule'
import { expect, test } from 'vitest'
import { compareOne, compareWithPyTorch, Tally } from '../comparison.ts'
import { randomProgram } from '../programs.ts'
import { withoutPyTorch } from '../pytorch.ts'

// Other seeds than the fast suite's, so that the two together see more.
const firstSeed = 100_000

test('10,000 random programs: reverse mode equals dual numbers, and differences where smooth', () => {
  const tally = new Tally()
  for (let i = 0; i < 10_000; i++) compareOne(randomProgram(firstSeed + i), tally)
  console.log(String(tally))
  expect(tally.failures).toEqual([])
  expect(tally.rows.size).toBe(Object.keys(ops).length)
  expect(tally.programs).toBe(10_000)
  expect(tally.illConditionedShare).toBeLessThan(0.05) // seen: 2 %
  expect(tally.differences).toBeGreaterThan(30_000)
})

test.skipIf(withoutPyTorch !== undefined)(
  '1,000 random programs equal PyTorch in float64, at orders 1 and 2',
  () => {
    const programs = Array.from({ length: 1000 }, (_, i) => randomProgram(firstSeed + i))
    for (const order of [1, 2] as const) {
      const tally = new Tally()
      compareWithPyTorch(programs, order, tally)
      console.log(`order ${order}: ${tally.againstPyTorch}`)
      expect(tally.failures).toEqual([])
      expect(tally.byPyTorch).toBeGreaterThan(950)
    }
  },
)

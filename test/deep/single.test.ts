/** Single precision against double, at length: how far kernels are off, and how much of their bounds they use. */
import { expect, test } from 'vitest'
import {
  lossesInSingle,
  networksInSingle,
  programsInSingle,
  stepsInSingle,
} from '../single-suite.ts'

test.each([
  ['1,200 random programs', programsInSingle, 0, 1200],
  ['400 random programs as losses', lossesInSingle, 1200, 1600],
  ['400 networks', networksInSingle, 0, 400],
  ['200 networks after a step', stepsInSingle, 0, 200],
] as const)('%s are within their bounds in f32', async (name, suite, from, to) => {
  const { wrong, comparison } = await suite(from, to)
  console.log(`${name}: ${String(comparison)}`)
  expect(wrong).toEqual([])
  expect(comparison.unbounded / comparison.numbers).toBeLessThan(0.01)
  expect(comparison.undecided / (to - from)).toBeLessThan(0.06)
  expect(comparison.looser(suite === networksInSingle ? 1e-4 : 1)).toBeLessThan(0.03)
})

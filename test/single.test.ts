/** Single precision against double: every number of a kernel lies within a bound that is derived for it. */
import { describe, expect, test } from 'vitest'
import {
  lossesInSingle,
  networksInSingle,
  programsInSingle,
  stepsInSingle,
} from './single-suite.ts'

describe('kernels in single precision are within their bounds', () => {
  test.each([
    ['120 random programs, over every row', programsInSingle, 120],
    ['40 random programs as losses, by loop nests', lossesInSingle, 40],
    ['42 networks and batches of 1 to 257 examples', networksInSingle, 42],
    ['16 networks after a step of an optimizer', stepsInSingle, 16],
  ] as const)('%s', async (name, suite, count) => {
    const { wrong, comparison } = await suite(0, count)
    console.log(`${name}: ${String(comparison)}`)
    expect(wrong).toEqual([])
    // A bound that says nothing would be kept by anything.
    expect(comparison.unbounded / comparison.numbers).toBeLessThan(0.01)
    expect(comparison.undecided / count).toBeLessThan(0.06)
    expect(comparison.looser(suite === networksInSingle ? 1e-4 : 1)).toBeLessThan(0.03)
  })
})

import { gradcheck } from 'chainrule'
import { describe, expect, test } from 'vitest'
import { points, program, rows } from '../samples.ts'

describe('every row passes gradcheck in its domain', () => {
  for (const row of rows) {
    test(`${row.name}: to order 2 at 500 points, to order 3 at 50`, () => {
      points(row, 550).forEach((point, k) => {
        const { f, x } = program(row, point)
        // 1e-4: differences of a third derivative, where tan bends hardest, settle five digits.
        const options = k < 500 ? { order: 2 } : { order: 3, tolerance: 1e-4 }
        const { entries, kinks } = gradcheck(f, x, options)
        expect(kinks).toEqual([])
        expect(entries.filter((entry) => !entry.passed)).toEqual([])
      })
    })
  }
})

import { type Value, value } from 'chainrule'
import { toSvg, toText } from 'chainrule/view'
import { describe, expect, test } from 'vitest'
import { step } from '../pictures.ts'

describe('a million Values', () => {
  test('in a row, of two kinds', async () => {
    let y: Value = value(1, 'x')
    for (let i = 0; i < 500_000; i++) y = y.mul(0.5).sin()
    const svg = await toSvg(y)
    expect(svg).toContain('1,500,001 Values')
    expect(svg.length).toBeLessThan(500_000)
    expect(toText(y)).toContain('more lie beyond')
  })

  test('as a step of training: the modules', async () => {
    const svg = await toSvg(step(1500))
    expect(svg).toMatch(/[\d,]{7,} Values, [\d,]{7,} of them in \d+ closed groups/)
    expect(svg.length).toBeLessThan(500_000)
  })
})

import { ops, type Row } from 'chainrule'
import { describe, expect, test } from 'vitest'
import { compareOne, compareWithPyTorch, Tally } from './comparison.ts'
import { isIllConditioned, reverse, ulpAbove } from './condition.ts'
import { operationsOf, type RandomProgram, randomProgram } from './programs.ts'
import { withoutPyTorch } from './pytorch.ts'

const programs = (count: number): RandomProgram[] =>
  Array.from({ length: count }, (_, seed) => randomProgram(seed))

describe('gradients of random programs', () => {
  test('1,000 of them equal dual numbers, and central differences where smooth', () => {
    const tally = new Tally()
    for (const program of programs(1000)) compareOne(program, tally)
    console.log(String(tally))
    expect(tally.failures).toEqual([])
    expect(tally.rows.size).toBe(Object.keys(ops).length)
    // Seen: 2.3 % ill-conditioned, none flat, 92 % of the derivatives settled by differences.
    expect(tally.illConditionedShare).toBeLessThan(0.05)
    expect(tally.flat).toBeLessThan(50)
    expect(tally.differences).toBeGreaterThan(3000)
  })

  test.skipIf(withoutPyTorch !== undefined)('100 of them equal PyTorch in float64', () => {
    const tally = new Tally()
    compareWithPyTorch(programs(100), 1, tally)
    console.log(tally.againstPyTorch)
    expect(tally.failures).toEqual([])
    expect(tally.byPyTorch).toBeGreaterThan(95)
  })

  test.skipIf(withoutPyTorch !== undefined)('50 equal PyTorch at order 2 as well', () => {
    const tally = new Tally()
    compareWithPyTorch(programs(50), 2, tally)
    console.log(`order 2: ${tally.againstPyTorch}`)
    expect(tally.failures).toEqual([])
    expect(tally.byPyTorch).toBeGreaterThan(45)
  })
})

describe('the generator of random programs', () => {
  test('a seed gives the same program, of 20 to 500 operations, with everything that is hard', () => {
    const many = programs(300)
    expect(randomProgram(7)).toEqual(many[7])
    const sizes = many.map(operationsOf)
    expect(Math.min(...sizes)).toBeGreaterThanOrEqual(20)
    expect(Math.max(...sizes)).toBeLessThanOrEqual(500)
    const traits = many.map(({ inputs, steps }) => {
      const calls = steps.flatMap((step) => ('op' in step ? [step.args] : []))
      const uses = new Set(calls.flat())
      return {
        duplicate: calls.some((args) => new Set(args).size < args.length),
        shared: uses.size < calls.flat().length,
        unused: uses.size < inputs.length + steps.length - 1,
        literal: steps.some((step) => 'literal' in step),
      }
    })
    for (const trait of ['duplicate', 'shared', 'unused', 'literal'] as const)
      expect(traits.filter((t) => t[trait]).length, trait).toBeGreaterThan(270)
  })

  test('a wrong gradient in one operation of hundreds is found by each comparison', () => {
    const mul = ops.mul as Row
    const partials = (...all: unknown[]) => {
      const [pa, pb] = (mul.partials as (...x: unknown[]) => readonly number[])(...all)
      return [pa! * 1.001, pb!]
    }
    const wrong = { ...mul, partials, ready: undefined } as unknown as Row
    const spoiled = programs(30).map((program) => ({
      ...program,
      steps: program.steps.map((step) =>
        'op' in step && step.op === mul ? { ...step, op: wrong } : step,
      ),
    }))
    const seen = (tally: Tally, road: string) =>
      new Set(
        tally.failures.filter((f) => f.includes(road)).map((f) => f.split(',')[0]!.split(':')[0]),
      ).size
    const tally = new Tally()
    for (const program of spoiled) compareOne(program, tally)
    expect(seen(tally, 'differences')).toBeGreaterThan(20)
    if (withoutPyTorch !== undefined) return
    compareWithPyTorch(spoiled, 1, tally)
    expect(seen(tally, 'PyTorch')).toBeGreaterThan(20)
  })

  test('an ill-conditioned program is recognised by moving an input by one ulp', () => {
    const steps = (times: number): RandomProgram['steps'] => [
      { literal: 4 },
      // x → 4x(1 − x) doubles an error at each turn.
      ...Array.from({ length: times }, (_, k) => {
        const x = k === 0 ? 0 : 1 + 3 * k
        return [
          { op: ops.mul, args: [1, x] },
          { op: ops.mul, args: [1 + 3 * k + 1, x] },
          { op: ops.sub, args: [1 + 3 * k + 1, 1 + 3 * k + 2] },
        ]
      }).flat(),
    ]
    const logistic = (times: number): RandomProgram => ({
      seed: 0,
      inputs: [0.3],
      steps: steps(times),
    })
    const ill = (program: RandomProgram) => isIllConditioned(program, reverse)
    expect(ill(logistic(3))).toBe(false)
    expect(ill(logistic(60))).toBe(true)
  })

  test('ulpAbove gives the next double', () => {
    expect(ulpAbove(1)).toBe(1 + Number.EPSILON)
    expect(ulpAbove(-1)).toBe(-1 + Number.EPSILON / 2)
    expect(ulpAbove(-0)).toBe(Number.MIN_VALUE)
  })
})

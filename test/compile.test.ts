/** Compiled programs against the engine: the same numbers, whatever the wiring and the batch. */
import { type Operand, Random, sum, type Value, valueAndGrad } from 'chainrule'
import { compile } from 'chainrule/compile'
import { describe, expect, test } from 'vitest'
import { isIllConditioned, reverse } from './comparison.ts'
import { type RandomProgram, randomProgram, run } from './programs.ts'

/** Relative to max(1, |expected|): sums are added in another order, functions rounded otherwise. */
const tolerance = 1e-10

const far = (got: ArrayLike<number>, expected: readonly number[]): boolean =>
  !expected.every((want, i) => {
    const error = Math.abs(got[i]! - want)
    return Object.is(got[i], want) || error <= tolerance * Math.max(1, Math.abs(want))
  })

async function disagrees(program: RandomProgram): Promise<boolean> {
  const f = (...x: Value[]): Value => run(program, x)
  const compiled = await compile(f as (...x: Operand[]) => Value, {
    inputs: program.inputs.length,
    check: false,
  })
  const { value, gradient } = compiled(...program.inputs)
  const expected = valueAndGrad(f)(...program.inputs)
  compiled.dispose()
  return far([value, ...gradient], [expected.value, ...expected.gradient])
}

describe('compiled random programs', () => {
  test('200 of them, over every row, give the value and the gradient that eager gives', async () => {
    let illConditioned = 0
    const wrong: number[] = []
    for (let seed = 0; seed < 200; seed++) {
      const program = randomProgram(seed)
      if (!(await disagrees(program))) continue
      if (isIllConditioned(program, reverse)) illConditioned++
      else wrong.push(seed)
    }
    console.log(`${illConditioned} of 200 ill-conditioned and not equal`)
    expect(wrong).toEqual([])
    expect(illConditioned).toBeLessThan(10)
  })
})
void Random
void sum

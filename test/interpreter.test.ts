import { mul, sum, Value, value } from 'chainrule'
import { expect, test } from 'vitest'
import { interpretBy, lift } from '../src/engine.ts'

/** What the compiler's tracing will be: a Value that has a history but no number. */
class Traced extends Value {
  override get data(): number {
    throw new Error('this Value depends on an input and has no number while it is traced')
  }
  override set data(_: number) {}
}

const traced = <R>(body: () => R): R =>
  interpretBy((op, first, second) => {
    const inputs = Array.isArray(first) ? first : [first as Value, second].filter(Boolean)
    return inputs.some((x) => x instanceof Traced)
      ? new Traced(NaN, undefined, op, first, second)
      : undefined
  }, body)

test('while operations are read by another interpreter, a Value may have no number', () => {
  const x = new Traced(NaN, 'x')
  const w = value(3, 'w')
  const { y, uniform } = traced(() => ({ y: sum([mul(w, x), 1, w]), uniform: w.mul(w) }))
  expect(y.op!.name).toBe('sum')
  expect(y.inputs.map((v) => v.op?.name ?? v.label)).toEqual(['mul', undefined, 'w'])
  expect(() => y.data).toThrow('no number')
  expect(() => y.inputs[0]!.data).toThrow('no number')
  // What does not depend on the input is computed as ever.
  expect(uniform.data).toBe(9)
})

test('an interpreter is left when its body throws', () => {
  const silent = () =>
    interpretBy(
      () => lift(7),
      () => value(1).add(1),
    )
  expect(silent().data).toBe(7)
  expect(() =>
    interpretBy(
      () => lift(7),
      () => {
        throw new Error('body')
      },
    ),
  ).toThrow('body')
  expect(value(1).add(1).data).toBe(2)
})

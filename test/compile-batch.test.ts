/** What is no number in a batch is refused, where JavaScript would make one of it; so is what a number cannot be. */
import { pick, type Value, value } from 'chainrule'
import { compile } from 'chainrule/compile'
import { SGD } from 'chainrule/optim'
import { describe, expect, test } from 'vitest'

type Loose<T> = (...batch: readonly unknown[]) => T

describe('null, text, booleans and lists among the numbers of a batch', () => {
  const p = value(1)
  const parameters = [p]
  const options = { inputs: 2, parameters } as const
  const loss = (x: Value, y: Value): Value => p.mul(x).sub(y).pow(2)

  test('end a step with one error, and change nothing, at the first call and at later ones', async () => {
    const optimizer = new SGD(parameters, { learningRate: 0.1, momentum: 0.9 })
    const step = await compile(loss, { ...options, optimizer })
    const at = step as unknown as Loose<unknown>
    const unchanged = (x: unknown, y: unknown, message: string): void => {
      const before = [p.data, p.grad, optimizer.steps, ...Array.from(optimizer.state[0]!)]
      expect(() => at(x, y)).toThrow(new TypeError(message))
      expect([p.data, p.grad, optimizer.steps, ...optimizer.state[0]!]).toEqual(before)
    }
    const all = (): void => {
      const got = (x: string): string => `argument 2, example 2: expected a number, got ${x}.`
      unchanged([1, 1], [1, null], got('null'))
      unchanged([1, 1], [1, '7'], got("'7'"))
      unchanged([1, 1], [1, 'a text that is as long as this'], got("'a text that is as lo…'"))
      unchanged([1, 1], [1, true], got('true'))
      unchanged([1, 1], [1, 2n], got('2n'))
      unchanged([1, 1], [1, undefined], got('undefined'))
      // oxlint-disable-next-line no-sparse-arrays
      unchanged([1, 1, 1], [1, , 1], got('undefined'))
      unchanged([1, 1], [1, [3]], got('a list'))
      unchanged([1, 1], [1, {}], got('object'))
      unchanged([null, 1], [1, 1], 'argument 1, example 1: expected a number, got null.')
      unchanged([[1], [1]], [1, 1], 'argument 1, example 1: expected a number, got a list.')
      unchanged(
        null,
        [1],
        'argument 1: expected a list of numbers, one for each example, got null.',
      )
      const long = Array.from({ length: 50 }, () => 1)
      const late = long.with(41, null as unknown as number)
      unchanged(long, late, 'argument 2, example 42: expected a number, got null.')
    }
    all()
    expect(step([1, 1], [1, 0]).loss).toBeCloseTo(0.5, 12)
    all()
    expect(() => step([NaN], [1])).toThrow(
      'argument 1, example 1 is NaN: expected a finite number.',
    )
    step.dispose()
  })

  test('are found in long batches, which change no parameter', async () => {
    const optimizer = new SGD(parameters, { learningRate: 0.1 })
    for (const threads of [1, 2]) {
      const step = await compile(loss, { ...options, optimizer, threads })
      const x = Array.from({ length: 1000 }, () => 0.5)
      step(x, x)
      const [data, steps] = [p.data, optimizer.steps]
      const holed = x.with(900, null as unknown as number)
      expect(() => step(x, holed)).toThrow('argument 2, example 901: expected a number, got null.')
      expect([p.data, optimizer.steps]).toEqual([data, steps])
      expect(step(x, x).loss).toBeCloseTo((data * 0.5 - 0.5) ** 2, 12)
      step.dispose()
    }
  })

  test.each([
    ['rows', [[5, null]], 'argument 1, example 1, number 2: expected a number, got null.'],
    [
      'a later row',
      [
        [1, 2],
        [3, '4'],
      ],
      "argument 1, example 2, number 2: expected a number, got '4'.",
    ],
    [
      'a flat list',
      [1, 2, 5, [3]],
      'argument 1, example 2, number 2: expected a number, got a list.',
    ],
    [
      'no first row',
      [undefined, [1, 2]],
      'example 1: expected a list of 2 numbers, got undefined.',
    ],
    ['a null row', [null, [1, 2]], 'example 1: expected a list of 2 numbers, got null.'],
    ['a row of text', [[1, 2], '12'], "example 2: expected a list of 2 numbers, got '12'."],
    ['nulls alone', [null, null], 'argument 1, example 1, number 1: expected a number, got null.'],
    ['a number among rows', [[1, 2], 3], 'example 2: expected a list of 2 numbers, got 3.'],
    [
      'a list of bigints',
      new BigInt64Array(2),
      'argument 1: expected a list of rows of 2 numbers, got a BigInt64Array.',
    ],
    [
      'a row of bigints',
      [[1, 2], new BigUint64Array(2)],
      'example 2: expected a list of 2 numbers, got a BigUint64Array.',
    ],
    [
      'a row of bigints alone',
      [new BigInt64Array(2)],
      'example 1: expected a list of 2 numbers, got a BigInt64Array.',
    ],
    [
      'bytes alone',
      new DataView(new ArrayBuffer(16)),
      'argument 1: expected a list of rows of 2 numbers, got a DataView.',
    ],
  ])('are refused in %s by a predictor', async (_, X, message) => {
    const predict = await compile((x) => [p.mul(x[0]!).add(x[1]!)], {
      inputs: [{ length: 2 }],
      parameters,
    })
    const at = predict as unknown as Loose<number[][]>
    expect(() => at(X)).toThrow(TypeError)
    expect(() => at(X)).toThrow(message)
    expect(at([new Float32Array([0, 1]), [0, 2]])).toEqual([[1], [2]])
    expect(() => at(X)).toThrow(message) // where nothing is compared with eager any more
    predict.dispose()
  })

  test('are refused at a single point', async () => {
    const f = await compile((x, y, i) => x.mul(pick(y, i)), {
      inputs: ['number', { length: 2 }, 'index'],
    })
    const at = f as unknown as Loose<unknown>
    for (let k = 0; k < 2; k++) {
      expect(() => at(null, [1, 2], 0)).toThrow('argument 1: expected a number, got null.')
      expect(() => at('3', [1, 2], 0)).toThrow("argument 1: expected a number, got '3'.")
      expect(() => at([true], [1, 2], 0)).toThrow(
        'argument 1, example 1: expected a number, got true.',
      )
      expect(() => at(1, null, 0)).toThrow('argument 2: expected a list of 2 numbers, got null.')
      expect(() => at(1, [1, null], 0)).toThrow('example 1, number 2: expected a number, got null.')
      expect(() => at(1, [1, 2], [null])).toThrow(
        'argument 3, example 1: expected a number, got null.',
      )
      expect(() => at(1, [1, 2], ['0'])).toThrow(
        "argument 3, example 1: expected a number, got '0'.",
      )
      expect(f(3, [1, 2], 1).value).toBe(6)
    }
    f.dispose()
  })

  test('lists of every kind are copied as they are', async () => {
    const predict = await compile((...x: Value[]) => [x.reduce((a, b) => a.add(b))], { inputs: 1 })
    const rows = await compile((x) => x.map((xi: Value) => xi.mul(1)), { inputs: [{ length: 70 }] })
    const wide = Array.from({ length: 70 }, (_, i) => i / 4)
    const whole = wide.map((x) => 4 * x)
    const tagged = [null, ...wide].slice(1) as number[]
    for (const row of [wide, whole, tagged, Float64Array.from(wide), Int32Array.from(whole)]) {
      expect(rows([row, row])).toEqual([Array.from(row), Array.from(row)])
      expect(rows(row)).toEqual([Array.from(row)])
      expect(predict(row)).toEqual(Array.from(row, (x) => [x]))
    }
    const many = Array.from({ length: 301 }, (_, k) => wide.map((x) => x + k))
    expect(rows(many)).toEqual(many)
    expect(rows(many.flat())).toEqual(many)
    predict.dispose()
    rows.dispose()
  })
})

describe('numbers that a precision has not', () => {
  test('an index beyond those that single precision counts is refused there', async () => {
    const options = { inputs: ['index'] } as const
    const single = await compile((i) => [i.eq(16_777_217)], { ...options, precision: 'f32' })
    expect(single([16_777_215])).toEqual([[0]])
    for (const i of [16_777_216, 16_777_217, 2 ** 40])
      expect(() => single([3, i])).toThrow(
        `argument 1, example 2 is ${i}: expected an index below 16777216, as single precision counts no ` +
          'further by ones: use precision f64.',
      )
    expect(() => single([-1])).toThrow('is -1: expected a whole number from 0 on.')
    const double = await compile((i) => [i.eq(16_777_217)], options)
    expect(double([16_777_216, 16_777_217])).toEqual([[0], [1]])
    const point = await compile((i) => i.eq(1), { ...options, precision: 'f32' })
    expect(() => point(16_777_217)).toThrow('expected an index below 16777216')
    for (const f of [single, double, point]) f.dispose()
  })

  test('a batch whose losses double precision has, and their sum not, is told so', async () => {
    const p = value(1e300)
    const step = await compile((x) => p.mul(x), { inputs: ['number'], parameters: [p] })
    expect(() => step([1e8, 1e8])).toThrow(
      'at the first example the loss is 1e+308, and the sum of 2 such losses passes 1.8e308, where double ' +
        'precision ends: scale the data',
    )
    expect(step([1e8]).loss).toBe(1e308)
    step.dispose()
  })
})

import { ops, type Row } from 'chainrule'
import { describe, expect, test } from 'vitest'
import { partialText, templateOf } from '../src/view/partial-formula.ts'

const operand = (name: string, data: number, literal = false) => ({ name, data, literal })

/** The formulas of all partials of a row, at operands called a, b, c. */
function texts(op: Row, ...x: number[]): string[] {
  const template = JSON.parse(JSON.stringify(templateOf(op))) as ReturnType<typeof templateOf>
  const operands = x.map((xi, i) => operand('abcdefgh'[i]!, xi))
  const inputs = op.arity === 'variadic' ? [x] : x
  const y = operand('y', (op.eval as (...x: unknown[]) => number)(...inputs))
  return x.map((_, i) => {
    const found = partialText(template, i, y, operands)
    if (found === undefined) return 'none'
    return found.because === '' ? found.text : `${found.text} since ${found.because}`
  })
}

describe('partials as formulas, after a journey as JSON', () => {
  test.each<[keyof typeof ops, number[], string[]]>([
    ['add', [1, 2], ['1', '1']],
    ['sub', [1, 2], ['1', '−1']],
    ['mul', [1, 2], ['b', 'a']],
    ['div', [1, 2], ['1 / b', '−y / b']],
    ['pow', [2, 3], ['b · a^(b − 1) since b > 0', 'y · log(a) since a > 0 and b > 0']],
    ['tanh', [1], ['1 − y²']],
    ['exp', [1], ['y']],
    ['relu', [2], ['1 since a > 0']],
    ['relu', [-2], ['0 since a < 0']],
    ['max', [1, 2], ['0 since a < b', '1 since a < b']],
    ['gt', [1, 2], ['none', 'none']],
    ['select', [1, 5, 6], ['none', '1 since a > 0', '0 since a > 0']],
    ['sum', [1, 2, 3, 4], ['1', '1', '1', '1']],
    ['logSumExp', [1, 2], ['exp(a − y)', 'exp(b − y)']],
    ['pick', [7, 8, 1], ['none', 'none', 'none']],
  ])('%s', (name, x, expected) => {
    expect(texts(ops[name] as Row, ...x)).toEqual(expected)
  })

  test('every row has one for each operand, or says that there is none', () => {
    for (const op of Object.values<Row>(ops))
      expect(templateOf(op)).toHaveLength(op.arity === 'variadic' ? 1 : op.arity)
  })

  test('names that are sums stand in brackets, literals are their numbers', () => {
    const template = templateOf(ops.mul)
    const inputs = [operand('a + b', 3), operand('2', 2, true)]
    expect(partialText(template, 0, operand('y', 6), inputs)?.text).toBe('2')
    expect(partialText(template, 1, operand('y', 6), inputs)?.text).toBe('a + b')
    const square = templateOf(ops.pow)
    const raised = [operand('a + b', 3), operand('3', 3, true)]
    expect(partialText(square, 0, operand('y', 27), raised)?.text).toBe('3 · (a + b)²')
  })

  test('an operation that computes its partials from numbers only has none', () => {
    const op = {
      ...ops.sin,
      partials: (_m: unknown, _y: unknown, a: unknown) => [(a as { cos(): number }).cos()],
    }
    expect(templateOf(op as unknown as Row)).toEqual([])
    expect(partialText([], 0, operand('y', 1), [operand('a', 1)])).toBeUndefined()
  })

  test('one with an infinity in it does not travel', () => {
    const op = {
      ...ops.sin,
      partials: (m: typeof import('../src/ops.ts').numbers, _y: number, a: number) => [
        m.max(a, -Infinity),
      ],
    }
    expect(templateOf(op as unknown as Row)).toEqual([null])
  })
})

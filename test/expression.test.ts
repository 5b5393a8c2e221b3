import { runInNewContext } from 'node:vm'
import { defineOp, logSumExp, ops, type Row, softmax, Value, value } from 'chainrule'
import { ExpressionError, parse, type Scope } from 'chainrule/expression'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { primal } from './rows.ts'
import { points, rows } from './samples.ts'

const at = (text: string, scope: Scope = {}): number => parse(text)(scope).data

describe('parse', () => {
  test('the README’s expression is the Value that the methods build, with its gradients', () => {
    const f = parse('f = relu(a*b + b**3)')
    expect(f.names).toEqual(['a', 'b'])
    expect(f.label).toBe('f')
    const [a, b] = [value(4, 'a'), value(2, 'b')]
    const y = f({ a, b })
    const other = a.mul(b).add(b.pow(3)).relu()
    expect(y.data).toBe(other.data)
    expect(y.label).toBe('f')
    y.backward()
    const [da, db] = [a.grad, b.grad]
    a.grad = b.grad = 0
    other.backward()
    expect([da, db]).toEqual([a.grad, b.grad])
    expect(da).toBe(2)
  })

  test('numbers become leaves that their names label, one each; Values are taken as they are', () => {
    const y = parse('a*a + b')({ a: 3, b: new Value(1) })
    const [square, b] = y.inputs
    expect(square!.inputs[0]).toBe(square!.inputs[1])
    expect(square!.inputs[0]!.label).toBe('a')
    expect(b!.label).toBeUndefined()
    y.backward()
    expect(square!.inputs[0]!.grad).toBe(6)
    expect(parse('f = a')({ a: b! })).toBe(b)
    expect(b!.label).toBeUndefined()
  })

  // JavaScript itself says what its grammar means; its numbers and ours are the same doubles.
  const texts = [
    '1 + 2 * 3',
    '(1 + 2) * 3',
    '(1 + 2)',
    '((2 * (3 - 4)))',
    '( -2 )',
    '2 ** 3 ** 2',
    '2 * 3 ** 2',
    '1 - 2 - 3',
    '8 / 4 / 2',
    '-2 * -3',
    '(-2) ** 2',
    '-(2 ** 2)',
    '1 < 2 ? 3 : 4',
    '0 > 1 ? 2 : 1 > 0 ? 3 : 4',
    '+3 - +2',
    '.5e1 + 0x10 + 1_000',
    '1 + 2 > 2',
    '(3 >= 3) + (2 <= 1)',
    'a - -b',
    'a * (b + c) / d ** e',
    'a / b * c',
    '- a + b',
  ]
  test.each(texts)('%s means what it means in JavaScript', (text) => {
    const [a, b, c, d, e] = [1.5, -2.25, 3, 0.75, 1.2]
    const oracle = runInNewContext(`Number(${text})`, { a, b, c, d, e }) as number
    expect(at(text, { a, b, c, d, e })).toBe(oracle)
  })

  test('every row of the table is called by its name', () => {
    for (const row of rows)
      for (const x of points(row, 3)) {
        const names = x.map((_, i) => `x${i}`)
        const scope = Object.fromEntries(names.map((name, i) => [name, x[i]!]))
        expect(at(`${row.name}(${names.join(', ')})`, scope), row.name).toBe(primal(row, x))
        if (row.arity === 'variadic')
          expect(at(`${row.name}([${names.join(', ')}])`, scope), row.name).toBe(primal(row, x))
      }
  })

  test('lists, constants, and functions of one’s own', () => {
    const scope = { a: 1, b: 2, c: 4 }
    expect(at('mean(a, b, c) + mean([a, b, c])', scope)).toBeCloseTo(14 / 3, 12)
    expect(at('dot([a, b], [b, c])', scope)).toBe(10)
    expect(at('softmax([a, b, c])[2]', scope)).toBe(softmax([1, 2, 4])[2]!.data)
    expect(at('p = softmax(a, b, c); -log(p[0])', scope)).toBe(logSumExp([1, 2, 4]).data - 1)
    expect(at('pick([a, b, c], 1)', scope)).toBe(2)
    expect(at('sum()')).toBe(0)
    expect(at('Math.PI + PI + Math.E + E + Math.sin(1)')).toBe(
      Math.PI + Math.PI + Math.E + Math.E + Math.sin(1),
    )
    const cube = defineOp({
      name: 'cube',
      arity: 1,
      eval: (a) => a ** 3,
      partials: (m, _y, a) => [m.mul(3, m.mul(a, a))],
    })
    const y = parse('cube(x) + 1', { functions: { cube } })({ x: 2 })
    expect(y.data).toBe(9)
    expect(y.inputs[0]!.op!.name).toBe('cube')
  })

  test('several steps name their results, in lines or with semicolons', () => {
    const f = parse('let d = a * b // product\nconst e = d + c;\n\nL = e * f;')
    expect(f.names).toEqual(['a', 'b', 'c', 'f'])
    const L = f({ a: 2, b: -3, c: 10, f: -2 })
    expect([L.label, L.data, L.inputs[0]!.label, L.inputs[0]!.inputs[0]!.label]).toEqual([
      'L',
      -8,
      'e',
      'd',
    ])
    expect(at('a + b\n+ c', { a: 1, b: 2, c: 3 })).toBe(6)
    expect(at('n = 3; a ** n', { a: 2 })).toBe(8)
  })

  test('a result is not named as a number that is given; one that was named before may be', () => {
    for (const text of ['f = f + 1', 'g = a * 2; let a = g']) {
      const name = text.includes('a') ? 'a' : 'f'
      expect(() => parse(text)).toThrow(
        `${name} is used before it has a value, as a number that is given: name the result otherwise, as in ${name}1 = …`,
      )
    }
    expect(at('c = a + 1; c = c + 1', { a: 2 })).toBe(4)
  })

  test('a result without a name in it is a Value as well', () => {
    expect(parse('f = 3')()).toMatchObject({ data: 3, label: 'f' })
    expect(parse('2 * 3')().op!.name).toBe('mul')
    expect(parse('-4')().op).toBeUndefined()
  })

  test('sums of thousands of terms are read without recursion', () => {
    expect(at(`a${' + a'.repeat(3000)}`, { a: 1 })).toBe(3001)
    expect(at(`sum(${'a, '.repeat(200_000)} a)`, { a: 1 })).toBe(200_001)
  })
})

/** Text, what the reason says, and where the caret stands. */
type Mistake = [text: string, reason: string, position: number]
const scope = { a: 1, b: 2, x: 3 }

const mistakes: Mistake[] = [
  ['', 'an empty text is no expression', 0],
  ['  \n ; ', 'an empty text is no expression', 0],
  ['c + 1', 'no number for c: pass one, as in { c: 2 }. Given: a, b, x.', 0],
  ['b * aa', 'no number for aa', 4],
  ['A + b', 'Did you mean a?', 0],
  ['tnah(a)', 'there is no function tnah. Did you mean tanh?', 0],
  ['1 + ln(a)', 'Did you mean log?', 4],
  ['toString(a)', 'there is no function toString', 0],
  ['constructor + 1', 'no number for constructor', 0],
  ['__proto__', 'no number for __proto__', 0],
  ['x(a + b)', 'there is no function x. For a product write x * (…)', 0],
  ['(a + b)(x)', 'write (a + b) * (…) for a product', 0],
  ['2 (a)', 'write 2 * (…) for a product', 0],
  ['2a', 'write 2 * a for a product', 1],
  ['a b', 'write a * b for a product', 2],
  ['relu(a*b', 'this ( is never closed: add a )', 4],
  ['a + b)', 'there is no bracket for this ) to close', 5],
  ['sum([a, b)', 'expected ] for the [ before, got )', 9],
  ['a ^ 3', '^ is no power here: write a ** 3', 2],
  ['a*b + b ^ 3', 'write a*b + b ** 3', 8],
  ['-b ** 2', 'write -(b ** 2) or (-b) ** 2', 3],
  ['1 + -x**b', 'write -(x ** b) or (-x) ** b', 6],
  ['-relu(a) ** 2', 'a sign before a power has two readings', 9],
  ['"a"', 'a text is no number', 0],
  ['a + `b`', 'a text is no number', 4],
  ['"a', 'a text is no number', 0],
  ['a.b', 'a number has no parts', 2],
  ['a?.b', 'a number has no parts', 0],
  ['a.mul(b)', 'functions are called by their name: write mul(a, b)', 2],
  ['(a*b).relu()', 'write relu(a*b)', 6],
  ['x => x', 'a function cannot be made here', 0],
  ['function (x) { return x }', 'a function cannot be made here', 0],
  ['tanh(a, b)', 'tanh takes 1 number, got 2', 8],
  ['add(a)', 'add takes 2 numbers, got 1', 3],
  ['relu()', 'relu takes 1 number, got 0', 4],
  ['mean()', 'an empty list has no mean', 0],
  ['relu + 1', 'relu is a function: call it', 0],
  ['relu = 3', 'relu is a function', 0],
  ['E = 3', 'E is the constant 2.718281828459045', 0],
  ['softmax([a, b])', 'the result is a list: take one of it', 0],
  ['softmax([a, b]) + 1', 'expected a number here, got a list', 0],
  ['dot(a, b)', 'expected a list here, got a number: write [a, b]', 4],
  ['[a, b][2]', 'the list has 2 entries', 0],
  ['[a, b][x]', 'the place in a list is a whole number', 7],
  ['[a,, b]', 'an entry is missing between two commas', 0],
  ['pick([a, b], 5)', 'the index is a whole number from 0 to 1, got 5', 0],
  ['sum(...a)', 'without dots', 4],
  ['a, b', 'a decimal number has a point', 1],
  ['1,5 * a', 'a decimal number has a point', 1],
  ['a +', 'the text ends where a number, a name or a bracket should follow', 3],
  ['* a', "expected a number, a name or a bracket here, got '*'", 0],
  ['a */ b', "before this '/'", 4],
  ['sum(, a)', "got ','", 4],
  ['a && b', 'write (a) * (b) for both', 2],
  ['a || b', 'write max(a, b) for either', 2],
  ['a != b', 'write 1 - (a == b)', 2],
  ['!a', 'write 1 - (a)', 0],
  ['0 < x < 1', 'write (0 < x) * (x < 1) for both', 6],
  ['a % b', '% has no meaning here', 2],
  ['true', 'write 1 for true', 0],
  ['10n', 'write 10 without the n', 0],
  ['007', 'write 7', 0],
  ['1e', 'this is no number', 0],
  ['a++', 'write a + 1', 0],
  ['a += 1', 'a result is named as in f = a * b', 0],
  ['2 = a', 'a result is named as in f = a * b', 0],
  ['f = g = a', 'one name each: f has one already', 4],
  ['(f = a) + 1', 'write it as a line of its own', 1],
  ['{ a }', 'braces have no meaning here', 0],
  ['#', "'#' has no meaning here", 0],
  ['f = a # note', "'#' has no meaning here: a comment begins with //", 6],
  ['f = a #note', "'#' has no meaning here: a comment begins with //", 6],
  ['a·b', "'·' is for print: type * instead", 1],
  ['a @ b', "'@' has no meaning here", 2],
  ['1 − a', "'−' is for print: type - instead", 2],
  ['a²', 'type ** 2 instead', 1],
  ['/* a', 'this comment is never closed', 0],
  ['this', "'this' has no meaning in an expression", 0],
  ['new Date()', "'new Date()' has no meaning in an expression", 0],
  ['import("fs")', 'has no meaning in an expression', 0],
  ['Math.cbrt', 'Math.cbrt is no constant', 0],
  ['process.exit(1)', 'functions are called by their name', 8],
]

describe('errors say what to do and point at the place', () => {
  function errorOf(text: string): ExpressionError {
    try {
      parse(text)(scope)
    } catch (error) {
      expect(error).toBeInstanceOf(ExpressionError)
      return error as ExpressionError
    }
    return expect.fail(`${text} was read without a complaint`)
  }

  test.each(mistakes)('%j: %s', (text, reason, position) => {
    const error = errorOf(text)
    expect(error.reason).toContain(reason)
    expect(error.position).toBe(position)
    expect(error.reason).toMatch(/[.?]$/)
  })

  test('the message ends with the line and a caret', () => {
    expect(errorOf('relu(a*b + b^3)').message).toBe(
      '^ is no power here: write a*b + b ** 3. (column 13)\n  relu(a*b + b^3)\n              ^',
    )
    expect(errorOf('d = a * b\n\t😀d ^ 2').message).toBe(
      "'😀' has no meaning here. (line 2, column 2)\n   😀d ^ 2\n   ^",
    )
    const long = `${'a + '.repeat(100)}b ^ 2${' + a'.repeat(100)}`
    const [first, line, caret] = errorOf(long).message.split('\n') as [string, string, string]
    expect(first).toContain('(column 403)')
    expect(line.length).toBeLessThan(80)
    expect(line[caret.indexOf('^')]).toBe('^')
  })

  test('a scope that cannot be used', () => {
    expect(() => parse('a')({ a: '1' as unknown as number })).toThrow(
      'a stands for a Value or a number, got string.',
    )
    expect(() => parse('a * E')({ a: 1, E: 3 })).toThrow('E is a constant and takes no number')
    expect(() => parse(3 as unknown as string)).toThrow('parse takes a text, got number')
    expect(() => parse('a', { functions: { cube: 3 as never } })).toThrow('cube is a function')
    expect(parse('a')({ a: 1, unused: 2 }).data).toBe(1)
  })

  test.each([
    ['brackets', `${'('.repeat(100_000)}a${')'.repeat(100_000)}`, 'nested more than 250 deep'],
    ['open brackets', '['.repeat(100_000), 'nested more than 250 deep'],
    ['calls', `${'relu('.repeat(100_000)}a${')'.repeat(100_000)}`, 'nested more than 250 deep'],
    ['terms', `a${' + a'.repeat(100_000)}`, 'too long or too deep'],
    ['signs', `${'- '.repeat(100_000)}a`, 'too long or too deep'],
    ['powers', `a${' ** a'.repeat(100_000)}`, 'too long or too deep'],
    ['choices', `${'a ? a : '.repeat(100_000)}a`, 'too long or too deep'],
  ])('100,000 nested %s are one clear error', (_, text, reason) => {
    const { message } = errorOf(text)
    expect(message).toContain(reason)
    expect(message.length).toBeLessThan(400)
  })

  test('whatever is typed, it is read or refused with a place in the text', () => {
    const pieces = [
      'a',
      'b',
      '1',
      '.5',
      '+',
      '-',
      '**',
      '(',
      ')',
      '[',
      ']',
      ',',
      '?',
      ':',
      ' ',
      '\n',
    ]
    const words = [
      ...pieces,
      '=',
      '<',
      ';',
      '"',
      '`',
      '/',
      '^',
      '.',
      'relu(',
      'sum(',
      '=>',
      '😀',
      '−',
    ]
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...words), { maxLength: 12 }), (typed) => {
        const text = typed.join('')
        try {
          expect(parse(text)({ a: 1, b: 2 })).toBeInstanceOf(Value)
        } catch (error) {
          expect(error, text).toBeInstanceOf(ExpressionError)
          const { position, message } = error as ExpressionError
          expect(position).toBeGreaterThanOrEqual(0)
          expect(position).toBeLessThanOrEqual(text.length)
          expect(message.split('\n')).toHaveLength(3)
        }
      }),
      { numRuns: 3000, seed: 1 },
    )
  })

  test('nothing outside the table is reachable', () => {
    const functions = Object.values<Row>(ops).map((row) => row.name)
    expect(functions).not.toContain('eval')
    for (const name of ['eval', 'Function', 'globalThis', 'require', 'valueOf', 'isPrototypeOf'])
      expect(() => parse(`${name}(a)`), name).toThrow(`there is no function ${name}`)
  })
})

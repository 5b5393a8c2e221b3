import { DataError, parseCsv } from 'chainrule/data'
import { csvFormatRows, csvParseRows } from 'd3-dsv'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { csvRows } from '../src/data/csv-rows.ts'

const cellsOf = (text: string): string[][] => [...csvRows(text)].map(({ cells }) => cells)

function errorOf(text: string, options: object): unknown {
  try {
    return parseCsv(text, { file: 'my.csv', ...options })
  } catch (error) {
    return error
  }
}

/** The one line that `parseCsv` complains with. */
function complaint(text: string, options = {}): string {
  const error = errorOf(text, options)
  expect(error).toBeInstanceOf(DataError)
  const { message } = error as Error
  expect(message).not.toContain('\n')
  expect(message.length).toBeLessThan(300)
  return message
}

describe('the reader of rows', () => {
  const cell = fc.oneof(
    fc.string(),
    fc.string({ unit: fc.constantFrom('"', ',', '\n', '\r', 'a', ' ', 'é') }),
    fc.double().map(String),
  )
  const table = fc.array(fc.array(cell, { minLength: 2, maxLength: 5 }), {
    minLength: 1,
    maxLength: 8,
  })

  it('reads back what d3-dsv writes, and what it reads of it, with any line ends', () => {
    fc.assert(
      fc.property(table, fc.constantFrom('\n', '\r\n', '\r'), fc.boolean(), (rows, end, last) => {
        const text = rows.map((row) => csvFormatRows([row])).join(end) + (last ? end : '')
        const plain = rows.map((row) => row.map(String))
        expect(csvParseRows(text)).toEqual(plain)
        expect(cellsOf(text)).toEqual(plain)
        expect(cellsOf(`\uFEFF${text}`)).toEqual(plain)
      }),
      { numRuns: 1000, seed: 1 },
    )
  })

  it('reads as d3-dsv does whatever has no stray quotes, well-formed or not', () => {
    const raw = fc.string({ unit: fc.constantFrom(',', '\n', '\r', 'a', ' ', '1') })
    fc.assert(
      fc.property(raw, (text) => {
        expect(cellsOf(text)).toEqual([...csvParseRows(text)])
      }),
      { numRuns: 1000, seed: 1 },
    )
  })

  it('counts lines as an editor does, past quoted line ends of each kind', () => {
    const rows = [...csvRows('a,b\r\n"1\n2\r\n3\r4",x\n\nlast,"\n"\rend,1')]
    expect(rows.map(({ line }) => line)).toEqual([1, 2, 6, 7, 9])
  })

  it('keeps a quote inside an unquoted cell', () => {
    expect(cellsOf('5" disk,x')).toEqual([['5" disk', 'x']])
  })

  it('refuses a quote never closed, and text after a closing one', () => {
    expect(complaint('a,b\n1,"x')).toBe(
      'my.csv: line 2, column 2: the quote that opens here is never closed',
    )
    expect(complaint('a,b\n"1"2,x')).toBe(
      'my.csv: line 2, column 1: expected a comma after the closing quote, got "2"',
    )
  })
})

describe('parseCsv', () => {
  it('takes the last column for the label, its words for classes in order of appearance', () => {
    const text =
      '\uFEFFlength, width ,kind\r\n1,-2.5e1,rose\r\n\r\n.5," 3 ","lily, white"\r\n+7,0,rose\r\n'
    expect(parseCsv(text)).toEqual({
      name: 'CSV',
      X: [
        [1, -25],
        [0.5, 3],
        [7, 0],
      ],
      y: [0, 1, 0],
      classes: ['rose', 'lily, white'],
      features: ['length', 'width'],
    })
  })

  it('takes the label by name, and the name of the data set from the options', () => {
    const data = parseCsv('kind,a,b\nx,1,2\ny,3,4\n', {
      label: 'kind',
      file: 'f.csv',
      name: 'mine',
    })
    expect(data).toEqual({
      name: 'mine',
      X: [
        [1, 2],
        [3, 4],
      ],
      y: [0, 1],
      classes: ['x', 'y'],
      features: ['a', 'b'],
    })
    expect(parseCsv('a,b\n1,2\n2,3', { file: 'f.csv' }).name).toBe('f.csv')
  })

  it('takes fractions for numbers, few whole numbers for classes in order of size', () => {
    const fractions = parseCsv('x,y\n1,0.5\n2,3')
    expect([fractions.y, fractions.classes]).toEqual([[0.5, 3], undefined])
    const whole = parseCsv('x,y\n1,10\n2,9\n3,10.0')
    expect([whole.y, whole.classes]).toEqual([
      [1, 0, 1],
      ['9', '10'],
    ])
    const many = (n: number) =>
      `x,y\n${Array.from({ length: 50 }, (_, i) => `1,${i % n}`).join('\n')}`
    expect(parseCsv(many(20)).classes).toHaveLength(20)
    expect(parseCsv(many(21)).classes).toBeUndefined()
  })

  it('does as target says', () => {
    const text = 'x,y\n1,3\n2,4\n3,3'
    expect(parseCsv(text, { target: 'number' })).toMatchObject({ y: [3, 4, 3] })
    expect(parseCsv(text, { target: 'number' }).classes).toBeUndefined()
    expect(parseCsv('x,y\n1,0.5\n2,2', { target: 'class' })).toMatchObject({
      y: [0, 1],
      classes: ['0.5', '2'],
    })
    expect(parseCsv('x,y\n1,3\n2,A', { target: 'class' })).toMatchObject({
      y: [0, 1],
      classes: ['3', 'A'],
    })
  })

  it('gives back every double it is given', () => {
    const doubles = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1 })
    fc.assert(
      fc.property(doubles, (x) => {
        const { X } = parseCsv(
          `x,y\n${x.map((xi, i) => `${Object.is(xi, -0) ? '-0' : xi},${i % 2 ? 'a' : 'b'}`).join('\n')}\n0,a\n0,b`,
        )
        expect(X.slice(0, x.length).map(([xi]) => xi)).toEqual(x)
      }),
      { seed: 1 },
    )
  })
})

describe('what is wrong, in one line', () => {
  const cases: [string, string, string, object?][] = [
    ['an empty file', '', 'my.csv: line 1: the file is empty'],
    ['only blank lines', '\n \r\n', 'my.csv: line 1: the file is empty'],
    ['only a header', '\na,b\n', 'my.csv: line 2: nothing follows the header'],
    [
      'a row too short',
      'a,b,c\n1,2,x\n1,2',
      'my.csv: line 3, column 3 ("c"): the row ends before it; expected 3 columns',
    ],
    [
      'a row too long',
      'a,b\n1,x\n\n1,2,x',
      'my.csv: line 4, column 3: the header has only 2 columns, got 3',
    ],
    [
      'a word among numbers',
      'a,b\n1,x\nwide,y',
      'my.csv: line 3, column 1 ("a"): expected a finite number, got "wide"',
    ],
    [
      'a quoted line end before',
      'a,b\n1,"x\n"\n?,y',
      'my.csv: line 4, column 1 ("a"): expected a finite number, got "?"',
    ],
    [
      'an empty cell',
      'a,b\n ,x',
      'my.csv: line 2, column 1 ("a"): expected a finite number, got an empty cell',
    ],
    ['NaN', 'a,b\nNaN,x', 'my.csv: line 2, column 1 ("a"): expected a finite number, got "NaN"'],
    [
      'Infinity',
      'a,b\n-Infinity,x',
      'my.csv: line 2, column 1 ("a"): expected a finite number, got "-Infinity"',
    ],
    [
      'a number too large',
      'a,b\n1e999,x',
      'my.csv: line 2, column 1 ("a"): expected a finite number, got "1e999"',
    ],
    [
      'a hexadecimal number',
      'a,b\n0x10,x',
      'my.csv: line 2, column 1 ("a"): expected a finite number, got "0x10"',
    ],
    [
      'no such label',
      '\na,b\n1,2',
      'my.csv: line 2: no column is named "kind"; there are "a", "b"',
      { label: 'kind' },
    ],
    [
      'two columns of one name',
      'a,b,a\n1,2,3',
      'my.csv: line 1, column 3: column 1 is named "a" too; names must differ',
    ],
    [
      'a column without name',
      ',b\n1,2',
      'my.csv: line 1, column 1: the header has no name for this column',
    ],
    [
      'one column',
      'a;b\n1;2',
      'my.csv: line 1: expected a header of at least two names with commas, got "a;b"',
    ],
    [
      'no header',
      '1.5,2\n2.5,3',
      'my.csv: line 1, column 1: expected a header, got only numbers; add a line that names the columns',
    ],
    [
      'an empty label',
      'a,b\n1,x\n2,',
      'my.csv: line 3, column 2 ("b"): expected a label, got an empty cell',
    ],
    [
      'NaN as a label',
      'a,b\n1,0\n2,nan',
      'my.csv: line 3, column 2 ("b"): expected a label, got "nan"',
    ],
    [
      'a word as a target number',
      'a,b\n1,0\n2,x',
      'my.csv: line 3, column 2 ("b"): expected a finite number, got "x"',
      { target: 'number' },
    ],
    [
      'words and numbers as labels',
      'a,b\n1,0\n2,x',
      'my.csv: line 3, column 2 ("b"): a word among numbers, "x"; if both are classes, ask for classes',
    ],
    [
      'one class only',
      'a,b\n1,x\n2,x',
      'my.csv: line 2, column 2 ("b"): every row has the same class, "x"; expected two or more',
    ],
  ]
  it.each(cases)('%s', (_, text, message, options) => {
    expect(complaint(text, options)).toBe(message)
  })

  it('stays one short line whatever the cells hold', () => {
    const long = 'x\n"'.repeat(100_000)
    const cell = `"${long.replaceAll('"', '""')}"`
    expect(complaint(`a,b\n${cell},1`)).toContain('line 2, column 1 ("a")')
    expect(complaint(`${cell},b\nword,1`)).toContain('got "word"')
    expect(complaint(`${cell},b\n1,1`, { label: `${long}?` })).toContain('no column is named')
    expect(complaint(`${cell},${cell}\n1,1`)).toContain('names must differ')
    expect(complaint(`a,b\n1,${cell}\n2,${cell}`)).toContain('every row has the same class')
  })
})

describe('size', () => {
  const million = 1_000_000
  /** Reading takes about two seconds on an old core; what grows with the square takes hours. */
  const limit = 20_000

  it('reads 1e6 columns', () => {
    const header = Array.from({ length: million }, (_, i) => `c${i}`).join(',')
    const rows = ['a', 'b'].map((kind) => `${'1.5,'.repeat(million - 1)}${kind}`)
    const start = performance.now()
    const { X, y } = parseCsv([header, ...rows].join('\n'))
    expect(performance.now() - start).toBeLessThan(limit)
    expect([X.length, X[0]!.length, X[1]!.at(-1), y]).toEqual([2, million - 1, 1.5, [0, 1]])
    expect(complaint(`${header},c999999\n1,2`)).toContain('column 1000000 is named "c999999" too')
    expect(complaint(`${header}\n1,2`)).toContain('line 2, column 3 ("c2"): the row ends')
    expect(complaint(`${header}\n${rows[0]},1`)).toContain('the header has only 1000000 columns')
    expect(complaint(`${header}\n${rows[0]}`, { label: 'kind' })).toContain('"c3" and 999996 more')
  })

  it('reads 1e5 rows', () => {
    const text = `a,b,c\n${'0.25,1e3,"x"\n-1,2,y\n'.repeat(50_000)}`
    const start = performance.now()
    const { X, y } = parseCsv(text)
    expect(performance.now() - start).toBeLessThan(limit)
    expect([X.length, X.at(-1), y.at(-2)]).toEqual([100_000, [-1, 2], 0])
    expect(complaint(`${text}1,oops,x`)).toContain('line 100002, column 2 ("b")')
  })
})

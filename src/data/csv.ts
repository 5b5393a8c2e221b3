/** A table in a text as a Dataset, and what is wrong with it in one line. */
import { type CsvRow, csvRows } from './csv-rows.ts'
import { DataError, type Dataset, quoted } from './dataset.ts'

export interface CsvOptions {
  /** Name of the column to be learned. Default: the last. */
  readonly label?: string | undefined
  /** Whether that column holds classes or numbers. Default: what its cells look like. */
  readonly target?: 'class' | 'number' | undefined
  /** What messages call the text. Default 'CSV'. */
  readonly file?: string | undefined
  /** The name of the data set. Default: that of the file. */
  readonly name?: string | undefined
}

/** Says where a problem is: the line as editors count it, the column from 1 and its name. */
type Complaint = (line: number, column: number, problem: string) => never

/** Whole numbers with at most this many different ones are taken for classes. */
const mostClasses = 20

/**
 * The Dataset in a CSV text (RFC 4180) whose first line names the columns. One column is the label,
 * all others are features and must hold finite numbers. Labels that are words are classes, in order of
 * first appearance; whole numbers with at most 20 different ones too, in order of size; other numbers
 * are numbers. Blank lines are skipped. Throws a DataError of one line that names file, line, column.
 */
export function parseCsv(text: string, options: CsvOptions = {}): Dataset {
  const { file = 'CSV', name = file, label, target } = options
  const rows = filledRows(text, file)
  const first = rows.next()
  if (first.done) throw new DataError(`${file}: line 1: the file is empty`)
  const header = headerOf(first.value, file)
  const complain: Complaint = (line, column, problem) => {
    const title = column < header.length ? ` (${quoted(header[column]!)})` : ''
    throw new DataError(`${file}: line ${line}, column ${column + 1}${title}: ${problem}`)
  }
  const at =
    label === undefined
      ? header.length - 1
      : labelColumn(header, label, `${file}: line ${first.value.line}`)
  const X: number[][] = []
  const labels: Label[] = []
  for (const { line, cells } of rows) {
    requireWidth(cells.length, header.length, line, complain)
    labels.push({ line, text: cells[at]!.trim() })
    X.push(featuresOf(cells, at, (column, problem) => complain(line, column, problem)))
  }
  if (X.length === 0)
    throw new DataError(`${file}: line ${first.value.line}: nothing follows the header`)
  const targets = targetsOf(labels, target, (line, problem) => complain(line, at, problem))
  return { name, X, ...targets, features: header.filter((_, column) => column !== at) }
}

function* filledRows(text: string, file: string): Generator<CsvRow, undefined> {
  for (const row of csvRows(text, file))
    if (row.cells.length > 1 || row.cells[0]!.trim() !== '') yield row
}

function headerOf({ line, cells }: CsvRow, file: string): string[] {
  const header = cells.map((cell) => cell.trim())
  const fail = (where: string, problem: string): never => {
    throw new DataError(`${file}: line ${line}${where}: ${problem}`)
  }
  if (header.length < 2)
    fail('', `expected a header of at least two names with commas, got ${quoted(header[0]!)}`)
  const empty = header.indexOf('')
  if (empty >= 0) fail(`, column ${empty + 1}`, 'the header has no name for this column')
  const seen = new Set<string>()
  const column = header.findIndex((name) => seen.size === seen.add(name).size)
  if (column >= 0)
    fail(
      `, column ${column + 1}`,
      `column ${header.indexOf(header[column]!) + 1} is named ${quoted(header[column]!)} too; names must differ`,
    )
  if (
    header.every((name) => Number.isFinite(numberIn(name))) &&
    header.some((n) => n.includes('.'))
  )
    fail(', column 1', 'expected a header, got only numbers; add a line that names the columns')
  return header
}

function labelColumn(header: readonly string[], label: string, where: string): number {
  const at = header.indexOf(label.trim())
  if (at >= 0) return at
  const some = header.slice(0, 4).map(quoted).join(', ')
  const rest = header.length > 4 ? ` and ${header.length - 4} more` : ''
  throw new DataError(`${where}: no column is named ${quoted(label)}; there are ${some}${rest}`)
}

function requireWidth(got: number, expected: number, line: number, complain: Complaint): void {
  if (got < expected) complain(line, got, `the row ends before it; expected ${expected} columns`)
  if (got > expected)
    complain(line, expected, `the header has only ${expected} columns, got ${got}`)
}

/** A decimal number; NaN for anything else, also for the 0x10 that JavaScript would take. */
function numberIn(cell: string): number {
  const x = Number(cell)
  return x === 0 && cell.trim() === '' ? NaN : /^\s*0[box]/i.test(cell) ? NaN : x
}

function shown(cell: string): string {
  return cell.trim() === '' ? 'an empty cell' : quoted(cell)
}

function featuresOf(
  cells: readonly string[],
  label: number,
  complain: (column: number, problem: string) => never,
): number[] {
  const row: number[] = []
  cells.forEach((cell, column) => {
    if (column === label) return
    const x = numberIn(cell)
    if (!Number.isFinite(x)) complain(column, `expected a finite number, got ${shown(cell)}`)
    row.push(x)
  })
  return row
}

interface Label {
  readonly line: number
  readonly text: string
}

/** What the label column holds: numbers, or classes and their indices. */
function targetsOf(
  labels: readonly Label[],
  target: CsvOptions['target'],
  complain: (line: number, problem: string) => never,
): Pick<Dataset, 'y' | 'classes'> {
  const numbers = labels.map(({ text }) => numberIn(text))
  for (const { line, text } of labels)
    if (/^(nan|[+-]?inf(inity)?)?$/i.test(text))
      complain(
        line,
        `expected ${target === 'number' ? 'a finite number' : 'a label'}, got ${shown(text)}`,
      )
  const word = labels[numbers.findIndex((x) => !Number.isFinite(x))]
  if (word !== undefined && target === 'number')
    complain(word.line, `expected a finite number, got ${shown(word.text)}`)
  if (word !== undefined && target === undefined && numbers.some(Number.isFinite))
    complain(
      word.line,
      `a word among numbers, ${quoted(word.text)}; if both are classes, ask for classes`,
    )
  const few = numbers.every(Number.isInteger) && new Set(numbers).size <= mostClasses
  if (word === undefined && target !== 'class' && (target === 'number' || !few))
    return { y: numbers }
  const names = word === undefined ? numbers.map(String) : labels.map(({ text }) => text)
  const classes = [...new Set(names)]
  if (classes.length < 2)
    complain(
      labels[0]!.line,
      `every row has the same class, ${quoted(classes[0]!)}; expected two or more`,
    )
  if (word === undefined) classes.sort((a, b) => Number(a) - Number(b))
  const index = new Map(classes.map((name, i) => [name, i]))
  return { y: names.map((name) => index.get(name)!), classes }
}

/** The words that mean something in an expression: constants, and functions by the table. */
import type { Operand, Value } from '../engine.ts'
import { dot, functionOf, mean, softmax } from '../functions.ts'
import { ops, type Row } from '../ops.ts'

/** One number, or several: what a list, or softmax of a list, is until one of it is picked. */
export type Kind = 'number' | 'list'
export type Result = Operand | readonly Operand[]

/** What a call may look like, and what it does. */
export interface Signature {
  /** The kinds of the arguments; 'any': numbers and lists, in any number. */
  readonly takes: readonly Kind[] | 'any'
  readonly gives: Kind
  run(args: readonly Result[]): Result
}

/** A function of one's own, of numbers or of a list, such as `defineOp` gives. */
export type OwnFunction = (...x: never[]) => Value

const flat = (args: readonly Result[]): readonly Operand[] => args.flat()

function signatureOf(row: Row): Signature {
  const f = functionOf(row) as (...x: unknown[]) => Value
  if (row.arity === 'variadic') return { takes: 'any', gives: 'number', run: (x) => f(flat(x)) }
  const takes = Array.from({ length: row.arity }, (): Kind => 'number')
  return { takes, gives: 'number', run: (x) => f(...x) }
}

/** The sentences of several rows in functions.ts. */
const sentences: Readonly<Record<string, Signature>> = {
  mean: { takes: 'any', gives: 'number', run: (x) => mean(flat(x)) },
  softmax: { takes: 'any', gives: 'list', run: (x) => softmax(flat(x)) },
  dot: {
    takes: ['list', 'list'],
    gives: 'number',
    run: ([a, b]) => dot(a as readonly Operand[], b as readonly Operand[]),
  },
}

export const constants: ReadonlyMap<string, number> = new Map([
  ['PI', Math.PI],
  ['E', Math.E],
  ['Infinity', Infinity],
  ['NaN', NaN],
])

export const functions: ReadonlyMap<string, Signature> = new Map([
  ...Object.values<Row>(ops).map((row): [string, Signature] => [row.name, signatureOf(row)]),
  ...Object.entries(sentences),
])

/** The table's functions and those of the caller. */
export function functionsWith(
  own: Readonly<Record<string, OwnFunction>>,
): ReadonlyMap<string, Signature> {
  const added = Object.entries(own).map(([name, f]): [string, Signature] => {
    if (typeof f === 'function')
      return [name, { takes: 'any', gives: 'number', run: (x) => f(...(x as never[])) }]
    throw new TypeError(
      `functions: ${name} is a function, such as defineOp gives; got ${typeof f}.`,
    )
  })
  return added.length === 0 ? functions : new Map([...functions, ...added])
}

/** Names that people bring along from elsewhere. */
const elsewhere: ReadonlyMap<string, string> = new Map([
  ['ln', 'log'],
  ['logistic', 'sigmoid'],
  ['swish', 'silu'],
  ['avg', 'mean'],
  ['average', 'mean'],
  ['total', 'sum'],
  ['lse', 'logSumExp'],
])

/** ` Did you mean tanh?`, or nothing where no name is close. */
export function suggestion(name: string, known: Iterable<string>): string {
  const meant = elsewhere.get(name.toLowerCase())
  const candidates = [...known]
  if (meant !== undefined && candidates.includes(meant)) return ` Did you mean ${meant}?`
  let best: string | undefined
  let distance = name.length < 3 ? 1 : name.length < 4 ? 2 : 3 // more would be another word
  for (const other of candidates) {
    const d = distanceBetween(name, other)
    if (d < distance) [best, distance] = [other, d]
  }
  return best === undefined ? '' : ` Did you mean ${best}?`
}

/** Letters to insert, delete, replace or swap, in either case. */
function distanceBetween(one: string, other: string): number {
  const [a, b] = [one.toLowerCase(), other.toLowerCase()]
  if (Math.abs(a.length - b.length) > 2) return Infinity
  const rows = [Array.from({ length: b.length + 1 }, (_, j) => j)]
  for (let i = 1; i <= a.length; i++) {
    const [above, row] = [rows[i - 1]!, [i]]
    for (let j = 1; j <= b.length; j++) {
      const replaced = above[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)
      const swaps = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      const swapped = swaps ? rows[i - 2]![j - 2]! + 1 : Infinity
      row.push(Math.min(replaced, swapped, above[j]! + 1, row[j - 1]! + 1))
    }
    rows.push(row)
  }
  return rows[a.length]![b.length]!
}

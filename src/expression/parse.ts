import { type Operand, Value } from '../engine.ts'
import { ExpressionError } from './expression-error.ts'
import { Program } from './program.ts'
import { constants, functionsWith, type OwnFunction, suggestion } from './vocabulary.ts'

/** What names stand for: a Value as it is, a number as a new leaf that the name labels. */
export type Scope = Readonly<Record<string, Operand>>

/** A text that has been read: call it with the numbers of its names. */
export interface Expression {
  /** The Value of the text in a scope. Throws where a name has no number. */
  (scope?: Scope): Value
  /** The names that need a number, in the order in which they first stand in the text. */
  readonly names: readonly string[]
  /** The name that the text gives its result: f in `f = a * b`. */
  readonly label: string | undefined
  readonly text: string
}

/** How `parse` reads. */
export interface ParseOptions {
  /** Functions beside those of the table, such as `defineOp` gives. */
  readonly functions?: Readonly<Record<string, OwnFunction>> | undefined
}

/**
 * Reads a formula in JavaScript's grammar: `parse('relu(a*b + b**3)')({ a: -4, b: 2 })`. It is never
 * run as code. Numbers, names, + − * / **, comparisons, `c ? x : y`, the functions of the table, lists
 * for `sum`, `mean`, `dot` and `softmax(…)[0]`, PI and E; `d = a*b; f = relu(d)` names results, other than numbers.
 * Throws an ExpressionError that points at the place.
 */
export function parse(text: string, options: ParseOptions = {}): Expression {
  if (typeof text !== 'string') throw new TypeError(`parse takes a text, got ${typeof text}.`)
  const program = new Program(text, functionsWith(options.functions ?? {}))
  const run = (scope: Scope = {}): Value => program.run(leavesOf(program, scope))
  const { name: label } = program.statements.at(-1)!
  return Object.assign(run, { names: [...program.free.keys()], label, text })
}

/** A Value for each name, the same at every place it stands. */
function leavesOf({ free, text }: Program, scope: Scope): Map<string, Value> {
  for (const name of Object.keys(scope))
    if (constants.has(name))
      throw new ExpressionError(
        `${name} is a constant and takes no number: choose another name.`,
        text,
        0,
      )
  const leaves = new Map<string, Value>()
  for (const [name, position] of free) {
    if (!Object.hasOwn(scope, name)) throw new ExpressionError(missing(name, scope), text, position)
    leaves.set(name, leafOf(name, scope[name]))
  }
  return leaves
}

function missing(name: string, scope: Scope): string {
  const names = Object.keys(scope)
  const given = names.length === 0 ? '' : ` Given: ${names.slice(0, 10).join(', ')}.`
  return `no number for ${name}: pass one, as in { ${name}: 2 }.${suggestion(name, names) || given}`
}

function leafOf(name: string, x: Operand | undefined): Value {
  if (x instanceof Value) return x
  if (typeof x === 'number') return new Value(x, name)
  throw new TypeError(`${name} stands for a Value or a number, got ${typeof x}.`)
}

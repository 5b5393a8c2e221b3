/**
 * The partials of an operation as formulas that travel as data: written once for each operation of a
 * graph, over the names of operands, and read at any Value that it computed.
 */
import type { Arity, Operands, Row } from '../ops.ts'
import {
  callFormula,
  formulaHere,
  type Formula,
  formulas,
  nameFormula,
  numberFormula,
} from './formula.ts'
import { factsText, formulaText } from './formula-text.ts'

/** For each operand a formula over `y`, `x0`, `x1`, …; null where none flows, or none is known. */
export type Template = readonly (Formula | null)[]

/**
 * What a row says of its partials. Of a variadic one there is a single formula, over `y` and `x0`, where
 * all operands have the same one; else there is none.
 */
export function templateOf(op: Row): Template {
  const found = partialsIn(op)
  if (op.arity !== 'variadic') return found
  const [first, second] = found
  if (!first || !second || /x[12]/.test(textOf(first))) return [null]
  return [textOf(second) === textOf(first).replaceAll('x0', 'x1') ? first : null]
}

function partialsIn(op: Row): Template {
  const count = op.arity === 'variadic' ? 3 : op.arity
  const names = Array.from({ length: count }, (_, i) => nameFormula(`x${i}`))
  const x = (op.arity === 'variadic' ? [names] : names) as Operands<Arity, Formula>
  try {
    const partials = op.partials<Formula>(formulas, nameFormula('y'), ...x)
    return [...partials].map((p) => travelling(typeof p === 'number' ? numberFormula(p) : p))
  } catch {
    return [] // an operation of one's own that only computes with numbers: they have to do
  }
}

/** The formula if JSON keeps all of it: not where it holds an infinity. */
function travelling(formula: Formula | undefined): Formula | null {
  if (formula === undefined) return null
  const there = JSON.parse(JSON.stringify(formula)) as Formula
  return textOf(there) === textOf(formula) ? there : null
}

const textOf = (formula: Formula): string => formulaText(formula, 'code')

/** What an operand is called, and its number. */
export interface Operand {
  readonly name: string
  readonly data: number
  /** Written as its number. */
  readonly literal: boolean
}

/** A partial at one Value: `1 − o²`, and what makes it so there: `n > 0`. */
export interface PartialText {
  readonly text: string
  readonly because: string
}

/** The formula of a partial where the output and the operands are these; undefined: none is known. */
export function partialText(
  template: Template,
  index: number,
  y: Operand,
  x: readonly Operand[],
): PartialText | undefined {
  const variadic = template.length === 1 && x.length !== 1
  const formula = template[variadic ? 0 : index]
  if (!formula) return undefined
  const named = (name: string): Operand =>
    name === 'y' ? y : x[variadic ? index : Number(name.slice(1))]!
  const here = applied(formula, named)
  return { text: formulaText(here), because: factsText(here.facts) }
}

/** The formula on other operands, decided where it compares them. Rows are short: so is this walk. */
function applied(formula: Formula, named: (name: string) => Operand): Formula {
  if (formula.kind === 'number') return numberFormula(formula.value)
  if (formula.kind === 'name') {
    const { name, data, literal } = named(formula.name)
    return literal ? numberFormula(data) : nameFormula(name, data)
  }
  const args = formula.args.map((arg) => applied(arg, named))
  if (formula.kind === 'call') return callFormula(formula.op, args)
  return formulaHere(formula.op, args)
}

/** What an explanation says in words, whatever it is printed as. */
import type { Value } from '../../engine.ts'
import { type Formula, formulas, nameFormula, numberFormula } from '../formula.ts'
import { digits, formulaText } from '../formula-text.ts'
import type { Explanation } from './explanation.ts'
import type { Hop, Term } from './term.ts'

/** What an operation does with the gradient that arrives at it, where that needs no formula. */
export function passing({ through, formula }: Hop): string | undefined {
  const { symbol, name } = through.op!
  const factor = formula.kind === 'number' ? formula.value : undefined
  if (factor === 1) return `${symbol ?? name} passes the gradient on`
  if (factor === -1) return `${symbol ?? name} turns its sign`
  return factor === 0 ? `${symbol ?? name} stops the gradient` : undefined
}

/** The product of the partials on a way from x up to f. */
export function productOf({ hops, omitted, omittedAfter }: Term): Formula {
  const factors = hops.map(({ formula }) => formula)
  const more = omitted > 0 ? [nameFormula(`… ${omitted} more`)] : []
  return [...factors.slice(0, omittedAfter), ...more, ...factors.slice(omittedAfter)]
    .toReversed()
    .reduce((product, factor) => formulas.mul(product, factor), numberFormula(1))
}

/** Something that goes by a name in an explanation. */
export interface Definition {
  readonly name: string
  readonly value: Value
  /** Absent on a leaf. */
  readonly formula: Formula | undefined
}

/** So many names are said to stand for what they stand for. */
const mostDefinitions = 16

/** What the names stand for that came up, and the leaves in their definitions, in that order. */
export function definitionsIn({ names, f }: Explanation): Definition[] {
  const found: Definition[] = []
  const before = names.mentioned.size
  let i = 0
  for (const [value, name] of names.mentioned) {
    if (found.length === mostDefinitions) break
    if (value === f || (i++ > before && value.op !== undefined)) continue
    const formula = value.op === undefined ? undefined : names.definitionOf(value)
    if (formula !== undefined) formulaText(formula) // names what it mentions
    found.push({ name, value, formula })
  }
  return found
}

/** How many ways there are: exact as long as a double counts. */
export function counted(ways: number): string {
  if (ways === 1) return '1 way'
  return `${ways <= Number.MAX_SAFE_INTEGER ? ways.toLocaleString('en') : digits(ways)} ways`
}

/** Why there is no way at all. */
export function silence(x: string, f: string, literal: boolean): string {
  if (literal) return `${x} is a plain number in the program: no gradient is computed for it.`
  return `No gradient flows from ${f} to ${x}: ${f} does not depend on it, or only in steps.`
}

/** What the sum was compared with. */
export function verdict({ names, f, x, ways, check }: Explanation): string {
  const { difference, grad, findings } = check
  if (findings.length > 0) return `But ${findings.join('; ')}.`
  const subject = ways > 1 ? 'The sum' : 'It'
  const held = grad === undefined ? '' : ` and ${names.nameOf(x)}.grad`
  const name = names.nameOf(f)
  const differences =
    typeof difference === 'number'
      ? `differences of ${name} give ${digits(difference)}`
      : `differences of ${name} say nothing here, as ${difference}`
  return `${subject} equals the backward pass${held}; ${differences}.`
}

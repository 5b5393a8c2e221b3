/** A formula and its numbers, as a command line gives them: `"x*y + sin(x)" x=2 y=3`. */
import type { Command } from 'commander'
import { Value } from '../engine.ts'
import { parse } from '../expression/index.ts'

/** A formula computed, and swept backward. */
export interface Computed {
  readonly f: Value
  /** The leaves by name, in the order in which the formula names them. */
  readonly leaves: ReadonlyMap<string, Value>
}

/** The arguments that such a command takes. A formula may begin with a sign, as options do. */
export function takingFormula(command: Command): Command {
  return command
    .argument('<formula>', 'in JavaScript’s grammar: "relu(a*b + b**3)"')
    .argument('[name=number...]', 'the numbers of its names: a=-4 b=2')
    .allowUnknownOption()
    .usage('[options] <formula> [name=number...]')
}

/** Computes the formula and runs the backward pass from it. Throws, at the place, what is wrong with it. */
export function computed(formula: string, given: readonly string[]): Computed {
  const numbers = numbersOf(given)
  const expression = parse(formula)
  const { names } = expression
  for (const name of numbers.keys())
    if (!names.includes(name))
      throw new Error(`${name}=${numbers.get(name)}: ${has(names)}, but no ${name}.`)
  const missing = names.filter((name) => !numbers.has(name))
  if (missing.length > 0)
    throw new Error(
      `no number for ${missing.join(', ')}: write ${missing.map((name) => `${name}=2`).join(' ')} after the formula.`,
    )
  const leaves = new Map(names.map((name) => [name, new Value(numbers.get(name)!, name)]))
  const f = expression(Object.fromEntries(leaves))
  f.backward()
  return { f, leaves }
}

const has = (names: readonly string[]): string =>
  names.length === 0 ? 'the formula has no names' : `the formula has ${names.join(', ')}`

function numbersOf(given: readonly string[]): Map<string, number> {
  const numbers = new Map<string, number>()
  for (const text of given) {
    const [, name, right] = /^\s*([^\s=]+)\s*=(?!=)(.*)$/s.exec(text) ?? []
    if (name === undefined || right === undefined)
      throw new Error(
        text.startsWith('-')
          ? `unknown option '${text}'.`
          : `expected name=number, such as x=2, got '${text}'; put the formula in quotes.`,
      )
    if (numbers.has(name)) throw new Error(`${name} is given twice.`)
    numbers.set(name, numberOf(text, right))
  }
  return numbers
}

/** A number, or a formula without names: 1/3, -PI. */
function numberOf(text: string, right: string): number {
  if (/^\s*-?(Infinity|NaN)\s*$/.test(right)) return Number(right)
  const expression = parse(right)
  if (expression.names.length === 0) return expression().data
  throw new Error(`expected name=number, such as x=2, got '${text}'.`)
}

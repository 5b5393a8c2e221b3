/** Formulas as text: for reading (`1 − t²`), or as code that `parse` reads again (`1 - t * t`). */
import type { Basis, Fact, Formula } from './formula.ts'

/** How tightly things bind; brackets go where something looser stands. */
export const binding = {
  choice: 0,
  comparison: 1,
  sum: 2,
  product: 3,
  sign: 4,
  power: 5,
  atom: 6,
} as const

export type Notation = 'plain' | 'code'

/** A text and how tightly it binds. */
export interface Printed {
  readonly text: string
  readonly binds: number
}

/** One row of the basis, from its operands. */
type Spelling = (notation: Notation, ...x: readonly Printed[]) => Printed

const bracketed = ({ text, binds }: Printed, least: number): string =>
  binds < least ? `(${text})` : text

/** a op b, from the left; the right operand binds tighter, and a sign there is in brackets. */
const infix =
  (plain: string, code: string, binds: number): Spelling =>
  (notation, a, b) => {
    const sign = notation === 'plain' ? plain : code
    const right = Math.max(binds + 1, b.binds === binding.sign ? binding.power : 0)
    return { text: `${bracketed(a, binds)} ${sign} ${bracketed(b, right)}`, binds }
  }

const comparison =
  (plain: string, code: string): Spelling =>
  (notation, a, b) => {
    const [left, right] = [bracketed(a, binding.sum), bracketed(b, binding.sum)]
    const sign = notation === 'plain' ? plain : code
    return { text: `${left} ${sign} ${right}`, binds: binding.comparison }
  }

const called = (name: string, x: readonly Printed[]): Printed => ({
  text: `${name}(${x.map(({ text }) => text).join(', ')})`,
  binds: binding.atom,
})

const call =
  (name: string): Spelling =>
  (_, ...x) =>
    called(name, x)

/** The closed basis; the type checker finds what is missing. */
const spellings: { readonly [K in Basis]: Spelling } = {
  add: infix('+', '+', binding.sum),
  sub: infix('−', '-', binding.sum),
  mul: (notation, a, b) =>
    notation === 'plain' && a.text === b.text
      ? power(notation, a, { text: '2', binds: binding.atom })
      : infix('·', '*', binding.product)(notation, a, b),
  div: infix('/', '/', binding.product),
  pow: (notation, a, b) => power(notation, a, b),
  neg: (notation, a) => ({
    text:
      notation === 'plain' ? `−${signless(a, binding.product)}` : `-${signless(a, binding.power)}`,
    binds: binding.sign,
  }),
  gt: comparison('>', '>'),
  lt: comparison('<', '<'),
  ge: comparison('≥', '>='),
  le: comparison('≤', '<='),
  eq: comparison('=', '=='),
  select: (_, condition, a, b) => ({
    text: `${bracketed(condition, 1)} ? ${bracketed(a, 1)} : ${bracketed(b, 0)}`,
    binds: binding.choice,
  }),
  abs: (notation, a) =>
    notation === 'plain' ? { text: `|${a.text}|`, binds: binding.atom } : called('abs', [a]),
  sqrt: (notation, a) =>
    notation === 'plain'
      ? { text: `√${bracketed(a, binding.atom)}`, binds: binding.atom }
      : called('sqrt', [a]),
  max: call('max'),
  min: call('min'),
  exp: call('exp'),
  expm1: call('expm1'),
  log: call('log'),
  log1p: call('log1p'),
  sin: call('sin'),
  cos: call('cos'),
  tanh: call('tanh'),
  erf: call('erf'),
}

/** What a sign stands before: never another sign. */
const signless = (x: Printed, least: number): string =>
  bracketed(x, x.binds === binding.sign ? binding.power : least)

const superscripts = '⁰¹²³⁴⁵⁶⁷⁸⁹'

function power(notation: Notation, a: Printed, b: Printed): Printed {
  const base = bracketed(a, binding.atom)
  if (notation === 'code')
    return { text: `${base} ** ${bracketed(b, binding.sign)}`, binds: binding.power }
  const raised = /^−?\d{1,3}$/.test(b.text)
    ? b.text.replaceAll(/./g, (c) => (c === '−' ? '⁻' : superscripts[Number(c)]!))
    : `^${bracketed(b, binding.atom)}`
  // A base that already carries an exponent would read as one longer exponent.
  const carries = /[⁰¹²³⁴⁵⁶⁷⁸⁹]$/.test(base)
  return { text: `${carries ? `(${base})` : base}${raised}`, binds: binding.power }
}

/** Six significant digits, without zeros at the end: 0.7071, −1.5e−7. */
export function digits(x: number): string {
  if (!Number.isFinite(x)) return String(x).replace('-', '−').replace('Infinity', '∞')
  const short = Object.is(x, -0) ? '-0' : String(Number(x.toPrecision(6)))
  return short.replaceAll('-', '−').replace('e+', 'e')
}

/** Every digit, as JavaScript writes it. */
const exact = (x: number): string => (Object.is(x, -0) ? '-0' : String(x))

function printedNumber(x: number, notation: Notation): Printed {
  const text = notation === 'plain' ? digits(x) : exact(x)
  const signed = /^[-−]/.test(text)
  return { text, binds: signed ? binding.sign : binding.atom }
}

/** A label may be anything; one with spaces or operators in it is a sum as far as brackets go. */
export const nameBinds = (name: string): number =>
  /^[\p{L}\p{N}_$.#′[\]]+$/u.test(name) ? binding.atom : binding.sum

function printed(formula: Formula, notation: Notation): Printed {
  if (formula.kind === 'number') return printedNumber(formula.value, notation)
  if (formula.kind === 'name') return { text: formula.name, binds: nameBinds(formula.name) }
  const args = formula.args.map((arg) => printed(arg, notation))
  if (formula.kind === 'basis') return spellings[formula.op](notation, ...args)
  return called(formula.op, args)
}

/** `b · a^(b − 1)`; with 'code' `b * a ** (b - 1)`, which `parse` reads. */
export function formulaText(formula: Formula, notation: Notation = 'plain'): string {
  return printed(formula, notation).text
}

/** The same as one thing in a larger text: in brackets where it is a sum or a product. */
export function enclosedText(formula: Formula): string {
  return bracketed(printed(formula, 'plain'), binding.power)
}

/** `a > 0 and b = 0`: what made a formula so simple at the point, each fact once. */
export function factsText(facts: readonly Fact[]): string {
  return [...new Set(facts.map(factText))].join(' and ')
}

function factText({ left, relation, right }: Fact): string {
  const [a, b] = [left, right].map((f) => bracketed(printed(f, 'plain'), binding.sum))
  return relation === 'beside' ? `${a} or ${b} is NaN` : `${a} ${relation} ${b}`
}

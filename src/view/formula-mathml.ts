/** Formulas as MathML: fractions, powers and roots as on paper, read aloud by screen readers. */
import type { Basis, Formula } from './formula.ts'
import { binding, digits, nameBinds, type Printed } from './formula-text.ts'

type Spelling = (...x: readonly Printed[]) => Printed

/** Text for HTML: nothing in it can become a tag or leave an attribute. */
export function escaped(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    '&': 'amp',
    '<': 'lt',
    '>': 'gt',
    '"': 'quot',
  }
  return text
    .replaceAll(/\p{Cc}/gu, ' ')
    .replaceAll(/[&<>"]/g, (character) => `&${entities[character]};`)
    .replaceAll("'", '&#39;')
}

const row = (...parts: readonly string[]): string =>
  parts.length === 1 ? parts[0]! : `<mrow>${parts.join('')}</mrow>`
const sign = (text: string): string => `<mo>${escaped(text)}</mo>`
const brackets = (text: string): string => row('<mo>(</mo>', text, '<mo>)</mo>')
const bracketed = ({ text, binds }: Printed, least: number): string =>
  binds < least ? brackets(text) : text

const infix =
  (text: string, binds: number): Spelling =>
  (a, b) => {
    const right = Math.max(binds + 1, b.binds === binding.sign ? binding.power : 0)
    return { text: row(bracketed(a, binds), sign(text), bracketed(b, right)), binds }
  }

const comparison =
  (text: string): Spelling =>
  (a, b) => ({
    text: row(bracketed(a, binding.sum), sign(text), bracketed(b, binding.sum)),
    binds: binding.comparison,
  })

const call =
  (name: string): Spelling =>
  (...x) =>
    called(name, x)

function called(name: string, x: readonly Printed[]): Printed {
  const args = x.map(({ text }) => text).join('<mo separator="true">,</mo>')
  return {
    text: row(`<mi>${escaped(name)}</mi>`, '<mo>&#8289;</mo>', brackets(args)),
    binds: binding.atom,
  }
}

const power = (base: string, exponent: string): Printed => ({
  text: `<msup>${base}${exponent}</msup>`,
  binds: binding.power,
})

const exponential: Spelling = (a) => power('<mi>e</mi>', a.text)

/** The closed basis; the type checker finds what is missing. */
const spellings: { readonly [K in Basis]: Spelling } = {
  add: infix('+', binding.sum),
  sub: infix('−', binding.sum),
  mul: (a, b) =>
    a.text === b.text
      ? power(bracketed(a, binding.atom), '<mn>2</mn>')
      : infix('·', binding.product)(a, b),
  div: (a, b) => ({ text: `<mfrac>${a.text}${b.text}</mfrac>`, binds: binding.product }),
  pow: (a, b) => power(bracketed(a, binding.atom), b.text),
  neg: (a) => ({
    text: row(sign('−'), bracketed(a, a.binds === binding.sign ? binding.power : binding.product)),
    binds: binding.sign,
  }),
  gt: comparison('>'),
  lt: comparison('<'),
  ge: comparison('≥'),
  le: comparison('≤'),
  eq: comparison('='),
  select: (condition, a, b) => ({
    text: cases(condition.text, a.text, b.text),
    binds: binding.choice,
  }),
  abs: (a) => ({ text: row('<mo>|</mo>', a.text, '<mo>|</mo>'), binds: binding.atom }),
  sqrt: (a) => ({ text: `<msqrt>${a.text}</msqrt>`, binds: binding.atom }),
  exp: exponential,
  expm1: (a) =>
    infix('−', binding.sum)(exponential(a), { text: '<mn>1</mn>', binds: binding.atom }),
  log: call('log'),
  log1p: call('log1p'),
  max: call('max'),
  min: call('min'),
  sin: call('sin'),
  cos: call('cos'),
  tanh: call('tanh'),
  erf: call('erf'),
}

const line = (branch: string, when: string): string =>
  `<mtr><mtd>${branch}</mtd><mtd>${when}</mtd></mtr>`

/** A brace with the two branches and when each holds. */
function cases(condition: string, a: string, b: string): string {
  const lines = line(a, row('<mtext>if&#160;</mtext>', condition)) + line(b, '<mtext>else</mtext>')
  return row('<mo>{</mo>', `<mtable columnalign="left">${lines}</mtable>`)
}

export function printedNumber(x: number): Printed {
  const text = digits(x)
  const [mantissa, exponent] = text.replace('−', '').split('e') as [string, string?]
  const size = exponent === undefined ? `<mn>${mantissa}</mn>` : scientific(mantissa, exponent)
  const negative = text.startsWith('−')
  const binds = exponent === undefined ? binding.atom : binding.product
  return negative ? { text: row(sign('−'), size), binds: binding.sign } : { text: size, binds }
}

/** 1.5e−7 as 1.5 · 10⁻⁷. */
function scientific(mantissa: string, exponent: string): string {
  const power = exponent.startsWith('−')
    ? row(sign('−'), `<mn>${exponent.slice(1)}</mn>`)
    : `<mn>${exponent}</mn>`
  return row(`<mn>${mantissa}</mn>`, sign('·'), `<msup><mn>10</mn>${power}</msup>`)
}

function printed(formula: Formula): Printed {
  if (formula.kind === 'number') return printedNumber(formula.value)
  if (formula.kind === 'name') return printedName(formula.name)
  const args = formula.args.map(printed)
  return formula.kind === 'basis' ? spellings[formula.op](...args) : called(formula.op, args)
}

function printedName(name: string): Printed {
  return { text: `<mi>${escaped(name)}</mi>`, binds: nameBinds(name) }
}

/** The same as one thing in a larger formula. */
export function enclosedMathml(formula: Formula): string {
  return bracketed(printed(formula), binding.power)
}

/** The parts of a formula, without the `<math>` around them. */
export function formulaMathml(formula: Formula): string {
  return printed(formula).text
}

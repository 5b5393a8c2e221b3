/** Expressions as the text of JavaScript, for the few numbers that a shipped module computes itself. */
import type { Expression } from '../../lift/index.ts'
import type { Algebra } from '../../ops.ts'

const infix =
  (sign: string) =>
  (a: string, b: string): string =>
    `(${a} ${sign} ${b})`
const call =
  (name: string) =>
  (...x: readonly string[]): string =>
    `Math.${name}(${x.join(', ')})`
const compared =
  (sign: string) =>
  (a: string, b: string): string =>
    `(${a} ${sign} ${b} ? 1 : 0)`

/** The basis, spelled. */
const spelling: Record<keyof Algebra<string>, (...x: [string, string, string]) => string> = {
  add: infix('+'),
  sub: infix('-'),
  mul: infix('*'),
  div: infix('/'),
  pow: call('pow'),
  max: call('max'),
  min: call('min'),
  gt: compared('>'),
  lt: compared('<'),
  ge: compared('>='),
  le: compared('<='),
  eq: compared('==='),
  neg: (a) => `(-${a})`,
  abs: (a) => call('abs')(a),
  sqrt: (a) => call('sqrt')(a),
  exp: (a) => call('exp')(a),
  expm1: (a) => call('expm1')(a),
  log: (a) => call('log')(a),
  log1p: (a) => call('log1p')(a),
  sin: (a) => call('sin')(a),
  cos: (a) => call('cos')(a),
  tanh: (a) => call('tanh')(a),
  erf: () => {
    throw new TypeError(
      'an optimizer whose settings need erf cannot be shipped: JavaScript has none.',
    )
  },
  select: (condition, a, b) => `(${condition} !== 0 ? ${a} : ${b})`,
}

/** `x` with its reads as names. */
export function scriptOf(x: Expression<string>): string {
  if (x.kind === 'literal') return `(${x.value})`
  if (x.kind === 'read') return x.read
  const spell = spelling[x.op.name as keyof typeof spelling]
  return spell(...(x.args.map(scriptOf) as [string, string, string]))
}

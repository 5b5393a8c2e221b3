/**
 * Formulas as trees, and the arithmetic in which the table's partials come out as formulas: `tanh`
 * says m.sub(1, m.mul(y, y)), and over `formulas` that is 1 − y². The printers are next door
 * (formula-text.ts, formula-mathml.ts), the formula of a Value in value-formula.ts.
 */
import { algebraOf } from '../algebra.ts'
import { type Algebra, type Num, numbers, ops, type Row } from '../ops.ts'

/** The rows of the basis: only they have a spelling of their own, all others are printed as calls. */
export type Basis = keyof Algebra<unknown>

/** Whether a row is one of them; an equal name of one's own is a call. */
export const isBasis = (op: Row): op is Row & { readonly name: Basis } =>
  Object.hasOwn(rewritings, op.name) && ops[op.name as Basis] === op

interface Known {
  /** What it comes to at the point that is looked at; undefined where that is not known. */
  readonly value: number | undefined
  /** What holds at that point and made this formula so simple: relu′ is 1 since a > 0. */
  readonly facts: readonly Fact[]
}

/** How two formulas compare at the point. */
export interface Fact {
  readonly left: Formula
  readonly relation: '<' | '=' | '>' | 'beside'
  readonly right: Formula
}

export type Formula = Known &
  (
    | { readonly kind: 'number'; readonly value: number }
    | { readonly kind: 'name'; readonly name: string }
    | { readonly kind: 'basis'; readonly op: Basis; readonly args: readonly Formula[] }
    | { readonly kind: 'call'; readonly op: string; readonly args: readonly Formula[] }
  )

export const numberFormula = (value: number, facts: readonly Fact[] = []): Formula => ({
  kind: 'number',
  value,
  facts,
})

export const nameFormula = (name: string, value?: number): Formula => ({
  kind: 'name',
  name,
  value,
  facts: [],
})

/** A name that is chosen when somebody reads it: only what is printed is numbered. */
export const lateNameFormula = (nameOf: () => string, value: number): Formula => ({
  kind: 'name',
  get name(): string {
    return nameOf()
  },
  value,
  facts: [],
})

export const callFormula = (op: string, args: readonly Formula[], value?: number): Formula => ({
  kind: 'call',
  op,
  args,
  value,
  facts: [],
})

/** A row of the basis over formulas, exactly as it is written. */
export function basisFormula(op: Basis, args: readonly Formula[]): Formula {
  return { kind: 'basis', op, args, value: valueOf(op, args), facts: factsOf(args) }
}

function valueOf(op: Basis, args: readonly Formula[]): number | undefined {
  const values = args.map(({ value }) => value)
  return values.includes(undefined)
    ? undefined
    : (numbers[op] as (...x: readonly (number | undefined)[]) => number)(...values)
}

function factsOf(args: readonly Formula[]): readonly Fact[] {
  const facts = args.flatMap((arg) => arg.facts)
  return facts.length < 2 ? facts : [...new Set(facts)]
}

/** Another way to write op(args), or undefined. */
type Rule = (...args: readonly Formula[]) => Formula | undefined

interface Rewriting {
  /** What is exactly the same number everywhere. */
  readonly simple?: Rule
  /** What is exactly the same number at the point, and the facts that make it so. */
  readonly here?: Rule
}

const choice: Rewriting = {
  simple: (condition, a, b) =>
    condition?.kind === 'number' ? (condition.value === 0 ? b : a) : undefined,
  here: (condition, a, b) => {
    if (condition?.value === undefined) return undefined
    return chosen(condition.value === 0 ? b : a, factsOfCondition(condition))
  },
}

/** A comparison is 1 or 0 there. */
const comparison = (op: Basis): Rewriting => ({
  here: (a, b) => {
    const value = valueOf(op, [a, b])
    return value === undefined ? undefined : numberFormula(value, factsAbout(a, b))
  },
})

const extreme = (larger: boolean): Rewriting => ({
  here: (a, b) => {
    const [x, y] = [a?.value ?? NaN, b?.value ?? NaN]
    if (!(x != y)) return undefined
    return chosen(x > y === larger ? a : b, factsAbout(a, b))
  },
})

/**
 * The rewritings that change no number, ±0, ±∞ and NaN included: 1·x is x, but 0·x is not 0 and
 * x + 0 not always x. The sign of a product may stand in front of it.
 */
const rewritings: { readonly [K in Basis]: Rewriting } = {
  add: { simple: (a, b) => oppositely('sub', a, b) },
  sub: { simple: (a, b) => (isNumber(b, 0) ? a : oppositely('add', a, b)) },
  mul: {
    simple: (a, b) => (isNumber(a, 1) ? b : isNumber(b, 1) ? a : signFirst('mul', a, b)),
  },
  div: { simple: (a, b) => (isNumber(b, 1) ? a : signFirst('div', a, b)) },
  pow: {
    simple: (a, b) =>
      isNumber(b, 1) ? a : isNumber(b, 0) || isNumber(b, -0) ? numberFormula(1) : undefined,
  },
  neg: { simple: (a) => negated(a) },
  select: choice,
  gt: comparison('gt'),
  lt: comparison('lt'),
  ge: comparison('ge'),
  le: comparison('le'),
  eq: comparison('eq'),
  max: extreme(true),
  min: extreme(false),
  abs: {},
  sqrt: {},
  exp: {},
  expm1: {},
  log: {},
  log1p: {},
  sin: {},
  cos: {},
  tanh: {},
  erf: {},
}

const isNumber = (f: Formula | undefined, x: number): boolean =>
  f?.kind === 'number' && Object.is(f.value, x)

/** The operand of a negation; of a negative number the number without its sign. */
function negated(f: Formula | undefined): Formula | undefined {
  if (f?.kind === 'basis' && f.op === 'neg') return f.args[0]
  const negative = f?.kind === 'number' && (f.value < 0 || Object.is(f.value, -0))
  return negative ? numberFormula(-f.value, f.facts) : undefined
}

/** a + (−b) is a − b, and a − (−b) is a + b. */
function oppositely(op: 'add' | 'sub', a: Formula, b: Formula): Formula | undefined {
  const positive = negated(b)
  return positive && simplified(op, [a, positive])
}

/** (−a)·b and a·(−b) are −(a·b), to the last bit. */
function signFirst(op: 'mul' | 'div', a: Formula, b: Formula): Formula | undefined {
  const [positiveA, positiveB] = [negated(a), negated(b)]
  if (positiveA === undefined && positiveB === undefined) return undefined
  const product = simplified(op, [positiveA ?? a, positiveB ?? b])
  return positiveA !== undefined && positiveB !== undefined ? product : simplified('neg', [product])
}

/** Arithmetic of numbers alone, where its result is no longer than what it is computed from. */
function folded(op: Basis, args: readonly Formula[]): Formula | undefined {
  const value = args.every(({ kind }) => kind === 'number') ? valueOf(op, args) : undefined
  if (value === undefined) return undefined
  const room = args.reduce((total, arg) => total + String(arg.value).length + 1, 0)
  return String(value).length <= room ? numberFormula(value) : undefined
}

function simplified(op: Basis, args: readonly Formula[]): Formula {
  const simple = folded(op, args) ?? rewritings[op].simple?.(...args)
  return simple === undefined ? basisFormula(op, args) : chosen(simple, factsOf(args))
}

/** The formula, with more facts that it rests on. */
function chosen(formula: Formula, more: readonly Fact[]): Formula {
  if (more.length === 0) return formula
  return { ...formula, facts: [...new Set([...more, ...formula.facts])] }
}

function factsAbout(left: Formula, right: Formula): readonly Fact[] {
  const inherited = factsOf([left, right])
  if (left.kind === 'number' && right.kind === 'number') return inherited
  const [a, b] = [left.value!, right.value!]
  const relation = a < b ? '<' : a > b ? '>' : a === b ? '=' : 'beside'
  return [...inherited, { left, relation, right }]
}

/** What a condition says: of a comparison its two sides, of another number how it stands to 0. */
function factsOfCondition(condition: Formula): readonly Fact[] {
  const compares = condition.kind === 'basis' && rewritings[condition.op].here !== undefined
  const [left, right] = compares ? condition.args : [condition, numberFormula(0)]
  return factsAbout(left!, right!)
}

type Build = (op: Basis, args: readonly Formula[]) => Formula

const algebra = (build: Build): Algebra<Formula> =>
  algebraOf((op, args) => {
    const given = args.map(lifted)
    return isBasis(op) ? build(op.name, given) : callFormula(op.name, given)
  })

const lifted = (x: Num<Formula>): Formula => (typeof x === 'number' ? numberFormula(x) : x)

/** Arithmetic over formulas that holds at every point. */
export const formulas: Algebra<Formula> = algebra(simplified)

/** Arithmetic over formulas at one point: what is compared is decided there, and says how. */
export const formulasHere: Algebra<Formula> = algebra(formulaHere)

/** A row of the basis at one point. */
export function formulaHere(op: Basis, args: readonly Formula[]): Formula {
  return rewritings[op].here?.(...args) ?? simplified(op, args)
}

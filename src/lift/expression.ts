/**
 * What a loop nest computes at each turn: operations of the table over numbers that are read from
 * somewhere. The partials and the lowering of a row, run over this algebra, become such expressions.
 */
import { algebraOf } from '../algebra.ts'
import { type Algebra, type Num, ops, type Row } from '../ops.ts'

/** An expression whose numbers are read in the way R. */
export type Expression<R> =
  | { readonly kind: 'literal'; readonly value: number }
  | { readonly kind: 'read'; readonly read: R }
  | { readonly kind: 'apply'; readonly op: Row; readonly args: readonly Expression<R>[] }

/** A number that only a kernel will know: an operator of JavaScript would take it for NaN, without a word. */
export abstract class Unknown {
  [Symbol.toPrimitive](hint: string): string {
    if (hint === 'string') return 'a number that is not known yet'
    throw new TypeError(
      'operators cannot follow a number that only the compiled code will know: write m.mul(2, x) for 2 * x, ' +
        'm.select(m.gt(x, 0), a, b) for x > 0 ? a : b.',
    )
  }
}

class Literal extends Unknown {
  readonly kind = 'literal'
  constructor(readonly value: number) {
    super()
  }
}

class Read<R> extends Unknown {
  readonly kind = 'read'
  constructor(readonly read: R) {
    super()
  }
}

class Application<R> extends Unknown {
  readonly kind = 'apply'
  constructor(
    readonly op: Row,
    readonly args: readonly Expression<R>[],
  ) {
    super()
  }
}

export const literal = (value: number): Expression<never> => new Literal(value)

export const read = <R>(from: R): Expression<R> => new Read(from)

/** op(args), as it is written. */
export const application = <R>(op: Row, args: readonly Expression<R>[]): Expression<R> =>
  new Application(op, args)

/** A constant or an expression, as an expression. */
export function expressionOf<R>(x: Num<Expression<R>>): Expression<R> {
  return typeof x === 'number' ? literal(x) : x
}

/**
 * op(args), without what is computed for nothing: constants are folded, 1 · x is x, and a choice
 * that is made already is taken. All exact: 0 · x stays, as it may be NaN.
 */
export function applied<R>(op: Row, args: readonly Num<Expression<R>>[]): Expression<R> {
  const given = args.map(expressionOf)
  const constants: number[] = []
  for (const x of given) if (x.kind === 'literal') constants.push(x.value)
  if (constants.length === given.length && op.arity !== 'variadic')
    return literal(op.eval(...(constants as [number])))
  const [first, second, third] = given
  if (op === ops.mul && is(1, first!)) return second!
  if (op === ops.mul && is(1, second!)) return first!
  if (op === ops.select && first!.kind === 'literal') return first!.value === 0 ? third! : second!
  return new Application(op, given)
}

const is = (value: number, x: Expression<unknown>): boolean =>
  x.kind === 'literal' && x.value === value

/** Expressions as an algebra: every operation of the table is remembered, not computed. */
export const expressions: Algebra<Expression<unknown>> = algebraOf(applied<unknown>)

/** The same expression with every read replaced. What is shared stays shared. */
export const substituted = <R, S>(
  root: Expression<R>,
  by: (read: R) => Expression<S>,
): Expression<S> => substitution(by)(root)

/** Replaces every read, in one expression after the other. What they share stays shared. */
export function substitution<R, S>(
  by: (read: R) => Expression<S>,
): (root: Expression<R>) => Expression<S> {
  const done = new Map<Expression<R>, Expression<S>>()
  const visit = (x: Expression<R>): Expression<S> => {
    if (x.kind === 'literal') return x
    const before = done.get(x)
    if (before !== undefined) return before
    const after = x.kind === 'read' ? by(x.read) : applied(x.op, x.args.map(visit))
    done.set(x, after)
    return after
  }
  return visit
}

/** Every different thing that is read, in order. */
export function readsOf<R>(root: Expression<R>): R[] {
  if (root.kind === 'read') return [root.read]
  const found = new Set<R>()
  const seen = new Set<Expression<R>>()
  const visit = (x: Expression<R>): void => {
    if (x.kind === 'read') found.add(x.read)
    if (x.kind !== 'apply' || seen.has(x)) return
    seen.add(x)
    x.args.forEach(visit)
  }
  visit(root)
  return [...found]
}

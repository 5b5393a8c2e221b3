/**
 * Every row of the table as a function (`mul(2, a)`, `tanh(a)`), and the few functions that are
 * sentences of several rows: mean, dot, logSumExp, softmax.
 */
import { apply, type Operand, Value } from './engine.ts'
import { type Algebra, type Arity, type Operands, type Ops, ops, type Row } from './ops.ts'

type FunctionOf<R> = R extends Row<infer A> ? (...x: Operands<A, Operand>) => Value : never
type Functions = { readonly [K in keyof Ops]: FunctionOf<Ops[K]> }

/** A row as a function of Values and numbers; a variadic one takes a list. */
export function functionOf<A extends Arity>(op: Row<A>): (...x: Operands<A, Operand>) => Value
export function functionOf(op: Row): (...x: never[]) => Value {
  if (op.arity === 2) return (a: Operand, b: Operand) => apply(op, a, b)
  if (op.arity === 3) return (...x: readonly Operand[]) => apply(op, x)
  return (a: Operand | readonly Operand[]) =>
    apply(op, op.arity === 1 ? a : listed(a as readonly Operand[], op.name))
}

/** A list as it is. Throws on anything else, with the call that was meant. */
export function listed<T>(x: readonly T[], name: string): readonly T[] {
  if (Array.isArray(x)) return x
  throw new TypeError(`${name} takes a list such as [a, b], got ${typeof x}.`)
}

/** The table as functions of Values; also the arithmetic in which derivatives are differentiated. */
export const values: Functions & Algebra<Value> = Object.fromEntries(
  Object.values<Row>(ops).map((op) => [op.name, functionOf(op)]),
) as never

export const {
  add,
  sub,
  mul,
  div,
  pow,
  neg,
  abs,
  sqrt,
  exp,
  expm1,
  log,
  log1p,
  sin,
  cos,
  tan,
  tanh,
  sigmoid,
  relu,
  leakyRelu,
  elu,
  gelu,
  silu,
  softplus,
  erf,
  max,
  min,
  gt,
  lt,
  ge,
  le,
  eq,
  select,
  sum,
  logSumExp,
} = values

/** A leaf: a number to differentiate by. `value(-4, 'a')` is `new Value(-4, 'a')`. */
export function value(data: number, label?: string): Value {
  if (typeof data !== 'number')
    throw new TypeError(`value(data) takes a number, got ${typeof data}.`)
  return new Value(data, label)
}

/** Σ xᵢ / n. Throws on an empty list, which has no mean. */
export function mean(x: readonly Operand[]): Value {
  if (listed(x, 'mean').length === 0) throw new RangeError('mean([]): an empty list has no mean.')
  return sum(x).div(x.length)
}

/** Σ aᵢ·bᵢ of two lists of the same length. */
export function dot(a: readonly Operand[], b: readonly Operand[]): Value {
  if (listed(a, 'dot').length !== listed(b, 'dot').length)
    throw new RangeError(`dot: ${a.length} and ${b.length} inputs, expected one each.`)
  return sum(a.map((ai, i) => mul(ai, b[i]!)))
}

/** The value at a position: `pick(logits, label)`. The index is a whole number in 0 … length − 1. */
export function pick(x: readonly Operand[], index: Operand): Value {
  return apply(ops.pick, [...listed(x, 'pick'), index])
}

/** exp(xᵢ) / Σ exp(xⱼ), one for each: positive, and 1 together. */
export function softmax(x: readonly Operand[]): Value[] {
  const scale = logSumExp(x)
  return x.map((xi) => exp(sub(xi, scale)))
}

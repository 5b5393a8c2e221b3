/** Arithmetic over an abstract number, made from one function: what becomes of a row and its operands. */
import { type Algebra, type Num, ops, type Row } from './ops.ts'

/**
 * An algebra in which `apply` says what a row comes to. What a row is handed beyond its operands, as it is where
 * `map` and `reduce` of a list call it, is not among them; a variadic row, which only a list brings, has them all.
 */
export function algebraOf<T>(apply: (op: Row, operands: readonly Num<T>[]) => T): Algebra<T> {
  const methods = Object.values<Row>(ops).map((op) => {
    const count = op.arity === 'variadic' ? Infinity : op.arity
    const method = (...x: Num<T>[]): T => apply(op, x.length > count ? x.slice(0, count) : x)
    return [op.name, method]
  })
  return Object.fromEntries(methods) as never
}

/** Rows as tests call them, whatever their arity. */
import { type Operand, type Row, type Value } from 'chainrule'
import { functionOf } from '../src/functions.ts'
import { numbers } from '../src/ops.ts'

/** Rows whose last input gets no derivative though others do: it is the position to pick. */
export function takesIndex(row: Row): boolean {
  return row.arity === 'variadic' && ratesOf(row, [1, 2, 0])[2] === undefined
}

/** y of a row at a point. */
export function primal(row: Row, x: readonly number[]): number {
  return row.arity === 'variadic' ? row.eval(x) : row.eval(...(x as [number, number, number]))
}

/** ∂y/∂xᵢ of a row at a point, as its partials say. */
export function ratesOf(row: Row, x: readonly number[]): readonly (number | undefined)[] {
  const y = primal(row, x)
  return row.arity === 'variadic'
    ? row.partials(numbers, y, x)
    : row.partials(numbers, y, ...(x as [number, number, number]))
}

/** A row applied to operands, whatever its arity. */
export function applied(row: Row, x: readonly Operand[]): Value {
  return row.arity === 'variadic' ? functionOf(row)(x) : functionOf(row)(...(x as [Operand]))
}

/** Rows of one's own: how they are told from those of the table, and how the basis spells them. */
import { type Ops, ops, type Row } from '../ops.ts'
import { expressions, read } from './expression.ts'

/** Whether a row is one of the table; one of the user's own may have the same name. */
export const isOfTable = (row: Row): boolean => ops[row.name as keyof Ops] === row

/** `row.lower`. Throws, saying what cannot be done without it, where there is none; and where it leaves the algebra. */
export function lowerOf<R extends Row>(
  row: R,
  done: 'compiled' | 'exported',
): NonNullable<R['lower']> {
  if (row.lower !== undefined) {
    if (!isOfTable(row)) rehearse(row)
    return row.lower
  }
  throw new TypeError(
    `${row.name} cannot be ${done}, as its row has no lower: write lower(m, x), the same function ` +
      'from the basis of the algebra m.',
  )
}

/** Runs a `lower` over numbers that are not known, with which operators of JavaScript refuse to compute. */
function rehearse({ arity, lower }: Row): void {
  if (arity === 'variadic') return // is run over such, with as many as there are
  const operands = ['a', 'b', 'c'].slice(0, arity).map((name) => read<unknown>(name))
  ;(lower as NonNullable<Row<3>['lower']>)(expressions, ...(operands as [never, never, never]))
}

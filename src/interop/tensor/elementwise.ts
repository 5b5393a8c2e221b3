/** What a nest computes at every turn, as operations on whole tensors. */
import { type Access, type Expression, totalAccess } from '../../lift/index.ts'
import { ops } from '../../ops.ts'
import { joined, type TensorExpression } from './tensor.ts'

/** What an access of a nest reads. */
export type Read = (access: Access) => TensorExpression

export const literal = (value: number): TensorExpression => ({
  kind: 'literal',
  value,
  axes: [],
  varying: false,
})

type Axes = Pick<TensorExpression, 'axes' | 'varying'>

/** Expressions as tensors; what is shared stays shared. */
export class Elementwise {
  readonly #read: Read
  readonly #total: TensorExpression
  readonly #done = new Map<Expression<Access>, TensorExpression>()

  /** In a fold, `total` says which axes its total has. */
  constructor(read: Read, total: Axes = { axes: [], varying: false }) {
    this.#read = read
    this.#total = { kind: 'total', axes: total.axes, varying: total.varying }
  }

  of(x: Expression<Access>): TensorExpression {
    const known = this.#done.get(x)
    if (known !== undefined) return known
    const fresh = this.#fresh(x)
    this.#done.set(x, fresh)
    return fresh
  }

  #fresh(given: Expression<Access>): TensorExpression {
    const x = plain(given)
    if (x.kind === 'literal') return literal(x.value)
    if (x.kind === 'read') return x.read === totalAccess ? this.#total : this.#read(x.read)
    const args = x.args.map((arg) => this.of(arg))
    return { kind: 'elementwise', op: x.op, args, ...joined(args) }
  }
}

/** Without 0 + and ÷ 1, which sums and means of lists begin and end with; of −0 they make the same number, 0. */
export function plain(x: Expression<Access>): Expression<Access> {
  if (x.kind !== 'apply') return x
  const [a, b] = x.args
  if (x.op === ops.add && isLiteral(a, 0)) return plain(b!)
  if (x.op === ops.add && isLiteral(b, 0)) return plain(a!)
  if (x.op === ops.div && isLiteral(b, 1)) return plain(a!)
  return x
}

function isLiteral(x: Expression<Access> | undefined, value: number): boolean {
  return x?.kind === 'literal' && x.value === value
}

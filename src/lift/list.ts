/** The operands of a row of lists: arrays whose `reduce` becomes loops. */
import { literal, read, substitution } from './expression.ts'
import { common, endOfForm } from './form.ts'
import { type Operand, type Rolled, total as ownTotal } from './operand.ts'

type Step<T> = (total: Rolled, x: Rolled, i: number, all: readonly Rolled[]) => T

/**
 * Those of a row of the table. Its reducers do the same at every turn and compute with their index
 * by the algebra alone, so that one turn tells what all of a stretch do.
 */
export class EvenList extends Array<Rolled> {
  /** One loop for each stretch of operands of one run, one after the other. */
  override reduce(...args: unknown[]): never {
    const [step, initial] = args as [Step<Rolled>, Rolled | undefined]
    let total = initial ?? this[0]!
    let at = initial === undefined ? 1 : 0
    while (at < this.length) {
      const end = this.#endOfStretch(at)
      const each = end - at > 1 ? common(this.slice(at, end)) : undefined
      if (each !== undefined) {
        const first = at
        const numbers = Array.from({ length: end - at }, (_, i) => first + i)
        const turn = step(ownTotal, each, read({ from: 'table', numbers }) as never, this)
        total = read({ from: 'fold', fold: { turns: end - at, initial: total, step: turn } })
        at = end
      }
      for (; at < end; at++) total = step(total, this[at]!, at, this)
    }
    return total as never
  }

  #endOfStretch(start: number): number {
    const run = runOf(this[start]!)
    let end = start + 1
    if (run === undefined) return end
    while (end < this.length && runOf(this[end]!) === run) end++
    return end
  }
}

/** The run that an element of a list reads. */
function runOf(x: Rolled): number | undefined {
  if (x.kind === 'read') return x.read.from === 'run' ? x.read.run : undefined
  if (x.kind !== 'apply') return undefined
  for (const arg of x.args) {
    const run = runOf(arg)
    if (run !== undefined) return run
  }
  return undefined
}

/**
 * Those of a user's row. Its reducers may look at their index and keep what they see, so every turn
 * is taken, in order; what neighbours do in the same form is one loop.
 */
export class List extends Array<Rolled> {
  override reduce(...args: unknown[]): never {
    const [step, initial] = args as [Step<unknown>, unknown]
    const first = args.length > 1 ? 0 : 1
    if (this.length <= first || !this.some(isExpression))
      return super.reduce(...(args as [never])) as never
    const totals: Operand[] = []
    const turns: Rolled[] = []
    for (let i = first; i < this.length; i++) {
      const total: Operand = { from: 'total' }
      totals.push(total)
      turns.push(expression(step(read(total), this[i]!, i, this)))
    }
    return joined(expression(first === 0 ? initial : this[0]), turns, totals) as never
  }
}

/** What `turns` come to, each of which reads a total of its own: loops, and what is between them. */
function joined(initial: Rolled, turns: readonly Rolled[], totals: readonly Operand[]): Rolled {
  const known = new Map<Operand, Rolled>()
  const resolved = substitution<Operand, Operand>((o) => known.get(o) ?? read(o))
  let total = initial
  for (let at = 0; at < turns.length; ) {
    const end = endOfForm(turns, at)
    const step = end - at > 1 ? common(turns.slice(at, end), totals.slice(at, end)) : undefined
    if (step !== undefined) {
      total = read({ from: 'fold', fold: { turns: end - at, initial: total, step } })
      at = end
    }
    for (; at < end; at++) {
      known.set(totals[at]!, total)
      total = resolved(turns[at]!)
    }
  }
  return total
}

const isExpression = (x: unknown): x is Rolled => typeof x === 'object' && x !== null && 'kind' in x

/** What a reducer starts from or gives, if it is a number of the algebra. */
function expression(x: unknown): Rolled {
  if (typeof x === 'number') return literal(x)
  if (isExpression(x)) return x
  throw new TypeError('a total is no number')
}

import { type Access, type Expression, totalAccess } from '../lift/index.ts'
import type { Schedule } from './schedule.ts'

/** What an expression depends on. */
interface Trait {
  readonly isConstant: boolean
  /** Reads the total of a fold. */
  readonly folds: boolean
  /** The loops that move what it reads, by number. */
  readonly movers: readonly number[]
}

/** What the expressions of a nest depend on: each found once, from what it is made of. */
export class Traits {
  readonly #schedule: Schedule
  readonly #known = new Map<Expression<Access>, Trait>()

  constructor(schedule: Schedule) {
    this.#schedule = schedule
  }

  of(x: Expression<Access>): Trait {
    const known = this.#known.get(x)
    if (known !== undefined) return known
    const fresh = this.#found(x)
    this.#known.set(x, fresh)
    return fresh
  }

  #found(x: Expression<Access>): Trait {
    if (x.kind === 'literal') return { isConstant: true, folds: false, movers: [] }
    if (x.kind === 'apply') return this.#together(x.args)
    if (x.read === totalAccess) return { isConstant: false, folds: true, movers: [] }
    return { isConstant: false, folds: false, movers: this.#moversOf(x.read) }
  }

  #together(args: readonly Expression<Access>[]): Trait {
    let isConstant = true
    let folds = false
    const movers: number[] = []
    for (const arg of args) {
      const part = this.of(arg)
      isConstant &&= part.isConstant
      folds ||= part.folds
      for (const axis of part.movers) if (!movers.includes(axis)) movers.push(axis)
    }
    return { isConstant, folds, movers }
  }

  #moversOf(access: Access): number[] {
    const { accesses, axes } = this.#schedule
    const i = accesses.indexOf(access)
    const movers: number[] = []
    for (let k = 0; k < axes.length; k++)
      if (axes[k]!.strides[i] !== 0 || axes[k]!.entries[i] !== 0) movers.push(k)
    return movers
  }
}

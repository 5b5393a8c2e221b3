import { type Access, type Expression, totalAccess } from '../lift/index.ts'
import { readsOf } from '../lift/expression.ts'
import { type Axis, axesOf, type Schedule } from './schedule.ts'

/** What an expression depends on. */
interface Trait {
  readonly isConstant: boolean
  /** Reads the total of a fold. */
  readonly folds: boolean
  /** The loops that move what it reads. */
  readonly movers: readonly Axis[]
}

/** What the expressions of a nest depend on, each found once. */
export class Traits {
  readonly #schedule: Schedule
  readonly #known = new Map<Expression<Access>, Trait>()

  constructor(schedule: Schedule) {
    this.#schedule = schedule
  }

  of(x: Expression<Access>): Trait {
    const known = this.#known.get(x)
    if (known !== undefined) return known
    const reads = readsOf(x)
    const accesses = reads.filter((access) => access !== totalAccess)
    const places = accesses.map((access) => this.#schedule.accesses.indexOf(access))
    const fresh = {
      isConstant: reads.length === 0,
      folds: accesses.length < reads.length,
      movers: axesOf(this.#schedule).filter(({ strides, entries }) =>
        places.some((i) => strides[i] !== 0 || entries[i] !== 0),
      ),
    }
    this.#known.set(x, fresh)
    return fresh
  }
}

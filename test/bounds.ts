/**
 * How far a kernel in single precision may be from double, for a whole graph: the bounds of `rounding.ts` carried
 * forward through every row and back along every partial.
 */
import { type Row, sum, type Value } from 'chainrule'
import type { Optimizer } from 'chainrule/optim'
import { adjoints } from '../src/adjoints.ts'
import { topologicalOrder } from '../src/order.ts'
import { type Bounded, given, Rounding } from './rounding.ts'

/**
 * What the analysis leaves out, of the third order in the errors, and what double precision itself is
 * off, 2⁻²⁹ of what single is: far below one in a hundred where an error is below a tenth of its number.
 */
const safety = 1.01

/** A number that was expected, and how far from it one may be. */
export interface Expected {
  readonly value: number
  readonly bound: number
}

export class Bounds {
  readonly #rounding = new Rounding()
  readonly #numbers = new Map<Value, Bounded>()

  /** Comparisons that rounding may turn over: bounds then admit either side. */
  get undecided(): number {
    return this.#rounding.undecided
  }

  /** What a kernel makes of each Value. */
  of(values: readonly Value[]): Expected[] {
    for (const v of topologicalOrder(...values)) this.#compute(v)
    return values.map((v) => expected(this.#numbers.get(v)!))
  }

  /**
   * The mean of losses, one an example, and its gradient. Kernels add losses up and leave the division to
   * double precision; the gradient begins with 1 / n in each of them. Where losses share a Value, it is
   * computed once.
   */
  ofMean(losses: readonly Value[], by: readonly Value[]): Expected[] {
    const total = sum(losses)
    const [all] = this.of([total])
    const mean = { value: all!.value / losses.length, bound: all!.bound / losses.length }
    return [mean, ...this.#gradient(total, losses.length, by).map(expected)]
  }

  /** Every parameter after the first step of an optimizer, whose update is a program over an algebra too. */
  ofStep(losses: readonly Value[], optimizer: Optimizer): Expected[] {
    const total = sum(losses)
    this.of([total])
    const { parameters, slots } = optimizer
    const constant = (value: number): Bounded => ({ ...given(value), constant: true })
    const gradient = this.#gradient(total, losses.length, parameters)
    return parameters.map((parameter, i) => {
      const { parameter: next } = optimizer.update(this.#rounding.algebra, {
        parameter: given(parameter.data),
        gradient: gradient[i]!,
        state: Array.from({ length: slots }, () => given(0)),
        learningRate: constant(optimizer.rate()),
        step: constant(1),
      })
      return expected(next)
    })
  }

  #gradient(total: Value, examples: number, by: readonly Value[]): Bounded[] {
    const seed = given(1 / examples)
    const found = adjoints(this.#rounding.algebra, total, seed, (v) => this.#numbers.get(v)!)
    return by.map((x) => found.get(x) ?? given(0))
  }

  #compute(v: Value): void {
    if (this.#numbers.has(v)) return
    const { algebra } = this.#rounding
    const x = v.inputs.map((input) => this.#numbers.get(input)!)
    this.#numbers.set(v, v.op === undefined ? given(v.data) : applied(v.op, algebra, x))
  }
}

function applied(row: Row, m: Rounding['algebra'], x: readonly Bounded[]): Bounded {
  const basis = m as unknown as Record<string, (...x: readonly Bounded[]) => Bounded>
  if (Object.hasOwn(basis, row.name)) return basis[row.name]!(...x)
  if (row.arity === 'variadic') return (row as Row<'variadic'>).lower!(m, x)
  return (row as Row<1>).lower!(m, ...(x as [Bounded]))
}

const expected = ({ value, error }: Bounded): Expected => ({ value, bound: safety * error })

/** How numbers compare with their bounds, over many programs. */
export class Comparison {
  numbers = 0
  /** Numbers of which nothing can be said. */
  unbounded = 0
  /** Programs with a comparison that rounding may turn over. */
  undecided = 0
  readonly #used: number[] = []
  readonly #sizes: number[] = []

  /** The first number that is further off than its bound, in words. */
  wrong(got: ArrayLike<number>, wanted: readonly Expected[], { undecided }: Bounds): string[] {
    if (undecided > 0) this.undecided++
    return wanted.flatMap(({ value, bound }, i) => {
      this.numbers++
      if (bound === Infinity) this.unbounded++
      else if (bound > 0) {
        this.#used.push(Math.abs(got[i]! - value) / bound)
        this.#sizes.push(bound / Math.max(1, Math.abs(value)))
      }
      if (bound === Infinity || Math.abs(got[i]! - value) <= bound) return []
      return [`number ${i} is ${got[i]}, expected ${value} ± ${bound}`]
    })
  }

  /** The share of bounds that is larger than this, relative to max(1, |expected|). */
  looser(than: number): number {
    return this.#sizes.filter((size) => size > than).length / this.#sizes.length
  }

  toString(): string {
    const { numbers, unbounded, undecided } = this
    const [used, size] = [quantiles(this.#used), quantiles(this.#sizes)]
    return (
      `${numbers} numbers, ${unbounded} without a bound, ${undecided} programs with a choice that rounding ` +
      `decides; error / bound: median ${used(0.5)}, 99 % ${used(0.99)}, largest ${used(1)}; ` +
      `bound: median ${size(0.5)}, 99 % ${size(0.99)}`
    )
  }
}

function quantiles(list: readonly number[]): (share: number) => string {
  const sorted = Float64Array.from(list).sort()
  return (share) => sorted[Math.round(share * (sorted.length - 1))]!.toPrecision(2)
}

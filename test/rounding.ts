/**
 * What rounding in single precision can do to a number, as an algebra: every operation of the table tells
 * how far a kernel may be from the number that double precision gives (a running error analysis; Higham,
 * Accuracy and Stability of Numerical Algorithms, 2002, sections 2.2, 3.3 and 4.2). With u = 2⁻²⁴:
 *
 *   error(y) = Σ |∂y/∂xᵢ| · error(xᵢ) + c · u · (|y| + …)    for an operation of one rounding or c / 2 ulp
 *   error(Σ) = Σ error(xᵢ) + (n − 1) · u · Σ |xᵢ|             for n terms in whatever order
 *
 * Kernels reorder sums and nothing else: chains of additions, loops cut into lanes, examples and threads,
 * and terms of an adjoint. Additions here therefore stay open: a sum of sums is one longer sum. Rows
 * outside the basis are what their `lower` says, unless a kernel has a routine of its own.
 */
import { type Algebra, type Num, numbers, ops, type Row } from '../src/ops.ts'
import { claims } from './claims.ts'

const unit = 2 ** -24
/** Half of the smallest number: all that a rounding moves a result below the normal numbers. */
const least = 2 ** -150
const largest = 2 ** 128 * (1 - unit)

/** A number in double precision, and how far at most a kernel in single precision is from it. */
export interface Bounded {
  readonly value: number
  /** Infinite where nothing can be said: a divisor that may be 0, an overflow. */
  readonly error: number
  /** Of a sum: what it is a sum of. */
  readonly terms?: Terms | undefined
  /** Made of literals alone: computed in double precision, and rounded once. */
  readonly constant?: true
}

/** Numbers to be added in any order: how many, Σ |xᵢ|, Σ error(xᵢ). */
interface Terms {
  readonly count: number
  readonly size: number
  readonly error: number
}

/** How a number begins in a kernel, as a parameter, an input or a literal: rounded once. */
export function given(value: number): Bounded {
  const rounded = Math.fround(value)
  return { value, error: rounded === value ? 0 : Math.abs(rounded - value) } // also where it is infinite
}

function bounded(value: number, error: number, terms?: Terms): Bounded {
  const known = error < Infinity && Math.abs(value) + error < largest
  return { value, error: known ? error : Infinity, terms }
}

const boundedOf = (x: Num<Bounded>): Bounded =>
  typeof x === 'number' ? { ...given(x), constant: true } : x

/** What one rounding does to a number no larger than this; 0 is exact. */
const rounding = (size: number): number => (size === 0 ? 0 : unit * size + least)

type Smooth =
  | 'sub'
  | 'pow'
  | 'sqrt'
  | 'exp'
  | 'expm1'
  | 'log'
  | 'log1p'
  | 'sin'
  | 'cos'
  | 'tanh'
  | 'erf'
  | 'sigmoid'

/**
 * Roundings that an operation counts as: an ulp is at most 2 u |y|, so an instruction has 1 and a function twice
 * the ulps of its claim, which are measured against an oracle. `pow` is x·x·x where the exponent is 3.
 */
const roundings: Record<Smooth, number> = {
  sub: 1,
  pow: 2,
  sqrt: 1,
  exp: 2 * claims.exp.f32,
  expm1: 2 * claims.expm1.f32,
  log: 2 * claims.log.f32,
  log1p: 2 * claims.log1p.f32,
  sin: 2 * claims.sin.f32,
  cos: 2 * claims.cos.f32,
  tanh: 2 * claims.tanh.f32,
  erf: 2 * claims.erf.f32,
  sigmoid: 2 * claims.sigmoid.f32,
}

/** The largest |∂y/∂xᵢ| on the way from what double precision has to what the kernel may have. */
type Slopes = (row: Row, y: number, x: readonly Bounded[]) => readonly number[]

const partialsOf = <T>(row: Row, m: Algebra<T>, y: T, x: readonly T[]): readonly unknown[] =>
  (row as Row<1>).partials(m, y, ...(x as [T]))

/** At the point itself: right but for terms of second order. */
const slopesHere: Slopes = (row, y, x) =>
  partialsOf(
    row,
    numbers,
    y,
    x.map(({ value }) => value),
  ).map((partial) => Math.abs((partial as number | undefined) ?? 0))

/** By how much errors of the operands move a result. */
function moved(slopes: readonly number[], x: readonly Bounded[]): number {
  return x.reduce((sum, { error }, i) => (error === 0 ? sum : sum + slopes[i]! * error), 0)
}

/** The algebra; `undecided` counts comparisons whose result rounding may turn over. */
export class Rounding {
  undecided = 0
  readonly algebra: Algebra<Bounded>

  constructor() {
    const first = this.#algebraBy(slopesHere)
    // The partials have errors of their own, by the same algebra: |p| + error(p) holds all the way (mean
    // value theorem), so that what is left out is of third order.
    this.algebra = this.#algebraBy((row, y, x) => {
      const about = { value: y, error: moved(slopesHere(row, y, x), x) }
      return partialsOf(row, first, about, x).map((partial) => {
        const { value, error } = boundedOf((partial as Num<Bounded> | undefined) ?? 0)
        return Math.abs(value) + error
      })
    })
  }

  #algebraBy(slopes: Slopes): Algebra<Bounded> {
    const smooth = Object.entries(roundings).map(([name, count]) => {
      const row = ops[name as Smooth] as Row
      const compute = (...x: readonly Bounded[]): Bounded => {
        const y = (row as Row<1>).eval(...(x.map(({ value }) => value) as [number]))
        const off = moved(slopes(row, y, x), x)
        return bounded(y, off + count * rounding(Math.abs(y) + off))
      }
      return [name, compute] as const
    })
    const compared = (name: 'gt' | 'lt' | 'ge' | 'le' | 'eq') => (a: Bounded, b: Bounded) =>
      bounded(numbers[name](a.value, b.value), this.#isDecided(a, b) ? 0 : 1)
    return folding({
      ...(Object.fromEntries(smooth) as Record<Smooth, (...x: readonly Bounded[]) => Bounded>),
      add,
      mul,
      div,
      max: (a, b) => this.#extreme('max', a, b),
      min: (a, b) => this.#extreme('min', a, b),
      gt: compared('gt'),
      lt: compared('lt'),
      ge: compared('ge'),
      le: compared('le'),
      eq: compared('eq'),
      neg: ({ value, error }) => bounded(-value, error),
      abs: ({ value, error }) => bounded(Math.abs(value), error),
      select: (condition, a, b) => this.#select(condition, a, b),
    })
  }

  /** Whether a and b are in the same order for a kernel. */
  #isDecided(a: Bounded, b: Bounded): boolean {
    const error = a.error + b.error
    const decided = a === b || error === 0 || Math.abs(a.value - b.value) > error
    if (!decided) this.undecided++
    return decided
  }

  #extreme(name: 'max' | 'min', a: Bounded, b: Bounded): Bounded {
    const y = numbers[name](a.value, b.value)
    if (Math.abs(a.value - b.value) > a.error + b.error) return y === a.value ? a : b
    return bounded(y, Math.max(a.error, b.error))
  }

  /** Where the choice is open, the bound reaches to the other side. */
  #select(condition: Bounded, a: Bounded, b: Bounded): Bounded {
    const [taken, other] = condition.value === 0 ? [b, a] : [a, b]
    if (this.#isDecided(condition, zero)) return taken
    const across = Math.abs(other.value - taken.value) + other.error
    return bounded(taken.value, Math.max(taken.error, across))
  }
}

const zero: Bounded = { value: 0, error: 0 }

type Full = { [K in keyof Algebra<Bounded>]: (...x: Bounded[]) => Bounded }

/** Operations on literals alone are done before there is a kernel. */
function folding(algebra: Full): Algebra<Bounded> {
  const folded = Object.entries(algebra).map(([name, compute]) => {
    const plain = numbers[name as 'add'] as (...x: number[]) => number
    return [
      name,
      (...given: Num<Bounded>[]) => {
        const x = given.map(boundedOf)
        if (!x.every(({ constant }) => constant)) return compute(...x)
        return boundedOf(plain(...x.map(({ value }) => value)))
      },
    ]
  })
  return Object.fromEntries(folded) as Algebra<Bounded>
}

function add(a: Bounded, b: Bounded): Bounded {
  if (a.value === 0 && a.error === 0) return b
  if (b.value === 0 && b.error === 0) return a
  const [left, right] = [termsOf(a), termsOf(b)]
  const count = left.count + right.count
  const size = left.size + right.size
  const error = left.error + right.error
  // Sums are exact where they are too small to be normal.
  return bounded(a.value + b.value, error + (count - 1) * unit * size, { count, size, error })
}

const termsOf = ({ value, error, terms }: Bounded): Terms =>
  terms ?? { count: 1, size: Math.abs(value) + error, error }

/** (a ± e)(b ± f), which needs no slope; a factor of 1 changes nothing. */
function mul(a: Bounded, b: Bounded): Bounded {
  if (a.value === 1 && a.error === 0) return b
  if (b.value === 1 && b.error === 0) return a
  const [x, y] = [Math.abs(a.value), Math.abs(b.value)]
  const off = x * b.error + y * a.error + a.error * b.error
  return bounded(a.value * b.value, off + rounding(x * y + off))
}

/** a / b, if b cannot be 0. */
function div(a: Bounded, b: Bounded): Bounded {
  const y = a.value / b.value
  const nearest = Math.abs(b.value) - b.error
  const off = nearest > 0 ? (a.error + Math.abs(y) * b.error) / nearest : Infinity
  return bounded(y, off + rounding(Math.abs(y) + off))
}

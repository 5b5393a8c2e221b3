/**
 * The table of operations: one row per scalar function, and everything the house knows about it.
 *
 * Derivatives are written once, over an abstract number (an `Algebra`). Fed with plain numbers they
 * give gradients, fed with Values derivatives of derivatives, fed with text a formula, fed with
 * instructions a compiled backward pass. This file imports nothing; everything else reads it.
 *
 * Kinks and edges follow PyTorch (`npm run golden`): relu′(0) = abs′(0) = 0, 0⁰ = 1, a tie ½ each.
 */

/** What an algebra accepts: its own kind of number, or a constant. */
export type Num<T> = T | number
type Fn1<T> = (a: Num<T>) => T
type Fn2<T> = (a: Num<T>, b: Num<T>) => T

/**
 * Arithmetic over an abstract number T: the closed basis, all that a target implements; the type
 * checker finds what is missing. Rows outside the basis reach a target through their `lower`.
 */
export interface Algebra<T> {
  add: Fn2<T>
  sub: Fn2<T>
  mul: Fn2<T>
  div: Fn2<T>
  pow: Fn2<T>
  max: Fn2<T>
  min: Fn2<T>
  /** Comparisons give 1 or 0; 0 when either side is NaN. */
  gt: Fn2<T>
  lt: Fn2<T>
  ge: Fn2<T>
  le: Fn2<T>
  eq: Fn2<T>
  neg: Fn1<T>
  abs: Fn1<T>
  sqrt: Fn1<T>
  exp: Fn1<T>
  expm1: Fn1<T>
  log: Fn1<T>
  log1p: Fn1<T>
  sin: Fn1<T>
  cos: Fn1<T>
  tanh: Fn1<T>
  erf: Fn1<T>
  /** Picks, never multiplies: ±∞ and NaN on the other side stay out. */
  select(condition: Num<T>, a: Num<T>, b: Num<T>): T
}

type Range = readonly [low: number, high: number]

export type Arity = 1 | 2 | 3 | 'variadic'

/** The operands of a row, by position; a variadic row takes them as one list. */
export type Operands<A extends Arity, T> = {
  1: [a: T]
  2: [a: T, b: T]
  3: [a: T, b: T, c: T]
  variadic: [x: readonly T[]]
}[A]

/** ∂y/∂xᵢ, one for each input; `undefined` where no derivative flows (a comparison's inputs). */
export type Partials<A extends Arity, T> = A extends 'variadic'
  ? readonly (Num<T> | undefined)[]
  : Readonly<Operands<A, Num<T> | undefined>>

/** What an author writes; `table` adds the name, and `eval` where `lower` already says it. */
export interface Definition<A extends Arity> {
  readonly arity: A
  /** Label in a picture. */
  readonly symbol?: string
  /** The primal, in IEEE double precision. Absent: `lower`, run over plain numbers. */
  eval?(...x: Operands<A, number>): number
  /** ∂y/∂xᵢ, which may use the output y. */
  partials<T>(m: Algebra<T>, y: T, ...x: Operands<A, T>): Partials<A, T>
  /** The same function from the basis. Absent on a row that is itself in the basis. */
  lower?<T>(m: Algebra<T>, ...x: Operands<A, T>): T
  /** Where tests sample the inputs: one range for all, or one each. Default [-2, 2]. */
  readonly domain?: Range | readonly Range[]
  /** Zero where the derivative jumps, else the signed distance from there. */
  kink?(...x: Operands<A, number>): number
  /** PyTorch's spelling: a name in `torch`, or an expression of a, b, c (variadic: x). */
  readonly torch?: string
}

/** One row: everything the house knows about one scalar function. */
export interface Row<A extends Arity = Arity> extends Definition<A> {
  readonly name: string
  readonly symbol: string
  eval(...x: Operands<A, number>): number
  /** Its partials where nothing is to be computed: constants, the output y, or operand a or b. */
  readonly ready?: readonly (number | 'y' | 'a' | 'b' | undefined)[] | undefined
}

const of =
  <A extends Arity>(arity: A) =>
  (d: Omit<Definition<A>, 'arity'>): Definition<A> => ({ arity, ...d })
const [unary, binary, ternary, variadic] = [of(1), of(2), of(3), of('variadic')]
/** a ⋚ b: 1 or 0, and no gradient. */
const comparison = (symbol: string, holds: (a: number, b: number) => boolean): Definition<2> =>
  binary({
    symbol,
    eval: (a, b) => (holds(a, b) ? 1 : 0),
    partials: () => [undefined, undefined],
    kink: (a, b) => a - b,
    torch: `(a ${symbol} b).double()`,
  })

const signed: Range = [-2, 2]
const positive: Range = [0.3, 3]
const twoOverRootPi = 2 / Math.sqrt(Math.PI)

const definitions = {
  /** a + b */
  add: binary({ symbol: '+', eval: (a, b) => a + b, partials: () => [1, 1] }),
  /** a − b */
  sub: binary({ symbol: '−', eval: (a, b) => a - b, partials: () => [1, -1] }),
  /** a · b */
  mul: binary({ symbol: '×', eval: (a, b) => a * b, partials: (_m, _y, a, b) => [b, a] }),
  /** a / b */
  div: binary({
    symbol: '÷',
    eval: (a, b) => a / b,
    partials: (m, y, _a, b) => [m.div(1, b), m.neg(m.div(y, b))],
    domain: [signed, positive],
  }),
  /** aᵇ. At b = 0 it is 1 and flat in a; at a = 0, b ≥ 0 it is flat in b. 1ᵇ is 1 for every b. */
  pow: binary({
    eval: (a, b) => (a === 1 || (a === -1 && Math.abs(b) === Infinity) ? 1 : a ** b),
    partials: (m, y, a, b) => [
      // The side not picked stays finite as well, or derivatives of it would be 0 · ∞.
      m.select(m.eq(b, 0), 0, m.mul(b, m.pow(a, m.sub(m.select(m.eq(b, 0), 1, b), 1)))),
      m.select(m.mul(m.eq(a, 0), m.ge(b, 0)), 0, m.mul(y, m.log(a))),
    ],
    domain: [positive, signed],
  }),
  /** −a */
  neg: unary({ symbol: '−', eval: (a) => -a, partials: () => [-1] }),
  /** |a|, flat at 0 */
  abs: unary({
    eval: Math.abs,
    partials: (m, _y, a) => [m.sub(m.gt(a, 0), m.lt(a, 0))],
    kink: (a) => a,
  }),
  /** √a; NaN below 0, infinitely steep at 0 */
  sqrt: unary({
    symbol: '√',
    eval: Math.sqrt,
    partials: (m, y) => [m.div(1, m.mul(2, y))],
    domain: positive,
  }),
  /** eᵃ */
  exp: unary({ eval: Math.exp, partials: (_m, y) => [y] }),
  /** eᵃ − 1, exact near 0 */
  expm1: unary({ eval: Math.expm1, partials: (m, y) => [m.add(y, 1)] }),
  /** ln a; −∞ at 0, NaN below */
  log: unary({ eval: Math.log, partials: (m, _y, a) => [m.div(1, a)], domain: positive }),
  /** ln(1 + a), exact near 0 */
  log1p: unary({
    eval: Math.log1p,
    partials: (m, _y, a) => [m.div(1, m.add(a, 1))],
    domain: [-0.7, 2],
  }),
  sin: unary({ eval: Math.sin, partials: (m, _y, a) => [m.cos(a)] }),
  cos: unary({ eval: Math.cos, partials: (m, _y, a) => [m.neg(m.sin(a))] }),
  tan: unary({
    lower: (m, a) => m.div(m.sin(a), m.cos(a)),
    partials: (m, y) => [m.add(1, m.mul(y, y))],
    domain: [-1.2, 1.2],
  }),
  tanh: unary({ eval: Math.tanh, partials: (m, y) => [m.sub(1, m.mul(y, y))] }),
  /** 1 / (1 + e⁻ᵃ) */
  sigmoid: unary({
    symbol: 'σ',
    lower: (m, a) => m.div(1, m.add(1, m.exp(m.neg(a)))),
    partials: (m, y) => [m.mul(m.sub(1, y), y)],
  }),
  /** a above 0, else 0; flat at 0 */
  relu: unary({
    lower: (m, a) => m.select(m.lt(a, 0), 0, a),
    partials: (m, _y, a) => [m.select(m.le(a, 0), 0, 1)],
    kink: (a) => a,
  }),
  /** a above 0, else 0.01 a; slope 0.01 at 0 */
  leakyRelu: unary({
    lower: (m, a) => m.select(m.gt(a, 0), a, m.mul(a, 0.01)),
    partials: (m, _y, a) => [m.select(m.gt(a, 0), 1, 0.01)],
    kink: (a) => a,
    torch: 'nn.functional.leaky_relu',
  }),
  /** a above 0, else eᵃ − 1 */
  elu: unary({
    lower: (m, a) => m.select(m.le(a, 0), m.expm1(a), a),
    partials: (m, _y, a) => [m.select(m.lt(a, 0), m.exp(m.min(a, 0)), 1)], // min: ∞′ stays out
    kink: (a) => a, // of the second derivative
    torch: 'nn.functional.elu',
  }),
  /** a · Φ(a), with Φ the normal distribution function (exact, not the tanh approximation) */
  gelu: unary({
    lower: (m, a) => m.mul(m.mul(a, 0.5), m.add(1, m.erf(m.mul(a, Math.SQRT1_2)))),
    partials: (m, _y, a) => {
      const cdf = m.mul(0.5, m.add(1, m.erf(m.mul(a, Math.SQRT1_2))))
      const pdf = m.mul(m.exp(m.mul(m.mul(a, a), -0.5)), (twoOverRootPi * Math.SQRT1_2) / 2)
      return [m.add(cdf, m.mul(a, pdf))]
    },
    torch: 'nn.functional.gelu',
  }),
  /** a · σ(a), also called swish */
  silu: unary({
    lower: (m, a) => m.div(a, m.add(1, m.exp(m.neg(a)))),
    partials: (m, _y, a) => {
      const s = m.div(1, m.add(1, m.exp(m.neg(a))))
      return [m.mul(s, m.add(1, m.mul(a, m.sub(1, s))))]
    },
    torch: 'nn.functional.silu',
  }),
  /** ln(1 + eᵃ), exact everywhere (PyTorch's own turns linear above 20: a named difference) */
  softplus: unary({
    lower: (m, a) => m.add(m.log1p(m.exp(m.neg(m.abs(a)))), m.max(a, 0)),
    partials: (m, y) => [m.neg(m.expm1(m.neg(y)))], // σ(a) = 1 − e⁻ʸ, which never overflows
    torch: '0 - torch.nn.functional.logsigmoid(-a)',
  }),
  /** 2/√π ∫₀ᵃ e^(−t²) dt */
  erf: unary({
    eval: erf,
    partials: (m, _y, a) => [m.mul(twoOverRootPi, m.exp(m.neg(m.mul(a, a))))],
  }),
  /** The larger; a tie gives ½ to each, NaN on either side is NaN */
  max: binary({
    eval: (a, b) => Math.max(a, b), // and no more: `reduce` hands on its index
    partials: (m, _y, a, b) => [
      m.select(m.eq(a, b), 0.5, m.select(m.lt(a, b), 0, 1)),
      m.select(m.eq(a, b), 0.5, m.select(m.gt(a, b), 0, 1)),
    ],
    kink: (a, b) => a - b,
    torch: 'maximum',
  }),
  /** The smaller; a tie gives ½ to each, NaN on either side is NaN */
  min: binary({
    eval: (a, b) => Math.min(a, b),
    partials: (m, _y, a, b) => [
      m.select(m.eq(a, b), 0.5, m.select(m.gt(a, b), 0, 1)),
      m.select(m.eq(a, b), 0.5, m.select(m.lt(a, b), 0, 1)),
    ],
    kink: (a, b) => a - b,
    torch: 'minimum',
  }),
  gt: comparison('>', (a, b) => a > b),
  lt: comparison('<', (a, b) => a < b),
  ge: comparison('>=', (a, b) => a >= b),
  le: comparison('<=', (a, b) => a <= b),
  eq: comparison('==', (a, b) => a === b),
  /** b where a ≠ 0, else c */
  select: ternary({
    eval: (a, b, c) => (a === 0 ? c : b),
    partials: (m, _y, a) => [undefined, m.select(a, 1, 0), m.select(a, 0, 1)],
    kink: (a) => a,
    torch: 'torch.where(a != 0, b, c)',
  }),
  /** x₀ + x₁ + …, from the left; 0 of nothing */
  sum: variadic({
    symbol: 'Σ',
    eval: (x) => x.reduce((total, term) => total + term, 0),
    partials: (_m, _y, x) => x.map(() => 1),
    lower: (m, x) => x.reduce((total, term) => m.add(total, term), m.add(0, 0)),
    torch: 'sum(x)',
  }),
  /** ln Σ exp(xᵢ), shifted by the largest so that nothing overflows; −∞ of nothing */
  logSumExp: variadic({
    symbol: 'ln Σ exp',
    partials: (m, y, x) => x.map((xi) => m.exp(m.sub(xi, y))),
    lower: (m, x) => {
      const top = x.reduce((t, xi) => m.max(t, xi), m.neg(Infinity))
      const rest = x.reduce((total, xi) => m.add(total, m.exp(m.sub(xi, top))), m.add(0, 0))
      return m.select(m.eq(m.abs(top), Infinity), top, m.add(top, m.log(rest)))
    },
    torch: 'torch.logsumexp(torch.stack(x), 0)',
  }),
  /** The one that the last input names; no other gets a gradient. None: throws, in a kernel NaN */
  pick: variadic({
    eval: picked,
    partials: (m, _y, x) =>
      x.map((_, i) => (i < x.length - 1 ? m.eq(x[x.length - 1]!, i) : undefined)),
    lower: (m, x) =>
      x.slice(0, -1).reduce((y, xi, i) => m.select(m.eq(x[x.length - 1]!, i), xi, y), m.neg(NaN)),
    torch: 'x[int(x[-1])]',
  }),
}

/**
 * erf within 5 ulp: below 2 the series 2/√π e^(−a²) Σ 2ⁿ a^(2n+1) / (2n+1)!!, whose terms never
 * cancel; above, 1 − erfc by Laplace's continued fraction; 1 to the last bit from 6 on.
 */
function erf(a: number): number {
  const x = Math.abs(a)
  if (!(x < 6)) return Number.isNaN(a) ? a : Math.sign(a)
  const scale = twoOverRootPi * Math.exp(-x * x)
  if (x < 2) {
    let total = a
    for (let n = 1, term = a; Math.abs(term) > Math.abs(total) * 1e-17; n++) {
      term *= (x * x) / (n + 0.5)
      total += term
    }
    return scale * total
  }
  let fraction = x
  for (let k = 60; k > 0; k--) fraction = x + k / 2 / fraction // 60 levels: converged from x = 2 on
  return Math.sign(a) * (1 - scale / 2 / fraction)
}

function picked(x: readonly number[]): number {
  const index = x[x.length - 1]!
  if (Number.isInteger(index) && index >= 0 && index < x.length - 1) return x[index]!
  throw new RangeError(`pick: the index is a whole number from 0 to ${x.length - 2}, got ${index}.`)
}

/** Completes one row: its name, and the primal where only `lower` was written. */
export function row<A extends Arity>(name: string, d: Definition<A>, ready?: Row['ready']): Row<A> {
  const { arity, symbol = name, partials, lower, domain, kink, torch = name } = d
  const primal = d.eval ?? ((...x: Operands<A, number>) => lower!<number>(numbers, ...x))
  return { name, symbol, arity, eval: primal, partials, ready, lower, domain, kink, torch }
}

/** Finds `ready` by a dry run over names; what would have to be computed is called '?'. */
function dryRun({ arity, partials }: Definition<Arity>): Row['ready'] {
  if (arity === 'variadic') return undefined // as many partials as a list is long
  const names = new Proxy({}, { get: () => () => '?' }) as Algebra<string>
  const found = partials(names, 'y', 'a', 'b', 'c') as unknown[]
  return found.includes('?') ? undefined : (found as Row['ready'])
}

type Definitions = typeof definitions
export type Ops = { readonly [K in keyof Definitions]: RowOf<Definitions[K]> }
type RowOf<D> = D extends Definition<infer A> ? Row<A> : never

/** Every row of fixed arity as a method of V: `a.mul(b)`, `a.tanh()`, `condition.select(a, b)`. */
export type Methods<V> = {
  [K in keyof Ops as Ops[K] extends Row<'variadic'> ? never : K]: (...rest: Rest<Ops[K], V>) => V
}
type Rest<R, V> =
  R extends Row<infer A> ? (Operands<A, Num<V>> extends [unknown, ...infer S] ? S : []) : []

const rows = Object.entries<Definition<Arity>>(definitions).map(([k, d]) => row(k, d, dryRun(d)))

/** The table. Its keys are the names that users type. */
export const ops: Ops = Object.fromEntries(rows.map((op) => [op.name, op])) as Ops

/** The algebra of plain numbers. */
export const numbers: Algebra<number> = Object.fromEntries(
  rows.map((op) => [op.name, op.eval]),
) as never

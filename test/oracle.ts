/**
 * Elementary functions to some 40 digits and more, in whole numbers alone: what kernels are held to.
 * Nothing here asks Math for a function. A fixed-point number x stands for x / 2^256.
 */

/** n · 2ᵉ */
export interface Exact {
  readonly n: bigint
  readonly e: number
}

const places = 256
const one = 1n << 256n

const rounded = (x: bigint, shift: number): bigint =>
  shift <= 0 ? x << BigInt(-shift) : (x + (1n << BigInt(shift - 1))) >> BigInt(shift)
const times = (a: bigint, b: bigint): bigint => rounded(a * b, places)
const over = (a: bigint, b: bigint): bigint => (a << 256n) / b
const magnitude = (x: bigint): bigint => (x < 0n ? -x : x)

/** How many bits a number has: 2^(bits − 1) ≤ |x| < 2^bits. */
export function bitsOf(x: bigint): number {
  const digits = magnitude(x).toString(16)
  return x === 0n ? 0 : digits.length * 4 - (Math.clz32(Number.parseInt(digits[0]!, 16)) - 28)
}

/** A finite double as what it is. */
export function exact(x: number): Exact {
  const bits = new BigUint64Array(Float64Array.of(x).buffer)[0]!
  const exponent = Number((bits >> 52n) & 0x7ffn)
  const fraction = bits & ((1n << 52n) - 1n)
  const n = exponent === 0 ? fraction : fraction | (1n << 52n)
  return { n: bits >> 63n ? -n : n, e: Math.max(exponent, 1) - 1075 }
}

const fixed = ({ n, e }: Exact): bigint => rounded(n, -e - places)
const asExact = (x: bigint): Exact => ({ n: x, e: -places })

/** 1/x − 1/(3x³) + 1/(5x⁵) − …, to so many places. */
function arctanOfInverse(x: bigint, bits: number): bigint {
  let total = 0n
  let power = (1n << BigInt(bits)) / x
  for (let k = 1n; power !== 0n; k += 2n, power /= -x * x) total += power / k
  return total
}

/** π = 16 arctan 1/5 − 4 arctan 1/239 (Machin 1706), to more places than the largest double has before the point. */
const piPlaces = 1408
const pi =
  (16n * arctanOfInverse(5n, piPlaces + 32) - 4n * arctanOfInverse(239n, piPlaces + 32)) >> 32n

/** 2 artanh s = 2s + 2s³/3 + 2s⁵/5 + … */
function doubleArtanh(s: bigint): bigint {
  const square = times(s, s)
  let total = 0n
  for (let k = 1n, power = 2n * s; power !== 0n && power !== -1n; k += 2n) {
    total += power / k
    power = times(power, square)
  }
  return total
}

const ln2 = doubleArtanh(one / 3n)

/** eˣ of a fixed-point number: x = k·ln 2 + r, and e^r is (e^(r/256))^256. */
function exponential(x: bigint): Exact {
  const k = rounded(over(x, ln2), places)
  const r = rounded(x - k * ln2, 8)
  let total = one
  for (let term = one, i = 1n; magnitude(term) > 1n; i++) {
    term = times(term, r) / i
    total += term
  }
  for (let i = 0; i < 8; i++) total = times(total, total)
  return { n: total, e: Number(k) - places }
}

/** ln of a positive number, which is brought between √½ and √2. */
function logarithm({ n, e }: Exact): bigint {
  const bits = bitsOf(n)
  const m = rounded(n, bits - places) // in [½, 1)
  const low = m * m * 2n < one * one
  const near = low ? 2n * m : m
  return doubleArtanh(over(near - one, near + one)) + BigInt(bits + e - (low ? 1 : 0)) * ln2
}

/** sin(a + quarters·π/2) */
function turned(a: Exact, quarters: bigint): Exact {
  const bits = Math.max(0, bitsOf(a.n) + a.e) + places
  const quarter = pi >> BigInt(piPlaces - bits + 1)
  const x = rounded(a.n, -a.e - bits)
  const k = (2n * x + quarter) / (2n * quarter) - (2n * x + quarter < 0n ? 1n : 0n)
  const r = rounded(x - k * quarter, bits - places)
  const quadrant = (((k + quarters) % 4n) + 4n) % 4n
  const square = times(r, r)
  const odd = quadrant % 2n
  let total = 0n
  for (let term = odd ? one : r, i = odd ? 1n : 2n; magnitude(term) > 1n; i += 2n) {
    total += term
    term = -times(term, square) / (i * (i + 1n))
  }
  return asExact(quadrant < 2n ? total : -total)
}

/** Below 2⁻¹⁰⁰ the first term of a series is the function, as exactly as anyone will ask. */
const isTiny = ({ n, e }: Exact): boolean => bitsOf(n) + e < -100

function odd(f: (x: number) => Exact): (x: number) => Exact {
  return (x) => {
    const { n, e } = f(Math.abs(x))
    return { n: x < 0 ? -n : n, e }
  }
}

/** Where |x| is so large that the result is as good as `limit`. */
const saturated = (x: number, from: number, limit: bigint): Exact | undefined =>
  x >= from ? { n: limit, e: 0 } : undefined

function erf(x: number): Exact {
  const a = exact(x)
  const root = squareRoot({ n: pi, e: -piPlaces })
  const slope = over(2n * one, fixed(root))
  if (isTiny(a)) return { n: a.n * slope, e: a.e - places }
  const twice = 2n * times(fixed(a), fixed(a))
  let total = 0n
  for (let term = fixed(a), k = 3n; magnitude(term) > 1n; k += 2n) {
    total += term
    term = times(term, twice) / k
  }
  const scale = times(slope, fixed(exponential(-times(fixed(a), fixed(a)))))
  return asExact(times(total, scale))
}

/** To 200 bits and more, by Newton's method. */
function squareRoot({ n, e }: Exact): Exact {
  const shift = 512 + (e % 2 === 0 ? 0 : 1)
  const square = n << BigInt(shift)
  let root = 1n << BigInt((bitsOf(square) >> 1) + 1)
  for (;;) {
    const next = (root + square / root) >> 1n
    if (next >= root) return { n: root, e: (e - shift) / 2 }
    root = next
  }
}

/** Beyond these, eˣ is no double: it need not be computed. */
const huge = 3000
const exp = (x: number): Exact =>
  Math.abs(x) > huge ? { n: 1n, e: x > 0 ? 4000 : -4000 } : exponential(fixed(exact(x)))

const expm1 = (x: number): Exact => {
  if (isTiny(exact(x))) return exact(x)
  if (x > 200) return exp(x)
  return asExact(fixed(exp(x)) - one)
}

const log1p = (x: number): Exact => {
  const { n, e } = exact(x)
  if (isTiny({ n, e })) return { n, e }
  const unit = e < 0 ? 1n << BigInt(-e) : 1n
  return asExact(logarithm(e < 0 ? { n: n + unit, e } : { n: (n << BigInt(e)) + 1n, e: 0 }))
}

const tanh = odd((x) => {
  if (isTiny(exact(x))) return exact(x)
  const t = saturated(x, 90, 1n)
  if (t) return t
  const u = fixed(expm1(2 * x))
  return asExact(over(u, u + 2n * one))
})

const sigmoid = (x: number): Exact => {
  const { n, e } = exp(-Math.abs(x))
  const below = over(one, one + fixed({ n, e }))
  return x < 0 ? { n: n * below, e: e - places } : asExact(below)
}

/** For a base that is not 0: |a|ᵇ with its sign. */
const pow = (a: number, b: number): Exact => {
  const { n, e } = exact(b)
  const x = rounded(logarithm(exact(Math.abs(a))) * n, -e)
  const far = bitsOf(x) > places + 12
  const y = far ? { n: 1n, e: x > 0n ? 4000 : -4000 } : exponential(x)
  return a < 0 && b % 2 !== 0 ? { n: -y.n, e: y.e } : y
}

/** By the names of the rows; for finite arguments at which the function is finite and not 0. */
export const oracle = {
  exp,
  expm1,
  log: (x: number): Exact => asExact(logarithm(exact(x))),
  log1p,
  tanh,
  sigmoid,
  erf: odd((x) => saturated(x, 12, 1n) ?? erf(x)),
  sin: (x: number): Exact => (isTiny(exact(x)) ? exact(x) : turned(exact(x), 0n)),
  cos: (x: number): Exact => turned(exact(x), 1n),
  sqrt: (x: number): Exact => squareRoot(exact(x)),
  pow,
}

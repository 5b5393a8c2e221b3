/** What each function of kernels is held to, and the arguments at which it is looked at. */
import { Random } from 'chainrule'
import type { Precision } from 'chainrule/compile'
import type { oracle } from './oracle.ts'

export type Name = keyof typeof oracle

type Range = readonly [from: number, to: number]

/** The arguments of one call. */
export type At = readonly number[]

/** What a function is held to, in units of the last place, and where it is looked at. */
interface Claim {
  readonly f64: number
  readonly f32: number
  /** Some `count` arguments at which it is finite and not 0. */
  points(precision: Precision, count: number): At[]
}

/** Where a function of one number is looked at. */
interface Ground {
  /** Where it is defined, and its result no constant. */
  readonly domain: Readonly<Record<Precision, Range>>
  /** Where samples lie closest. */
  readonly dense: readonly Range[]
  /** Where one formula gives way to another, and where results overflow, vanish or lose their first digits. */
  readonly seams: readonly number[]
}

const everywhere: Range = [-Infinity, Infinity]
const both = (range: Range): Record<Precision, Range> => ({ f64: range, f32: range })
const exponents: Record<Precision, Range> = { f64: [-750, 715], f32: [-106, 92] }
const eighths = Array.from({ length: 16 }, (_, i) => (i + 1) / 8)

/** Each figure is a little more than the largest error found among some 300,000 numbers; docstrings state the same. */
export const claims: Record<Name, Claim> = {
  exp: {
    f64: 0.9,
    f32: 0.9,
    points: samples({
      domain: exponents,
      dense: [exponents.f64, exponents.f32, [-1, 1]],
      seams: [
        709.782712893384,
        -708.3964185322641,
        -745.1332191019411,
        88.72283172607422,
        -87.33654022216797,
        -103.97207641601563,
        710,
        -746,
        89,
        -104,
        ...eighths.map((x) => (2 * x - 1) * Math.LN2),
      ],
    }),
  },
  expm1: {
    f64: 1.7,
    f32: 1.7,
    points: samples({
      domain: exponents,
      dense: [exponents.f64, exponents.f32, [-2, 2]],
      seams: [40, -40, 20, -20, 709.782712893384, 88.72283172607422, Math.LN2 / 2, -Math.LN2 / 2],
    }),
  },
  log: {
    f64: 0.85,
    f32: 0.85,
    points: samples({
      domain: both([0, Infinity]),
      dense: [
        [0, 4],
        [0.9, 1.1],
      ],
      seams: [1, Math.SQRT1_2, Math.SQRT2, 2.2250738585072014e-308, 1.1754943508222875e-38],
    }),
  },
  log1p: {
    f64: 1.5,
    f32: 1.5,
    points: samples({
      domain: both([-1, Infinity]),
      dense: [
        [-1, 3],
        [-0.01, 0.01],
      ],
      seams: [-1, Math.SQRT1_2 - 1, Math.SQRT2 - 1, 2 ** -53, -(2 ** -53), 2 ** -24, -(2 ** -24)],
    }),
  },
  tanh: {
    f64: 2,
    f32: 2,
    points: samples({
      domain: both(everywhere),
      dense: [
        [-20, 20],
        [-1, 1],
      ],
      seams: [0.55, -0.55, Math.LN2 / 4, 19, 40, 9.01, 20],
    }),
  },
  sigmoid: {
    f64: 1.3,
    f32: 1.3,
    points: samples({
      domain: { f64: [-709.7, Infinity], f32: [-88.7, Infinity] },
      dense: [
        [-709.7, 40],
        [-88.7, 20],
        [-2, 2],
      ],
      seams: [37, -709, -88],
    }),
  },
  erf: {
    f64: 1.6,
    f32: 1.6,
    points: samples({
      domain: both(everywhere),
      dense: [
        [-6.5, 6.5],
        [-1.2, 1.2],
      ],
      seams: [1, -1, 6, -6, 3.9],
    }),
  },
  sin: turn(),
  cos: turn(),
  sqrt: {
    f64: 0.5,
    f32: 0.5,
    points: samples({
      domain: both([0, Infinity]),
      dense: [[0, 100]],
      seams: [1, 2, 4, 2.2250738585072014e-308],
    }),
  },
  pow: { f64: 200, f32: 0.51, points: powers },
}

function turn(): Claim {
  return {
    f64: 0.95,
    f32: 0.85,
    points: samples({
      domain: both(everywhere),
      dense: [
        [-2e6, 2e6],
        [-2000, 2000],
        [-7, 7],
      ],
      seams: [
        ...Array.from({ length: 400 }, (_, k) => ((k - 200) * Math.PI) / 4),
        // Nearest to multiples of π/2 among all numbers of double and of single precision.
        6381956970095103 * 2 ** 797,
        16367173 * 2 ** 72,
        // Where a window on 2/π moves.
        ...Array.from({ length: 38 }, (_, k) => 2 ** (54 + 26 * k)),
        ...[1600, 1.6e6, 2 ** 128 - 2 ** 104, Number.MAX_VALUE].flatMap((x) => [x, -x]),
      ],
    }),
  }
}

export const inPrecision = (x: number, precision: Precision): number =>
  precision === 'f64' ? x : Math.fround(x)

/** x and some numbers on either side of it. */
function around(x: number, precision: Precision, reach = 3): number[] {
  const list = precision === 'f64' ? Float64Array.of(x) : Float32Array.of(x)
  const bits = precision === 'f64' ? new BigInt64Array(list.buffer) : new Int32Array(list.buffer)
  const middle = BigInt(bits[0]!)
  return Array.from({ length: 2 * reach + 1 }, (_, i) => {
    const moved = middle + BigInt(i - reach)
    bits[0] = precision === 'f64' ? moved : Number(BigInt.asIntN(32, moved))
    return list[0]!
  })
}

/** A finite number of any size: its bits are drawn. */
function anyNumber(random: Random, precision: Precision): number {
  const bits = Uint32Array.of(random.random() * 2 ** 32, random.random() * 2 ** 32)
  const x =
    precision === 'f64' ? new Float64Array(bits.buffer)[0]! : new Float32Array(bits.buffer)[0]!
  return Number.isFinite(x) ? x : anyNumber(random, precision)
}

/** Arguments evenly spaced, drawn from where it matters, drawn from everywhere, and all seams. */
function samples({ domain, dense, seams }: Ground): Claim['points'] {
  return (precision, count) => {
    const random = new Random(count)
    const [low, high] = domain[precision]
    const each = Math.ceil(count / (3 * dense.length))
    const list = dense.flatMap(([from, to]) =>
      Array.from({ length: each }, (_, i) => [
        from + ((to - from) * i) / each,
        random.uniform(from, to),
        anyNumber(random, precision),
      ]).flat(),
    )
    return [...list, ...seams.flatMap((x) => around(x, precision))]
      .map((x) => inPrecision(x, precision))
      .filter((x) => x > low && x < high && x !== 0 && Number.isFinite(x))
      .map((x) => [x])
  }
}

/** Where errors of ln a count most: a is near √2 or √½, and its power near the largest or the smallest number. */
function extreme(random: Random, reach: number): At {
  const a = random.uniform(1.38, 1.42)
  const b = (random.uniform(0.93, 0.95) * reach) / Math.log(a)
  return [random.random() < 0.5 ? a : 1 / a, random.random() < 0.5 ? b : -b]
}

/** Bases of any size with exponents whose powers are mostly finite, and whole powers of negative numbers. */
function powers(precision: Precision, count: number): At[] {
  const random = new Random(count)
  const reach = precision === 'f64' ? 740 : 100
  return Array.from({ length: count }, (_, i) => {
    const size = Math.abs(anyNumber(random, precision))
    const a = i % 3 === 0 ? size : random.uniform(0.01, i % 3 === 1 ? 2 : 100)
    if (i % 7 === 0) return [-a, random.randint(-30, 30)]
    if (i % 7 === 1) return extreme(random, reach)
    return [a, random.uniform(-reach, reach) / (Math.abs(Math.log(a)) + 1e-9)]
  })
    .map((at) => at.map((x) => inPrecision(x, precision)))
    .filter(([a, b]) => a !== 0 && a !== 1 && Number.isFinite(b))
}

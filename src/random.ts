/**
 * Seeded random numbers: one Mersenne Twister, and the ways in which CPython, numpy and PyTorch seed
 * it and read its words, so that their runs can be repeated here number for number.
 */

/** Whose numbers: `random` of CPython, `RandomState` of numpy, `rand` of PyTorch (64 or 32 bit). */
export type RandomStream = 'python' | 'numpy' | 'torch' | 'torch32'

/** A generator at rest, as plain data that survives JSON. */
export interface RandomState {
  stream: RandomStream
  /** The 624 words of the twister. */
  words: number[]
  /** Which of them is renewed next. */
  index: number
  /** The second normal number of a pair, while it waits. */
  spare: number | null
}

type Words = () => number
const size = 624
const double = (word: Words): number => ((word() >>> 5) * 2 ** 26 + (word() >>> 6)) / 2 ** 53

/** A number in [0, 1) from words of 32 bits. */
const readings: Record<RandomStream, (word: Words) => number> = {
  python: double,
  numpy: double,
  torch: (word) => ((word() & 0x1fffff) * 2 ** 32 + word()) / 2 ** 53,
  torch32: (word) => (word() & 0xffffff) / 2 ** 24,
}

/**
 * The numbers of CPython's `random.seed(seed)`; `Random.numpy` and `Random.torch` give those of the
 * others. Whole numbers and `random` agree to the last bit, `gauss` as far as Math.log and Math.cos
 * agree with C's. What is built on `random` (randint, choice, shuffle) is CPython's on every stream.
 */
export class Random {
  #now: RandomState

  /** Throws unless seed is a whole number from 0 to 2⁵³; numpy and PyTorch take its low 32 bits. */
  constructor(seed: number, stream: RandomStream = 'python') {
    const words = (stream === 'python' ? spread : seeded)(checked(seed, 0))
    this.#now = { stream, words, index: 0, spare: null }
  }

  /** `numpy.random.RandomState(seed)`: its random_sample is `random`. */
  static numpy(seed: number): Random {
    return new Random(seed, 'numpy')
  }

  /**
   * `torch.manual_seed(seed)` on the CPU: `rand` is `random`, for float64 or, with 'f32', float32;
   * `randn` of fewer than 16 numbers is `gauss`, to be rounded with Math.fround where f32 is meant.
   */
  static torch(seed: number, precision: 'f64' | 'f32' = 'f64'): Random {
    return new Random(seed, precision === 'f32' ? 'torch32' : 'torch')
  }

  /** A generator that goes on where `state` was read. */
  static from(state: RandomState): Random {
    const random = new Random(0)
    random.#now = structuredClone(state)
    return random
  }

  /** All there is to know about what comes next, as plain data. */
  get state(): RandomState {
    return structuredClone(this.#now)
  }

  /** The next 32 bits (Matsumoto & Nishimura 1998), renewing one word at a time. */
  #word: Words = () => {
    const { words: mt, index: i } = this.#now
    const next = (this.#now.index = (i + 1) % size)
    const joined = (mt[i]! & 0x80000000) | (mt[next]! & 0x7fffffff)
    let y = mt[(i + 397) % size]! ^ (joined >>> 1) ^ (joined & 1 && 0x9908b0df)
    mt[i] = y >>>= 0
    y ^= y >>> 11
    y ^= (y << 7) & 0x9d2c5680
    y ^= (y << 15) & 0xefc60000
    return (y ^ (y >>> 18)) >>> 0
  }

  /** A number in [0, 1). */
  random(): number {
    return readings[this.#now.stream](this.#word)
  }

  /** A number from low to high. */
  uniform(low: number, high: number): number {
    return low + (high - low) * this.random()
  }

  /** A whole number of k random bits, 0 ≤ k ≤ 32. */
  getrandbits(k: number): number {
    return checked(k, 0, 32) && this.#word() >>> (32 - k)
  }

  /** A whole number from low to high, both included, less than 2³² − 1 apart. */
  randint(low: number, high: number): number {
    const n = checked(high, checked(low), low + (2 ** 32 - 2)) - low + 1
    let r = n
    while (r >= n) r = this.getrandbits(32 - Math.clz32(n))
    return low + r
  }

  /** One of the list. Throws if it is empty. */
  choice<T>(list: readonly T[]): T {
    return list[this.randint(0, list.length - 1)]!
  }

  /** Puts the list in random order, in place. */
  shuffle(list: unknown[]): void {
    for (let i = list.length - 1; i > 0; i--) {
      const j = this.randint(0, i)
      ;[list[i], list[j]] = [list[j], list[i]]
    }
  }

  /** A normal number: one of Box and Muller's pair, as in CPython and PyTorch (not as in numpy). */
  gauss(mean = 0, deviation = 1): number {
    const now = this.#now
    let z = now.spare
    now.spare = null
    if (z === null) {
      const read = now.stream === 'torch32' ? readings.torch : readings[now.stream]
      const angle = read(this.#word) * 2 * Math.PI
      const radius = Math.sqrt(-2 * Math.log(1 - read(this.#word)))
      z = Math.cos(angle) * radius
      now.spare = Math.sin(angle) * radius
    }
    return mean + z * deviation
  }
}

/** x, if it is a whole number from least to most. */
function checked(x: number, least = -(2 ** 53), most = 2 ** 53): number {
  if (Number.isInteger(x) && x >= least && x <= most) return x
  throw new RangeError(`Random: expected a whole number from ${least} to ${most}, got ${x}`)
}

/** Place i of a new state: the word before it, stirred. */
function stirred(mt: number[], i: number, factor: number): number {
  return Math.imul(mt[i - 1]! ^ (mt[i - 1]! >>> 30), factor)
}

/** `init_genrand`: 624 words from one. */
function seeded(seed: number): number[] {
  const mt = [seed >>> 0]
  for (let i = 1; i < size; i++) mt[i] = (stirred(mt, i, 1812433253) + i) >>> 0
  return mt
}

/** `init_by_array` of the seed's 32-bit halves, lowest first, as CPython seeds. */
function spread(seed: number): number[] {
  const high = Math.floor(seed / 2 ** 32)
  const key = high > 0 ? [seed >>> 0, high + 1] : [seed] // each half plus its place
  const mt = seeded(19650218)
  let i = 1
  for (let k = 1 - size; k < size; k++) {
    const [factor, plus] = k > 0 ? [1566083941, -i] : [1664525, key[(k + size - 1) % key.length]!]
    mt[i] = ((mt[i]! ^ stirred(mt, i, factor)) + plus) >>> 0
    mt[0] = mt[i]! // after the last word comes mt[1], and the one before it is always read at i − 1
    i = (i % (size - 1)) + 1
  }
  mt[0] = 0x80000000
  return mt
}

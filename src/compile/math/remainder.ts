/**
 * The remainder of a number of any size by π/2. a·2/π matters modulo 4 alone, so of all digits of 2/π only
 * a window is needed, which begins where the last bit of a times a digit is no multiple of 4
 * (Payne & Hanek 1983). Every lane shifts a window of its own, by choices between constants.
 */
import type { Node } from '../wasm/node.ts'
import type { Lane, Lanes } from './lanes.ts'
import { halves, type Pair, product, quickSum, sum } from './pair.ts'

/** 2/π · 2^1170: as many digits as the largest double can ask for. */
const twoOverPi = BigInt(
  '0x28be60db9391054a7f09d5f47d4d377036d8a5664f10e4107f9458eaf7aef1586dc91b8e90' +
    '9374b801924bba827464873f877ac72c4a69cfba208d7d4baed1213a671c09ad17df904e64' +
    '758e60d4ce7d272117e2ef7e4a0ec7fe25fff7816603fbcbc462d6829b47db4d9fb3c9f2c2' +
    '6dd3d18fd9a797fa8b5d49eeb1faf97c5ecf41ce7de294a4ba9afed7ec47e357421580c',
)
/** Bits of a digit: it times half of a double is exact. */
const bits = 26
const digits = Array.from({ length: 45 }, (_, i) =>
  Number((twoOverPi >> BigInt(bits * (44 - i))) & ((1n << 26n) - 1n)),
)
/** Digits of a window: what follows moves a·2/π by less than 2⁻¹²⁸, and no double is nearer than 2⁻⁶² to a multiple of π/2. */
const length = 8
/** A number of this size or more, times a digit before the window, is a multiple of 4. */
const whole = 54

/** π/2 */
const quarter = [1.5707963267948966, 6.123233995736766e-17] as const

/** a = k·π/2 + r with |r| ≤ π/4: k modulo 4, and r. */
export interface Remainder extends Pair {
  readonly k: Node
}

/** In double precision, for any finite a; NaN for others. */
export function remainder(m: Lanes, a: Node): Remainder {
  const [x, window] = placed(m, a)
  let [total, low, lowest]: Lane[] = [0, 0, 0]
  const scaled = window.map((digit, i) => m.mul(digit, 2 ** (-bits * (i + 1))))
  for (const half of halves(m, x))
    scaled.forEach((digit, i) => {
      const term = m.mul(half, digit)
      // Times later digits x is below 4 as it is.
      const first = sum(m, total!, bits * i < whole + bits ? moduloFour(m, term) : term)
      const second = sum(m, low!, first.low)
      ;[total, low, lowest] = [first.high, second.high, m.add(lowest!, second.low)]
    })
  const k = m.one('nearest', total!)
  const turns = sum(m, m.sub(total!, k), low!)
  const r = product(m, turns.high, { high: m.all(quarter[0]), low: m.all(quarter[1]) })
  const rest = m.mul(m.add(turns.low, lowest!), quarter[0])
  return { k, ...quickSum(m, r.high, m.add(r.low, rest)) }
}

function moduloFour(m: Lanes, x: Node): Node {
  return m.sub(x, m.mul(4, m.one('nearest', m.mul(x, 0.25))))
}

/** a divided by 2^(26 n), with the digits of 2/π from the n-th on, for the n that a asks for. */
function placed(m: Lanes, a: Node): [x: Node, window: Lane[]] {
  let x = a
  let window: Lane[] = digits
  for (const places of [32, 16, 8, 4, 2, 1]) {
    const beyond = m.two('ge', m.one('abs', x), 2 ** (whole + bits * places))
    x = m.pick(beyond, m.mul(x, 2 ** (-bits * places)), x)
    const before = window
    window = Array.from({ length: length + places - 1 }, (_, i) =>
      m.pick(beyond, before[i + places] ?? 0, before[i]!),
    )
  }
  return [x, window]
}

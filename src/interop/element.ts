/** How the numbers of a file are stored: each format names these kinds in its own way. */
import { quoted, type Refuse } from './format-error.ts'

/** A kind of number: how many bytes it takes and how they are read. */
export interface Element {
  readonly bytes: number
  /** The number at a place; undefined if no number of JavaScript is equal to what stands there. */
  readonly read: (view: DataView, at: number, littleEndian: boolean) => number | undefined
  /** What stands there then, and what was expected. */
  readonly complaint?: (view: DataView, at: number, littleEndian: boolean) => string
}

const tooLong = 'expected a whole number within ±2⁵³, which float64 and JavaScript can hold'

/** Kinds by the names of numpy, and bfloat16, which numpy does not have. */
export const elements = {
  f8: { bytes: 8, read: (view, at, little) => view.getFloat64(at, little) },
  f4: { bytes: 4, read: (view, at, little) => view.getFloat32(at, little) },
  f2: { bytes: 2, read: (view, at, little) => half(view.getUint16(at, little)) },
  bf2: { bytes: 2, read: (view, at, little) => bfloat(view.getUint16(at, little)) },
  i8: {
    bytes: 8,
    read: (view, at, little) => long(view, at, little, 'getInt32'),
    complaint: (view, at, little) => `${view.getBigInt64(at, little)}, ${tooLong}`,
  },
  i4: { bytes: 4, read: (view, at, little) => view.getInt32(at, little) },
  i2: { bytes: 2, read: (view, at, little) => view.getInt16(at, little) },
  i1: { bytes: 1, read: (view, at) => view.getInt8(at) },
  u8: {
    bytes: 8,
    read: (view, at, little) => long(view, at, little, 'getUint32'),
    complaint: (view, at, little) => `${view.getBigUint64(at, little)}, ${tooLong}`,
  },
  u4: { bytes: 4, read: (view, at, little) => view.getUint32(at, little) },
  u2: { bytes: 2, read: (view, at, little) => view.getUint16(at, little) },
  u1: { bytes: 1, read: (view, at) => view.getUint8(at) },
  b1: {
    bytes: 1,
    read: (view, at) => [0, 1][view.getUint8(at)],
    complaint: (view, at) => `${view.getUint8(at)}, expected a truth value, 0 or 1`,
  },
} as const satisfies Record<string, Element>

/** A list can be made that long at once; a longer one would become a table of its indices. */
const mostAtOnce = 2 ** 25

/** Where in a file numbers lie, from a byte to before another, and how they are called. */
interface Stretch {
  readonly name: string
  readonly begin: number
  readonly end: number
}

/**
 * The numbers of a stretch, which is a whole number of elements long. Refuses a 64-bit integer outside ±2⁵³,
 * which would have to be rounded, and a truth value that is neither 0 nor 1.
 */
export function numbersIn(
  view: DataView,
  { name, begin, end }: Stretch,
  element: Element,
  littleEndian: boolean,
  refuse: Refuse,
): number[] {
  const count = (end - begin) / element.bytes
  // A list of doubles from the start, of the right length: no copy while it fills, 8 bytes a number.
  const numbers = [0.5]
  numbers.length = count <= mostAtOnce ? count : 0
  for (let i = 0; i < count; i++) {
    const at = begin + i * element.bytes
    numbers[i] =
      element.read(view, at, littleEndian) ??
      refuse(`${quoted(name)}[${i}] is ${element.complaint?.(view, at, littleEndian)}`)
  }
  return numbers
}

/** IEEE 754 binary16: sign, 5 bits of exponent with bias 15, 10 bits of fraction. */
function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 0x1f
  const fraction = (bits & 0x3ff) / 1024
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN
  return exponent === 0 ? sign * fraction * 2 ** -14 : sign * (1 + fraction) * 2 ** (exponent - 15)
}

const single = new DataView(new ArrayBuffer(4))

/** bfloat16: the upper half of a binary32. */
function bfloat(bits: number): number {
  single.setUint32(0, bits * 2 ** 16)
  return single.getFloat32(0)
}

/** 2³² · high + low, unless the sum had to be rounded. */
function long(
  view: DataView,
  at: number,
  little: boolean,
  high: 'getInt32' | 'getUint32',
): number | undefined {
  const low = view.getUint32(little ? at : at + 4, little)
  const x = view[high](little ? at + 4 : at, little) * 2 ** 32 + low
  return Number.isSafeInteger(x) || (Math.abs(x) === 2 ** 53 && low === 0) ? x : undefined
}

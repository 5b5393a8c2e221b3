/**
 * Sequences of positions, factored into nested loops. What a group of equal operations reads is a
 * list of places; almost always it is a few strided loops inside one another, and then the loops
 * take the place of the list.
 */

/**
 * How often each loop turns, outermost first, so that all `sequences` are affine in the turns of the
 * loops, or undefined if they are in none; [] for sequences of length 1. Innermost loops are as long
 * as they can be: 0 1 2 3 is one loop, not two.
 */
export function factor(sequences: readonly Int32Array[]): number[] | undefined {
  const { length } = sequences[0]!
  const extents: number[] = []
  for (let every = 1; every < length; every *= extents[0]!) {
    let extent = length / every
    for (const s of sequences) extent = unbroken(s, every, extent)
    if (extent === 1) return undefined
    extents.unshift(extent)
  }
  return extents
}

/** Whether a sequence is affine in the turns of such loops. */
export function isAffine(s: Int32Array, extents: readonly number[]): boolean {
  let every = 1
  for (let k = extents.length - 1; k >= 0; k--) {
    if (unbroken(s, every, extents[k]!) < extents[k]!) return false
    every *= extents[k]!
  }
  return true
}

/** How far each loop moves it at every turn. */
export function stridesOf(s: Int32Array, extents: readonly number[]): number[] {
  const strides: number[] = []
  let every = 1
  for (let k = extents.length - 1; k >= 0; k--) {
    strides.unshift(s[every]! - s[0]!)
    every *= extents[k]!
  }
  return strides
}

/**
 * The largest divisor of `extent` so that, of every `every`-th term, blocks of so many lie evenly, as
 * far apart as the first two.
 */
function unbroken(s: Int32Array, every: number, extent: number): number {
  const stride = s[every]! - s[0]!
  let size = extent
  for (let i = 1, at = every; at < s.length && size > 1; i++, at += every)
    if (s[at]! - s[at - every]! !== stride && i % size !== 0) size = commonDivisor(size, i)
  return size
}

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b)
}

/** Every n-th term, from `first` on. */
export function everyNth(s: Int32Array, n: number, first = 0): Int32Array {
  if (n === 1) return s
  const out = new Int32Array(s.length / n)
  for (let i = 0; i < out.length; i++) out[i] = s[first + i * n]!
  return out
}

/** s∘t: what s has at the places of t. */
export function compose(s: Int32Array, t: Int32Array): Int32Array {
  const out = new Int32Array(t.length)
  for (let i = 0; i < out.length; i++) out[i] = s[t[i]!]!
  return out
}

/** 0, 1, …, n − 1 */
export function iota(n: number): Int32Array {
  const out = new Int32Array(n)
  for (let i = 0; i < n; i++) out[i] = i
  return out
}

/** Whether no place occurs twice. */
export function areDistinct(s: Int32Array): boolean {
  return countDistinct(s) === s.length
}

/** How many different places there are. */
export function countDistinct(s: Int32Array): number {
  let most = -1
  for (let i = 0; i < s.length; i++) if (s[i]! > most) most = s[i]!
  const seen = new Uint8Array(most + 1)
  let count = 0
  for (let i = 0; i < s.length; i++) {
    if (seen[s[i]!] === 0) count++
    seen[s[i]!] = 1
  }
  return count
}

/** Every term `times` times: 0 0 0 1 1 1 … */
export function stretched(s: Int32Array, times: number): Int32Array {
  if (times === 1) return s
  const out = new Int32Array(s.length * times)
  for (let i = 0; i < s.length; i++) out.fill(s[i]!, i * times, (i + 1) * times)
  return out
}

/** All terms again and again: 0 1 2 0 1 2 … */
export function repeated(s: Int32Array, times: number): Int32Array {
  if (times === 1) return s
  const out = new Int32Array(s.length * times)
  for (let i = 0; i < times; i++) out.set(s, i * s.length)
  return out
}

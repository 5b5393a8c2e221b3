/**
 * Sequences of positions, factored into nested loops. What a group of equal operations reads is a
 * list of places; almost always it is a few strided loops inside one another, and then the loops
 * take the place of the list.
 */

/** One loop: how often, and how far each of the sequences moves at every turn. */
export interface Loop {
  readonly extent: number
  readonly strides: readonly number[]
}

/** Sequences of one length as common loops: sᵢ at (i₀, i₁, …) is startᵢ + Σ strideᵢₖ · iₖ. */
export interface Loops {
  readonly starts: readonly number[]
  /** Outermost first; none for sequences of length 1. */
  readonly loops: readonly Loop[]
}

/**
 * The loops, outermost first, that walk all `sequences` together, or undefined if there are none.
 * Innermost loops are as long as they can be: 0 1 2 3 is one loop, not two.
 */
export function factor(sequences: readonly Int32Array[]): Loops | undefined {
  const { length } = sequences[0]!
  const loops: Loop[] = []
  for (let every = 1; every < length; every *= loops[0]!.extent) {
    const loop = innermost(sequences, every)
    if (loop === undefined) return undefined
    loops.unshift(loop)
  }
  return { starts: sequences.map((s) => s[0]!), loops }
}

/** The same loops, if they walk `s` as well; undefined if they do not. */
export function joined({ starts, loops }: Loops, s: Int32Array): Loops | undefined {
  const wider: Loop[] = []
  let every = 1
  for (const { extent, strides } of loops.toReversed()) {
    const stride = s[every]! - s[0]!
    if (unbroken(s, every, stride, extent) < extent) return undefined
    wider.unshift({ extent, strides: [...strides, stride] })
    every *= extent
  }
  return { starts: [...starts, s[0]!], loops: wider }
}

/** The longest innermost loop that every block of the sequences repeats, of whose terms each `every`-th counts. */
function innermost(sequences: readonly Int32Array[], every: number): Loop | undefined {
  const strides = sequences.map((s) => s[every]! - s[0]!)
  let extent = sequences[0]!.length / every
  for (let k = 0; k < strides.length; k++)
    extent = unbroken(sequences[k]!, every, strides[k]!, extent)
  return extent > 1 ? { extent, strides } : undefined
}

/** The largest divisor of `extent` for blocks of so many terms, which lie `stride` apart but where a block begins. */
function unbroken(s: Int32Array, every: number, stride: number, extent: number): number {
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

/** Where a list repeats itself: stretches in which every symbol comes again after so many others. */

/** `symbols[i]` is `symbols[i + period]` for all i from `from` to before `to`. */
export interface Stretch {
  readonly period: number
  readonly from: number
  readonly to: number
}

/**
 * Every stretch long enough for three repetitions, some of them several times. Windows of a length of
 * 1, 2, 4, … are numbered, equal ones alike. Within a repetition a window as long as its period comes
 * again after one period and not before, so the distance to its next occurrence gives the period away.
 * O(n log n).
 */
export function stretchesOf(symbols: Int32Array): Stretch[] {
  const found: Stretch[] = []
  let windows = numbered(symbols.length, (i) => symbols[i]!)
  for (let width = 1; width < symbols.length; width *= 2) {
    addStretches(windows, width, found)
    const [halves, all, length] = [windows, windows.length, windows.length - width]
    windows = numbered(length, (i) => halves[i]! * all + halves[i + width]!)
    if (windows.every((number, i) => number === i)) break
  }
  return found
}

/** Stretches of windows whose next occurrences are equally far away. */
function addStretches(windows: Int32Array, width: number, found: Stretch[]): void {
  const distances = nextOf(windows)
  for (let from = 0, to; from < distances.length; from = to) {
    const period = distances[from]!
    to = from + 1
    while (to < distances.length && distances[to] === period) to++
    const end = to + width - 1
    if (period > 0 && end - from >= 2 * period) found.push({ period, from, to: end })
  }
}

/** How far each is from the next of its number; 0 for the last. */
function nextOf(windows: Int32Array): Int32Array {
  const next = new Int32Array(windows.length)
  const distances = new Int32Array(windows.length)
  for (let i = windows.length - 1; i >= 0; i--) {
    const number = windows[i]!
    distances[i] = (next[number]! || i) - i
    next[number] = i
  }
  return distances
}

/** 0, 1, 2, …, in the order in which the keys come; equal ones have the same number. */
function numbered(length: number, key: (i: number) => number): Int32Array {
  const numbers = new Map<number, number>()
  const out = new Int32Array(Math.max(length, 0))
  for (let i = 0; i < length; i++) {
    const own = key(i)
    const known = numbers.get(own)
    out[i] = known ?? numbers.size
    if (known === undefined) numbers.set(own, numbers.size)
  }
  return out
}

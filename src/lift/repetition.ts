/** What comes again in a list of lines, with numbers that move by the same from one time to the next. */
import { type Stretch, stretchesOf } from './period.ts'

/** A line as its form and its numbers. */
export interface Item {
  readonly form: number
  readonly numbers: readonly number[]
}

/** From `at` on: `period` lines, so many times. */
export interface Repetition {
  readonly at: number
  readonly period: number
  readonly times: number
}

/** A length of lines in which each is, in all its numbers, midway between those a period before and after. */
interface Run {
  readonly at: number
  readonly period: number
  readonly length: number
}

/** Wiring such as x[t % 8] repeats in its forms sooner than in its numbers: so many times at most. */
const mostMultiples = 8

/** Repetitions that overlap nowhere, from left to right; those that save the most lines are taken first. */
export function repetitionsOf(items: readonly Item[]): Repetition[] {
  const runs = runsOf(items).sort((a, b) => saving(b) - saving(a) || a.period - b.period)
  const taken = new Uint8Array(items.length)
  const found: Repetition[] = []
  for (const { at, period, length } of runs)
    for (const part of free(taken, at, at + length)) {
      const times = Math.floor(part.length / period)
      if (!isWorthwhile(period, times)) continue
      found.push({ at: part.at, period, times })
      taken.fill(1, part.at, part.at + times * period)
    }
  return found.sort((a, b) => a.at - b.at)
}

const saving = ({ period, length }: Run): number => length - period

/** With its title a repetition shall be at least four lines shorter than what it stands for. */
function isWorthwhile(period: number, times: number): boolean {
  return times > 2 && (times - 1) * period > 4
}

function free(taken: Uint8Array, from: number, to: number): { at: number; length: number }[] {
  const parts: { at: number; length: number }[] = []
  for (let i = from; i < to; i++) {
    if (taken[i] === 1) continue
    const at = i
    while (i < to && taken[i] === 0) i++
    parts.push({ at, length: i - at })
  }
  return parts
}

function runsOf(items: readonly Item[]): Run[] {
  const forms = Int32Array.from(items, ({ form }) => form)
  const stretches = [...stretchesOf(forms), ...stretchesOf(movesOf(items))]
  const runs: Run[] = []
  /** For each period, how far it has been looked for. */
  const done = new Map<number, number>()
  for (const stretch of stretches.sort((a, b) => a.from - b.from || b.to - a.to))
    for (let k = 1; k <= mostMultiples; k++) {
      const period = k * stretch.period
      if (stretch.to + stretch.period - stretch.from < 3 * period) break
      if (addRuns(items, { ...stretch, period }, done, runs)) break
    }
  return runs
}

/** Adds the runs that lie in a stretch, however far they go; tells whether it was a single one. */
function addRuns(
  items: readonly Item[],
  { period, from, to }: Stretch,
  done: Map<number, number>,
  runs: Run[],
): boolean {
  const last = Math.min(to, items.length) - period
  const first = done.get(period) ?? 0
  const before = runs.length
  let i = Math.max(from, first)
  if (i >= last) return true
  for (let floor = first; i < last; i++) {
    if (!isMidway(items, i, period)) continue
    let at = i
    while (at > floor && isMidway(items, at - 1, period)) at--
    while (isMidway(items, i, period)) i++
    if (i - at >= period) runs.push({ at, period, length: i - at + 2 * period })
    floor = i
  }
  done.set(period, Math.max(i, last))
  return runs.length === before + 1 && runs.at(-1)!.length >= to - from
}

function isMidway(items: readonly Item[], i: number, period: number): boolean {
  const [a, b, c] = [items[i]!, items[i + period], items[i + 2 * period]]
  if (c === undefined || a.form !== b!.form || a.form !== c.form) return false
  for (let k = 0; k < a.numbers.length; k++)
    if (a.numbers[k]! + c.numbers[k]! !== 2 * b!.numbers[k]!) return false
  return true
}

/** Each line by its form and how its numbers moved since the last of that form: equal ones alike, unequal ones seldom. */
function movesOf(items: readonly Item[]): Int32Array {
  const last = new Map<number, Item>()
  const numbers = new Map<number, number>()
  return Int32Array.from(items, (item) => {
    const before = last.get(item.form)
    last.set(item.form, item)
    const hash = item.numbers.reduce(
      (sum, n, k) => (Math.imul(sum, 31) + n - (before?.numbers[k] ?? n)) | 0,
      item.form,
    )
    const number = numbers.get(hash) ?? numbers.size
    numbers.set(hash, number)
    return number
  })
}

/** Lines as a person would write them: what repeats itself stands there once, under an index. */
import { type Digits, type Line, lineText, plain, Reader } from './line.ts'
import { Origins } from './origin.ts'
import { repetitionsOf } from './repetition.ts'

/** What a listing is told. */
export interface ListingOptions {
  /**
   * Lines that repeat themselves but for where their numbers lie are written once, under an index t that
   * goes from the first repetition to the last; false writes every one of them. Default true.
   */
  readonly rolled?: boolean
}

/** What stands under an index. */
export interface Block {
  readonly index: string
  readonly first: number
  readonly last: number
  readonly parts: readonly Part[]
}

export type Part = string | Block

/** A line at the first repetition of all that is around it, and how its numbers move with the indices. */
interface Item {
  readonly line: Line
  /** Items that may be one line have the same. */
  readonly form: number
  /** Where all indices are 0. */
  readonly numbers: readonly number[]
  /** For each index, outermost first, how far it moves each number. */
  readonly moves: readonly (readonly number[])[]
}

/** Puts the lines of a listing under indices. */
export class Rolled {
  readonly #reader = new Reader()
  readonly #origins = new Origins()
  readonly #rolled: boolean
  readonly #indices: readonly string[]

  constructor(indices: readonly string[], { rolled = true }: ListingOptions) {
    this.#rolled = rolled
    this.#indices = indices
  }

  /** A line for each of `all`, as `write` gives it. */
  parts<T>(all: readonly T[], write: (one: T, digits: Digits) => string): readonly Part[] {
    if (!this.#rolled) return all.map((one) => write(one, plain))
    const items = all.map((one) => {
      const line = this.#reader.line((digits) => write(one, digits))
      return { line, form: line.form.number, numbers: line.numbers, moves: [] }
    })
    return this.#parts(items, 0)
  }

  #parts(items: readonly Item[], depth: number): Part[] {
    const parts: Part[] = []
    const write = (from: number, to: number): void => {
      for (const item of items.slice(from, to)) parts.push(this.#text(item))
    }
    let done = 0
    for (const { at, period, times } of depth < this.#indices.length ? repetitionsOf(items) : []) {
      write(done, at)
      const firsts = items.slice(at, at + period)
      const seconds = items.slice(at + period, at + 2 * period)
      parts.push(this.#block(firsts, seconds, times, depth))
      done = at + period * times
    }
    write(done, items.length)
    return parts
  }

  #block(firsts: readonly Item[], seconds: readonly Item[], times: number, depth: number): Block {
    const steps = firsts.map(({ numbers }, i) => numbers.map((n, k) => seconds[i]!.numbers[k]! - n))
    const { first, way } = this.#origins.of(firsts, steps, times)
    const forms = new Map<string, number>()
    const body = firsts.map(({ line, form, numbers, moves }, i): Item => {
      const own = steps[i]!.map((step) => step * way)
      const key = `${form} ${own.join(' ')}`
      const known = forms.get(key) ?? forms.size
      forms.set(key, known)
      const start = numbers.map((n, k) => n - own[k]! * first)
      return { line, form: known, numbers: start, moves: [...moves, own] }
    })
    const last = first + way * (times - 1)
    return { index: this.#indices[depth]!, first, last, parts: this.#parts(body, depth + 1) }
  }

  #text({ line, numbers, moves }: Item): string {
    return lineText(line.form, numbers, moves, this.#indices)
  }
}

import type { Value } from '../engine.ts'
import type { Page } from '../page.ts'

/** Pages that are looked at last, one for each ending of a page's number: the operands of a Value lie on several. */
const recent = 32

/** A whole number for each Value, found by where it lives: many times faster than a map from Values. */
export class Numbering {
  /** By page, the numbers of its places plus 1; 0 where there is none. */
  readonly #pages = new Map<Page, Int32Array>()
  readonly #recent: (Page | undefined)[] = Array.from({ length: recent })
  readonly #lists: (Int32Array | undefined)[] = Array.from({ length: recent })

  /** The number of a Value; -1 if it has none. */
  get({ page, at }: Value): number {
    const list = this.#known(page)
    return list === undefined ? -1 : list[at]! - 1
  }

  set({ page, at }: Value, number: number): void {
    this.#open(page)[at] = number + 1
  }

  /** Numbers many, from 0 on, in one loop; returns how many had no number before. */
  setAll(values: readonly Value[]): number {
    let fresh = 0
    let last: Page | undefined
    let list: Int32Array = none
    for (let i = 0; i < values.length; i++) {
      const { page, at } = values[i]!
      if (page !== last) list = this.#open((last = page))
      if (list[at] === 0) fresh++
      list[at] = i + 1
    }
    return fresh
  }

  #known(page: Page): Int32Array | undefined {
    const k = page.number & (recent - 1)
    if (this.#recent[k] === page) return this.#lists[k]
    const list = this.#pages.get(page)
    if (list !== undefined) this.#remember(page, list)
    return list
  }

  #open(page: Page): Int32Array {
    const known = this.#known(page)
    if (known !== undefined) return known
    const list = new Int32Array(page.data.length)
    this.#pages.set(page, list)
    this.#remember(page, list)
    return list
  }

  #remember(page: Page, list: Int32Array): void {
    const k = page.number & (recent - 1)
    this.#recent[k] = page
    this.#lists[k] = list
  }
}

const none = new Int32Array(0)

import type { Value } from '../engine.ts'
import type { Page } from '../page.ts'

/** Pages that are looked at last, one for each ending of a page's number: the operands of a Value lie on several. */
const recent = 32

/** A number for each Value, found by where it lives: many times faster than a map from Values. */
abstract class Notes<List> {
  readonly #pages = new Map<Page, List>()
  readonly #recent: (Page | undefined)[] = Array.from({ length: recent })
  readonly #lists: (List | undefined)[] = Array.from({ length: recent })

  /** An empty list for so many places. */
  protected abstract empty(length: number): List

  /** What is noted of the Values of a page, by place; undefined if nothing is. */
  protected known(page: Page): List | undefined {
    const k = page.number & (recent - 1)
    if (this.#recent[k] === page) return this.#lists[k]
    const list = this.#pages.get(page)
    if (list !== undefined) this.#remember(page, list)
    return list
  }

  /** The same, where something is to be noted. */
  protected open(page: Page): List {
    const known = this.known(page)
    if (known !== undefined) return known
    const list = this.empty(page.data.length)
    this.#pages.set(page, list)
    this.#remember(page, list)
    return list
  }

  #remember(page: Page, list: List): void {
    const k = page.number & (recent - 1)
    this.#recent[k] = page
    this.#lists[k] = list
  }
}

/** Whole numbers of Values, -1 where there is none. */
export class Numbering extends Notes<Int32Array> {
  protected override empty(length: number): Int32Array {
    return new Int32Array(length)
  }

  get({ page, at }: Value): number {
    const list = this.known(page)
    return list === undefined ? -1 : list[at]! - 1
  }

  set({ page, at }: Value, number: number): void {
    this.open(page)[at] = number + 1
  }

  /** Numbers many, from 0 on, in one loop; returns how many had no number before. */
  setAll(values: readonly Value[]): number {
    let fresh = 0
    let last: Page | undefined
    let list: Int32Array = none
    for (let i = 0; i < values.length; i++) {
      const { page, at } = values[i]!
      if (page !== last) list = this.open((last = page))
      if (list[at] === 0) fresh++
      list[at] = i + 1
    }
    return fresh
  }
}

const none = new Int32Array(0)

/** A number beside each Value, 0 at first. */
export class Sheet extends Notes<Float64Array> {
  protected override empty(length: number): Float64Array {
    return new Float64Array(length)
  }

  get({ page, at }: Value): number {
    return this.known(page)?.[at] ?? 0
  }

  set({ page, at }: Value, x: number): void {
    this.open(page)[at] = x
  }

  add({ page, at }: Value, term: number): void {
    this.open(page)[at]! += term
  }
}

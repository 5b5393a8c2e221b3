import type { Value } from '../engine.ts'
import type { Page } from '../page.ts'

/** Pages that are looked at last, one for each ending of a page's number: the operands of a Value lie on several. */
const recent = 8

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

const none = new Int32Array(0)

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

  /** Numbers many, from `first` on, in one loop; returns how many had no number before. */
  setAll(values: readonly Value[], first = 0): number {
    let fresh = 0
    let last: Page | undefined
    let list: Int32Array = none
    for (let i = 0; i < values.length; i++) {
      const { page, at } = values[i]!
      if (page !== last) list = this.open((last = page))
      if (list[at] === 0) fresh++
      list[at] = first + i + 1
    }
    return fresh
  }

  /** The numbers of many. */
  all(values: readonly Value[]): Int32Array {
    const found = new Int32Array(values.length)
    for (let i = 0; i < found.length; i++) found[i] = this.get(values[i]!)
    return found
  }

  /** Those of many that have no number. */
  without(values: readonly Value[]): Value[] {
    const found: Value[] = []
    let last: Page | undefined
    let list: Int32Array = none
    for (let i = 0; i < values.length; i++) {
      const v = values[i]!
      if (v.page !== last) list = this.known((last = v.page)) ?? none
      if (!list[v.at]) found.push(v)
    }
    return found
  }
}

/** Sums that belong to Values, 0 at first. */
export class Sums extends Notes<Float64Array> {
  protected override empty(length: number): Float64Array {
    return new Float64Array(length)
  }

  get({ page, at }: Value): number {
    return this.known(page)?.[at] ?? 0
  }

  add({ page, at }: Value, term: number): void {
    this.open(page)[at]! += term
  }
}

/** The operands of a Value as they are kept: `inputs` without making a list of a list. */
export function operandsOf({ first, second }: Value): readonly Value[] {
  if (Array.isArray(first)) return first as readonly Value[]
  if (second !== undefined) return [first as Value, second]
  return first ? [first as Value] : []
}

/** How many operands a Value has, and which is the i-th: the same again, without a list of any. */
export function operandCount({ first, second }: Value): number {
  if (second !== undefined) return 2
  return Array.isArray(first) ? first.length : first ? 1 : 0
}

export function operandAt({ first, second }: Value, i: number): Value {
  if (i === 1 && second !== undefined) return second
  return Array.isArray(first) ? (first[i] as Value) : (first as Value)
}

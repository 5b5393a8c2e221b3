import type { Value } from '../engine.ts'
import type { Page } from '../page.ts'

/** Numbers for Values, found by where a Value lives: many times faster than a map from Values. */
export class Numbering {
  readonly #pages = new Map<Page, Int32Array>()
  /** Pages looked at last, one for each ending of a page's number: the operands of a Value lie on several. */
  readonly #recent: (Page | undefined)[] = Array.from({ length: recent })
  readonly #lists: Int32Array[] = Array.from({ length: recent }, () => none)

  /** The number of `v`, or -1. */
  get({ page, at }: Value): number {
    const k = page.number & (recent - 1)
    const list = this.#recent[k] === page ? this.#lists[k]! : this.#pages.get(page)
    if (list === undefined) return -1
    if (this.#recent[k] !== page) this.#remember(k, page, list)
    return list[at]! - 1
  }

  set({ page, at }: Value, number: number): void {
    const k = page.number & (recent - 1)
    if (this.#recent[k] !== page) this.#remember(k, page, this.#pages.get(page) ?? this.#open(page))
    this.#lists[k]![at] = number + 1
  }

  /** Numbers many, from `first` on, in one loop; returns how many had no number before. */
  setAll(values: readonly Value[], first = 0): number {
    let page: Page | undefined
    let list: Int32Array = none
    let fresh = 0
    for (let i = 0; i < values.length; i++) {
      const v = values[i]!
      if (v.page !== page) {
        page = v.page
        list = this.#pages.get(page) ?? this.#open(page)
      }
      if (list[v.at] === 0) fresh++
      list[v.at] = first + i + 1
    }
    return fresh
  }

  /** Those of many that have no number, in one loop. */
  without(values: readonly Value[]): Value[] {
    let page: Page | undefined
    let list: Int32Array = none
    const found: Value[] = []
    for (let i = 0; i < values.length; i++) {
      const v = values[i]!
      if (v.page !== page) {
        page = v.page
        list = this.#pages.get(page) ?? none
      }
      if (!list[v.at]) found.push(v)
    }
    return found
  }

  #remember(k: number, page: Page, list: Int32Array): void {
    this.#recent[k] = page
    this.#lists[k] = list
  }

  #open(page: Page): Int32Array {
    const list = new Int32Array(page.data.length)
    this.#pages.set(page, list)
    return list
  }
}

const recent = 8
const none = new Int32Array(0)

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

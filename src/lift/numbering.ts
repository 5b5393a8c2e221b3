import type { Value } from '../engine.ts'
import type { Page } from '../page.ts'

/** Numbers for Values, found by where a Value lives: many times faster than a map from Values. */
export class Numbering {
  readonly #pages = new Map<Page, Int32Array>()
  #page: Page | undefined
  #numbers: Int32Array = new Int32Array(0)

  /** The number of `v`, or -1. */
  get(v: Value): number {
    if (v.page !== this.#page && !this.#turnTo(v.page)) return -1
    return this.#numbers[v.at]! - 1
  }

  set(v: Value, number: number): void {
    if (v.page !== this.#page && !this.#turnTo(v.page)) this.#open(v.page)
    this.#numbers[v.at] = number + 1
  }

  #turnTo(page: Page): boolean {
    const numbers = this.#pages.get(page)
    if (numbers === undefined) return false
    this.#page = page
    this.#numbers = numbers
    return true
  }

  #open(page: Page): void {
    this.#page = page
    this.#numbers = new Int32Array(page.data.length)
    this.#pages.set(page, this.#numbers)
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

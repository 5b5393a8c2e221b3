import type { Value } from '../../engine.ts'
import type { Page } from '../../page.ts'

/**
 * A number for some Values. As a Map, but what holds the numbers lies by the Values' pages: asking
 * for hundreds of thousands of Values that have none costs next to nothing.
 */
export class Places {
  readonly #pages = new Map<Page, Int32Array>()
  #page: Page | undefined
  #places: Int32Array | undefined

  /** Its number, or −1. */
  get({ page, at }: Value): number {
    if (page !== this.#page) this.#turn(page)
    return this.#places === undefined ? -1 : this.#places[at]!
  }

  set({ page, at }: Value, place: number): void {
    if (page !== this.#page) this.#turn(page)
    if (this.#places === undefined) {
      this.#places = new Int32Array(page.length).fill(-1)
      this.#pages.set(page, this.#places)
    }
    this.#places[at] = place
  }

  #turn(page: Page): void {
    this.#page = page
    this.#places = this.#pages.get(page)
  }
}

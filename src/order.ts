import type { Value } from './engine.ts'
import type { Page } from './page.ts'

/**
 * A walk over a graph from its newest Value to its oldest; whoever walks says which inputs to go on
 * to. Inputs are older than what is computed from them, so creation order is a topological order:
 * it is found page by page, without recursion and without a mark on any Value.
 */
export class Walk {
  /** Pages with Values still to visit, the newest last. */
  readonly #pages: Page[] = []
  #at = 0

  constructor(...roots: readonly Value[]) {
    for (const root of roots) this.reach(root)
    this.#at = this.#pages.at(-1)?.length ?? 0
  }

  /** Puts `v` on the way; true if it was not there yet. */
  reach(v: Value): boolean {
    const { page, at } = v
    if (page.walk !== this) this.#open(page)
    if (page.reached[at] === v) return false
    page.reached[at] = v
    return true
  }

  /** Takes the newest Value off the way. */
  next(): Value | undefined {
    const pages = this.#pages
    while (pages.length > 0) {
      const page = pages[pages.length - 1]!
      while (this.#at > 0) {
        const v = page.reached[--this.#at]
        if (v !== undefined) return v as Value
      }
      Object.assign(page, { walk: undefined, reached: [], outer: undefined }, page.outer)
      pages.pop()
      this.#at = pages.at(-1)?.length ?? 0
    }
    return undefined
  }

  #open(page: Page): void {
    // Partials may walk a graph of their own; this walk then goes on where it was.
    if (page.walk) page.outer = { walk: page.walk, reached: page.reached, outer: page.outer }
    page.walk = this
    page.reached = new Array(page.length).fill(undefined)
    const pages = this.#pages
    let i = pages.length
    for (; i > 0 && pages[i - 1]!.number > page.number; i--) pages[i] = pages[i - 1]!
    pages[i] = page
  }
}

/** Every Value that the roots were computed from and they, inputs before outputs. Deterministic. */
export function topologicalOrder(...roots: readonly Value[]): Value[] {
  const order: Value[] = []
  const walk = new Walk(...roots)
  for (let v = walk.next(); v !== undefined; v = walk.next()) {
    order.push(v)
    for (const x of v.inputs) walk.reach(x)
  }
  return order.reverse()
}

/** The pages of parameters whose numbers lie in a kernel's memory. */
import type { Value } from '../engine.ts'
import { move, Page } from '../page.ts'

/** Leaves on a page that is made for them. */
const stretch = 256

/** A page that has nothing but parameters, in order, from the first on. */
export interface Home {
  readonly page: Page
  readonly first: number
}

/** The pages that leaves live on. */
export function pagesOf(leaves: readonly Value[]): Set<Page> {
  const pages = new Set<Page>()
  let last: Page | undefined
  for (let i = 0; i < leaves.length; i++) {
    const { page } = leaves[i]!
    if (page !== last) pages.add((last = page))
  }
  return pages
}

/** Pages for all parameters: their own, where a page holds nothing else, or empty ones to move to. */
export function homesOf(parameters: readonly Value[]): Home[] {
  const homes: Home[] = []
  for (let first = 0; first < parameters.length; ) {
    let end = first
    while (end < parameters.length && end < first + stretch && !fillsPage(parameters, end)) end++
    const page = end > first ? emptyPage(end - first) : parameters[first]!.page
    homes.push({ page, first })
    first += page.length
  }
  return homes
}

/** Whether the parameters from `first` on take all places of a page, in order. */
function fillsPage(parameters: readonly Value[], first: number): boolean {
  const { page } = parameters[first]!
  if (page.length < page.data.length) return false // others may come to live there
  for (let at = 0; at < page.length; at++) {
    const leaf = parameters[first + at]
    if (leaf?.page !== page || leaf.at !== at) return false
  }
  return true
}

/** A page for so many leaves. */
function emptyPage(leaves: number): Page {
  const page = new Page()
  // Leaves are older than all that is computed from them, and walks visit by age.
  page.number = -1
  page.length = leaves
  return page
}

/** Lets the leaves of a home have their numbers there, which are what they were. */
export function moveIn(
  { page, first }: Home,
  parameters: readonly Value[],
  there: Pick<Page, 'data' | 'grad'>,
): void {
  if (parameters[first]!.page === page) {
    there.data.set(page.data)
    there.grad.set(page.grad)
    Object.assign(page, there)
  } else {
    Object.assign(page, there)
    for (let at = 0; at < page.length; at++) move(parameters[first + at]!, page, at)
  }
}

/** Leaves of a kernel's memory have their numbers on a page of their own again. */
export function moveOut(page: Page): void {
  page.data = new Float64Array(page.data)
  page.grad = new Float64Array(page.grad)
}

/** The pages of parameters whose numbers lie in a kernel's memory. */
import type { Value } from '../engine.ts'
import { Page, type Scope } from '../page.ts'

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
    for (let at = 0; at < page.length; ) at += moveNeighbours(parameters, first + at, page, at)
  }
}

/** Moves leaves that are neighbours on a page to another one, with all that is noted of them; returns how many. */
function moveNeighbours(leaves: readonly Value[], first: number, page: Page, at: number): number {
  const { page: old, at: from } = leaves[first]!
  let count = 0
  for (; at + count < page.length; count++) {
    const leaf = leaves[first + count]!
    if (leaf.page !== old || leaf.at !== from + count) break
    leaf.page = page
    leaf.at = at + count
    const label = old.labels?.get(from + count)
    if (label !== undefined) (page.labels ??= new Map()).set(leaf.at, label)
  }
  const end = from + count
  page.data.set(old.data.subarray(from, end), at)
  page.grad.set(old.grad.subarray(from, end), at)
  note(page, at, old.scopes.findLast((entry) => entry.from <= from)?.scope)
  for (const { from: start, scope } of old.scopes)
    if (start > from && start < end) note(page, at + start - from, scope)
  return count
}

/** Values from a place on were made in `scope`. */
function note({ scopes }: Page, from: number, scope: Scope | undefined): void {
  if (scopes.at(-1)?.scope !== scope) scopes.push({ from, scope })
}

/** Leaves of a kernel's memory have their numbers on a page of their own again. */
export function moveOut(page: Page): void {
  page.data = new Float64Array(page.data)
  page.grad = new Float64Array(page.grad)
}

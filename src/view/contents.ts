import type { Picture } from './collapse.ts'
import type { Graph } from './graph.ts'
import { type Layout, layout } from './layout.ts'

/** What a page is made from; it stands there as JSON. */
export interface Contents {
  readonly graph: Graph
  readonly layout: Layout
  /** The groups that are open, by id, and how many Values at most are drawn one by one. */
  readonly open: readonly string[]
  readonly most: number
  /** Where a graph is too large for a page: its only picture, and how many Values there are. */
  readonly excerpt?: { readonly picture: Picture; readonly values: number } | undefined
  /** Whether edges always show their partials, not only where a step passes. */
  readonly partials: boolean
}

/** Text on more edges than this makes a picture wide and its layout slow. */
const mostTexts = 150

/** The layout for a page, with room for the partials that a step shows on edges. */
export function layoutForPage(picture: Picture, graph: Graph, partials: boolean): Promise<Layout> {
  return layout(picture, graph, { partials: partials || picture.edges.length <= mostTexts })
}

/** The layout of a graph that changes little by little: while everything still fits, it stays where it is. */
import { columnWidth, type Size, sizesOf } from './box.ts'
import type { Picture } from './collapse.ts'
import type { Graph } from './graph.ts'
import { type Layout, type LayoutOptions, layout } from './layout.ts'
import { sameShape } from './likeness.ts'

/** How much wider than its text a box may be: then an exponent comes and goes, and nothing moves. */
const slack = 4 * columnWidth

interface Laid {
  readonly picture: Picture
  readonly sizes: ReadonlyMap<string, Size>
  readonly layout: Layout
}

export class SteadyLayout {
  #last: Laid | undefined

  /** As `layout`; the last one where it is good enough for this picture too. */
  async lay(picture: Picture, graph: Graph, options: LayoutOptions = {}): Promise<Layout> {
    const sizes = sizesOf(picture, graph)
    const last = this.#last
    const steady = options.partials !== true
    if (steady && last && sameShape(picture, last.picture) && fit(picture, sizes, last.sizes))
      return last.layout
    const found = await layout(picture, graph, options)
    this.#last = { picture, sizes, layout: found }
    return found
  }
}

/** Whether what is in each box fits into the one that it had. Operations are as wide as their names. */
function fit(
  { nodes }: Picture,
  sizes: ReadonlyMap<string, Size>,
  had: ReadonlyMap<string, Size>,
): boolean {
  return nodes.every(({ id, kind }) => {
    const [now, before] = [sizes.get(id)!, had.get(id)!]
    const spare = before.width - now.width
    return now.height === before.height && spare >= 0 && spare <= (kind === 'op' ? 0 : slack)
  })
}

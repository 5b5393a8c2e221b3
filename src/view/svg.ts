import type { Value } from '../engine.ts'
import { type DrawOptions, draw } from './draw.ts'
import { type GraphOptions, graphOf } from './graph.ts'
import { type LayoutOptions, layout } from './layout.ts'
import { type Opening, pictureOf } from './opening.ts'

/** How a graph is drawn. */
export interface ViewOptions extends GraphOptions, LayoutOptions, DrawOptions {
  /**
   * Which modules are drawn open: 'all', 'none', or the ids of some, `layers.0/neurons.3`. Default:
   * all of a small graph, of a larger one as many levels as stay readable.
   */
  readonly open?: Opening | undefined
}

/**
 * The graph below a Value, or several, as an SVG picture: inputs on the left, results on the right,
 * each Value as `[label | data | grad]`, each operation as a node of its own. A graph of any size: what
 * there is no room for is closed, and the picture says so. Throws unless it is given Values.
 */
export async function toSvg(
  root: Value | readonly Value[],
  options: ViewOptions = {},
): Promise<string> {
  const graph = graphOf(root, options)
  const picture = pictureOf(graph, options.open)
  return draw(picture, graph, await layout(picture, graph, options), options)
}

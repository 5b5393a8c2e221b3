/** What of a large drawing is in sight: the rest is in the page, and not rendered. */
import type { Box } from '../camera.ts'
import type { Sketch } from './sketch.ts'

/** Up to so many nodes and edges all are rendered. */
const few = 300

interface Part {
  readonly element: SVGElement
  readonly box: Box
}

export class Sight {
  readonly #parts: readonly Part[]
  /** What is rendered now. */
  #seen: Box = { x: 0, y: 0, width: 0, height: 0 }

  constructor(sketch: Sketch) {
    const parts = [...nodesOf(sketch), ...strandsOf(sketch)]
    this.#parts = parts.length > few ? parts : []
  }

  /** Renders what is in the window or within one more of it on each side. */
  look(window: Box): void {
    if (this.#parts.length === 0 || this.#enough(window)) return
    const { x, y, width, height } = window
    this.#seen = { x: x - width, y: y - height, width: 3 * width, height: 3 * height }
    for (const { element, box } of this.#parts)
      element.classList.toggle('far', !overlap(box, this.#seen))
  }

  /** Whether the window lies in what is rendered, and that is not far too much for it. */
  #enough(window: Box): boolean {
    const { x, y, width, height } = this.#seen
    const inside =
      window.x >= x &&
      window.y >= y &&
      window.x + window.width <= x + width &&
      window.y + window.height <= y + height
    return inside && width <= 6 * window.width
  }
}

function nodesOf(sketch: Sketch): Part[] {
  return [...sketch.nodes].map(([id, element]) => ({ element, box: sketch.boxOf(id)! }))
}

/** An edge is where its points and handles are. */
function strandsOf({ strands, layout, shift }: Sketch): Part[] {
  return strands.map(({ element }, i) => {
    const { points } = layout.ways[i]!
    const [xs, ys] = [0, 1].map((axis) => points.filter((_, k) => k % 2 === axis)) as Axes
    const [x, y] = [Math.min(...xs), Math.min(...ys)]
    const [width, height] = [Math.max(...xs) - x, Math.max(...ys) - y]
    return { element, box: { x: x + shift, y: y + shift, width, height } }
  })
}
type Axes = [xs: number[], ys: number[]]

const overlap = (a: Box, b: Box): boolean =>
  a.x <= b.x + b.width && b.x <= a.x + a.width && a.y <= b.y + b.height && b.y <= a.y + a.height

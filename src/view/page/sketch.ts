/** A drawn picture, taken apart: its elements by id, and where they are. */
import type { Box, Point } from '../camera.ts'
import type { Picture } from '../collapse.ts'
import { draw } from '../draw.ts'
import type { Graph } from '../graph.ts'
import type { Layout } from '../layout.ts'
import { Sight } from './sight.ts'

/** One edge: its element and its ends. */
export interface Strand {
  readonly element: SVGGElement
  readonly from: string
  readonly to: string
}

/** The two numbers in a box, and the Value whose they are. */
export interface Numbers {
  readonly value: number
  readonly data: Text | undefined
  readonly grad: Text | undefined
  readonly written: readonly [data: string, grad: string]
}

export class Sketch {
  readonly svg: SVGSVGElement
  picture!: Picture
  readonly layout: Layout
  /** The group that everything but the notes is in. */
  readonly main: SVGGElement
  readonly bounds: Box
  readonly nodes: Map<string, SVGGElement> = new Map()
  readonly frames: Set<string>
  readonly numbers: Map<string, Numbers> = new Map()
  readonly strands: Strand[]
  /** What the keyboard stops at: Values, closed and open groups. */
  readonly stations: readonly string[]
  /** How far the main group is moved. */
  readonly shift: number
  readonly sight: Sight

  constructor(svg: SVGSVGElement, picture: Picture, layout: Layout) {
    this.svg = svg
    this.layout = layout
    this.main = svg.querySelector<SVGGElement>(':scope > g')!
    this.shift = Number(/\(([\d.]+)/.exec(this.main.getAttribute('transform') ?? '')?.[1] ?? 0)
    const [width, height] = [svg.width.baseVal.value, svg.height.baseVal.value]
    this.bounds = { x: 0, y: 0, width, height }
    this.frames = new Set(
      picture.frames.map(({ id }) => id).filter((id) => layout.places[id] !== undefined),
    )
    for (const node of svg.querySelectorAll<SVGGElement>('[data-id]')) {
      const id = node.getAttribute('data-id')!
      this.nodes.set(id, node)
    }
    this.take(picture)
    const values = picture.nodes.filter(({ kind }) => kind !== 'op').map(({ id }) => id)
    this.stations = [...this.frames, ...values]
    const drawn = svg.querySelectorAll<SVGGElement>('[data-from]')
    this.strands = picture.edges.map(({ from, to }, i) => ({ element: drawn[i]!, from, to }))
    this.sight = new Sight(this)
  }

  /** The same drawing, with the numbers of this picture written in it. */
  take(picture: Picture): void {
    this.picture = picture
    for (const node of picture.nodes) {
      if (node.kind === 'op' || (node.kind === 'group' && node.outputCount !== 1)) continue
      const value = node.kind === 'value' ? node.value : node.outputs[0]!
      this.numbers.set(node.id, numbersIn(this.nodes.get(node.id)!, value))
    }
  }

  /** What is drawn, from left to right: Values and closed groups, by id. */
  get ids(): readonly string[] {
    const { places } = this.layout
    return this.picture.nodes
      .filter(({ kind }) => kind !== 'op')
      .map(({ id }) => id)
      .sort((a, b) => places[a]!.x - places[b]!.x || places[a]!.y - places[b]!.y)
  }

  boxOf(id: string): Box | undefined {
    const place = this.layout.places[id]
    return place && { ...place, x: place.x + this.shift, y: place.y + this.shift }
  }

  /** Where the arrow keys find it: in its middle, or where the name of a frame stands. */
  pointOf(id: string): Point {
    const { x, y, width, height } = this.boxOf(id) ?? this.bounds
    if (this.frames.has(id)) return { x: x + 24, y: y + 14 }
    return { x: x + width / 2, y: y + height / 2 }
  }

  /** `id` if it is in another layout too, else what stands nearest to it of all that is. */
  staying(id: string, { places }: Layout): string {
    const both = this.stations.filter((other) => places[other] !== undefined)
    if (both.includes(id)) return id
    const from = this.pointOf(id)
    const far = (other: string): number => {
      const { x, y } = this.pointOf(other)
      return Math.hypot(x - from.x, y - from.y)
    }
    return both.reduce((a, b) => (far(b) < far(a) ? b : a), both[0] ?? id)
  }
}

function numbersIn(node: SVGGElement, value: number): Numbers {
  const text = (kind: string): Text | undefined =>
    (node.querySelector(`text.${kind}`)?.lastChild as Text | null) ?? undefined
  const [data, grad] = [text('data'), text('grad')]
  return { value, data, grad, written: [data?.data ?? '', grad?.data ?? ''] }
}

/** The picture as an element of the page; read as HTML, which a page does faster than XML. */
export function drawn(picture: Picture, graph: Graph, layout: Layout): SVGSVGElement {
  const host = document.createElement('div')
  host.innerHTML = draw(picture, graph, layout, {}, '')
  return host.firstElementChild as SVGSVGElement
}

/** The picture on the page: what is clicked in it, and how it shows the choice, the search, the step. */
import type { Box } from '../camera.ts'
import type { Graph } from '../graph.ts'
import type { Layout } from '../layout.ts'
import type { Picture } from '../collapse.ts'
import { search } from '../search.ts'
import { decorate, described } from './decoration.ts'
import type { LayoutSource } from './layouter.ts'
import { markStep, unmarkStep } from './marks.ts'
import type { Model } from './model.ts'
import { Notice } from './notice.ts'
import { renewed } from './renewal.ts'
import { drawn, Sketch } from './sketch.ts'
import type { Stage } from './stage.ts'

/** Matches of a search that are marked at most. */
const mostMarked = 500

export class Drawing {
  readonly #model: Model
  readonly #stage: Stage
  readonly #host: HTMLElement
  readonly #layouter: LayoutSource
  readonly #notice: Notice
  #sketch: Sketch
  /** What was last shown, to see what has changed. */
  #picture: Picture
  #stop: number
  #chosen: string | undefined
  #describing: ReturnType<typeof setTimeout> | undefined
  /** The one node that Tab leads to. */
  #current: string

  constructor(
    model: Model,
    stage: Stage,
    host: HTMLElement,
    layouter: LayoutSource,
    layout: Layout,
  ) {
    this.#model = model
    this.#stage = stage
    this.#host = host
    this.#layouter = layouter
    this.#notice = new Notice(host)
    this.#picture = model.picture
    this.#stop = model.stop
    this.#current = `v${model.graph.roots[0]}`
    this.#sketch = this.#adopt(host.querySelector('svg')!, model.picture, layout)
    host.addEventListener('click', (event) => this.#click(event))
    host.addEventListener('focusin', (event) => this.#focused(event))
    model.listen(() => this.#changed())
    stage.begin()
    this.#mark()
  }

  /** What is drawn, from left to right: Values and closed groups, by id. */
  get ids(): readonly string[] {
    return this.#sketch.ids
  }

  /** The node in that direction that is nearest, as one sees it; then it has the focus. */
  walk(dx: number, dy: number): void {
    const from = this.#sketch.pointOf(this.#current)
    let [best, least] = [this.#current, Infinity]
    for (const id of this.#sketch.stations) {
      const to = this.#sketch.pointOf(id)
      const along = (to.x - from.x) * dx + (to.y - from.y) * dy
      const aside = Math.abs((to.x - from.x) * dy) + Math.abs((to.y - from.y) * dx)
      const far = along + 2 * aside
      if (along > 2 && far < least) [best, least] = [id, far]
    }
    this.#focus(best)
  }

  /** Enter: opens or closes a group, explains anything else. */
  activate(): void {
    this.#press(this.#current)
  }

  #click(event: MouseEvent): void {
    const target = event.target as Element
    const node = target.closest('[data-id]')
    const id = node?.getAttribute('data-id') ?? undefined
    if (id === undefined) return this.#model.choose(undefined)
    const value = id.startsWith('o') ? `v${id.slice(1)}` : id
    // Inside the frame of an open group one only points at it; its sign or name closes it.
    const onFrame = this.#sketch.frames.has(id) && target.closest('.sign, text') === null
    if (onFrame) this.#model.choose(id)
    else this.#press(value)
  }

  #press(id: string): void {
    this.#model.choose(id)
    this.#current = id
    if (id === 'rest') this.#model.widen()
    else if (id.startsWith('g')) this.#model.toggle(Number(id.slice(1)))
  }

  #focused(event: FocusEvent): void {
    const id = (event.target as Element).closest('[data-id]')?.getAttribute('data-id')
    if (id) this.#setCurrent(id)
  }

  #setCurrent(id: string): void {
    this.#sketch.nodes.get(this.#current)?.setAttribute('tabindex', '-1')
    this.#current = id
    this.#sketch.nodes.get(id)?.setAttribute('tabindex', '0')
  }

  #focus(id: string): void {
    this.#setCurrent(id)
    this.#sketch.nodes.get(id)?.focus({ preventScroll: true })
    this.#stage.reveal(this.#boxOf(id))
  }

  #changed(): void {
    if (this.#model.picture !== this.#picture) {
      this.#picture = this.#model.picture
      void this.#redraw(this.#picture)
    }
    this.#mark()
    this.#follow()
  }

  async #redraw(picture: Picture): Promise<void> {
    const { graph } = this.#model
    const layout = await this.lay(picture, graph)
    if (layout === undefined || graph !== this.#model.graph) return
    this.#replace(drawn(picture, graph, layout), picture, layout)
    this.#model.changed()
  }

  /** Where everything is; undefined where something newer was asked for, or there is none, which is said. */
  lay(picture: Picture, graph: Graph): Promise<Layout | undefined> {
    return this.#notice.during(this.#layouter.lay(picture, graph))
  }

  /** The new picture for the old one, with what was pressed where it was. */
  #replace(svg: SVGSVGElement, picture: Picture, layout: Layout): void {
    this.#current = this.#sketch.staying(this.#current, layout)
    const before = this.#sketch.boxOf(this.#current)
    this.#swap(svg, picture, layout)
    const after = this.#sketch.boxOf(this.#current)
    if (before === undefined || after === undefined) return
    this.#stage.hold(before, after)
    this.#stage.embrace(after)
  }

  #swap(svg: SVGSVGElement, picture: Picture, layout: Layout): void {
    const focused =
      this.#host.contains(document.activeElement) && document.activeElement !== this.#host
    this.#host.replaceChildren(svg)
    this.#sketch = this.#adopt(svg, picture, layout)
    const { nodes, stations } = this.#sketch
    if (!nodes.has(this.#current)) this.#current = stations[stations.length - 1]!
    this.#setCurrent(this.#current)
    if (focused) nodes.get(this.#current)?.focus({ preventScroll: true })
    this.#mark()
  }

  /** The model has another graph, and this is where everything in its picture is. */
  show(layout: Layout): void {
    const { picture, graph } = this.#model
    const before = this.#sketch.nodes
    this.#picture = picture
    this.#notice.say('')
    if (renewed(this.#sketch, picture, layout)) return
    this.#swap(drawn(picture, graph, layout), picture, layout)
    const { nodes } = this.#sketch
    const alike = nodes.size === before.size && [...nodes.keys()].every((id) => before.has(id))
    if (!alike || this.#stage.untouched) this.#stage.begin()
  }

  #adopt(svg: SVGSVGElement, picture: Picture, layout: Layout): Sketch {
    const sketch = new Sketch(svg, picture, layout)
    decorate(sketch, this.#model)
    const goal = sketch.boxOf(`v${this.#model.graph.roots[0]}`) ?? sketch.bounds
    this.#stage.show(svg, sketch.bounds, goal, (window) => sketch.sight.look(window))
    sketch.nodes.get(this.#current)?.setAttribute('tabindex', '0')
    return sketch
  }

  #mark(): void {
    const model = this.#model
    const { nodes } = this.#sketch
    const words = model.tab === 'values' ? model.words : ''
    const found = new Set(search(model.graph, words, mostMarked).values.map((v) => model.idOf(v)))
    const chosen = this.#shownId(model.chosen)
    for (const [id, node] of nodes) {
      node.classList.toggle('chosen', id === chosen)
      node.classList.toggle('match', found.has(id))
    }
    if (model.stepping) markStep(this.#sketch, model)
    else unmarkStep(this.#sketch)
    this.#describe()
  }

  /** Names for who cannot see. Where they are many, after everything that can be seen: nobody waits for them. */
  #describe(): void {
    const { stations, nodes } = this.#sketch
    const name = (): void => {
      for (const id of stations) {
        const node = nodes.get(id)!
        node.setAttribute('aria-label', described(this.#model, id, node))
      }
    }
    clearTimeout(this.#describing)
    if (stations.length > 60) this.#describing = setTimeout(name)
    else name()
  }

  /** Brings into sight what was just chosen, or what the step is about. */
  #follow(): void {
    const { stop, chosen, stepping } = this.#model
    if (stop !== this.#stop && stepping) {
      const { svg } = this.#sketch
      const now = [...svg.querySelectorAll('.forward, .backward'), ...svg.querySelectorAll('.fed')]
      const boxes = now.map((node) => this.#boxOf(node.getAttribute('data-id')!))
      if (boxes.length > 0) this.#stage.revealAll(boxes[0]!, boxes)
    }
    const id = this.#shownId(chosen)
    if (chosen !== this.#chosen && id !== undefined) this.#stage.reveal(this.#boxOf(id))
    this.#stop = stop
    this.#chosen = chosen
  }

  /** What is drawn for something: itself, or what it is in. */
  #shownId(id: string | undefined): string | undefined {
    if (id === undefined || this.#sketch.nodes.has(id)) return id
    return id.startsWith('v') ? this.#model.idOf(Number(id.slice(1))) : undefined
  }

  #boxOf(id: string): Box {
    return this.#sketch.boxOf(id) ?? this.#sketch.bounds
  }
}

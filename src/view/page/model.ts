/** What the page knows and what one sees of it; whoever shows something of it listens for changes. */
import type { Picture } from '../collapse.ts'
import type { Contents } from '../contents.ts'
import type { Graph } from '../graph.ts'
import { type Uses, usesOf } from '../inspection.ts'
import { nameOf } from '../names.ts'
import { type Operand, type PartialText, partialText, type Template } from '../partial-formula.ts'
import { type Passes, passesOf, type Stop, stopsOf } from '../steps.ts'
import { Opened } from './opened.ts'

export type Tab = 'step' | 'explain' | 'values'

/** The first step of each pass at which something happens inside a closed group. */
export interface Touch {
  forward: number
  backward: number
}
const never: Touch = { forward: Infinity, backward: Infinity }

export class Model {
  graph!: Graph
  passes!: Passes
  uses!: Uses
  /** Whether there is only the one picture: the graph was too large to be put into a page. */
  excerpt = false
  /** Whether `backward` had run when the page was written. */
  ran = false
  /** What is open of the graph. */
  opened!: Opened
  /** Where stepping stops while the groups are as they are. */
  stops: readonly Stop[] = []
  /** The current one; `stops.length`: not stepping. */
  stop = 0
  /** What was clicked: the id of a Value (`v12`), a group (`g3`), or the rest. */
  chosen: string | undefined
  tab: Tab = 'explain'
  /** What is searched for. */
  words = ''
  readonly #listeners: (() => void)[] = []
  #places!: Int32Array
  #templates!: readonly Template[]
  #touches: ReadonlyMap<string, Touch> = new Map()

  constructor(contents: Contents) {
    this.#take(contents, new Opened(contents))
    this.stop = this.stops.length
  }

  /** Another graph: the step and the choice stay where it has such a step and such a Value. */
  replace(contents: Contents, opened: Opened): void {
    const { stop, stepping, chosen } = this
    this.#take(contents, opened)
    this.stop = stepping ? Math.min(stop, this.stops.length - 1) : this.stops.length
    const { values, groups } = this.graph
    const there = chosen?.startsWith('g') ? groups : values
    if (chosen !== undefined && there[Number(chosen.slice(1))] === undefined)
      this.chosen = undefined
  }

  #take({ graph, excerpt, templates }: Contents, opened: Opened): void {
    this.graph = graph
    this.#templates = templates
    this.passes = passesOf(graph)
    this.uses = usesOf(graph)
    this.excerpt = excerpt !== undefined
    this.ran = graph.values.some((v) => Number(v.grad) !== 0)
    this.opened = opened
    this.#places = new Int32Array(graph.values.length)
    this.#replace()
  }

  listen(listener: () => void): void {
    this.#listeners.push(listener)
  }

  changed(): void {
    for (const listener of this.#listeners) listener()
  }

  /** The ids of the groups that are open. */
  get open(): ReadonlySet<string> {
    return this.opened.ids
  }

  /** What is to be seen, laid out or not yet. */
  get picture(): Picture {
    return this.opened.picture
  }

  /** Whether one looks at a single step. */
  get stepping(): boolean {
    return this.stop < this.stops.length
  }

  /** The step that is done last at the current stop; the last of all when not stepping. */
  get step(): number {
    return this.stops[this.stop]?.last ?? this.passes.length - 1
  }

  /** The closed group in which a Value is computed; one more than there are: beyond; −1: itself. */
  placeOf(value: number): number {
    return this.#places[value]!
  }

  /** What stands for a Value in the picture, by id. A result stands for itself in any case. */
  idOf(value: number): string {
    const place = this.placeOf(value)
    if (place < 0 || this.graph.roots.includes(value)) return `v${value}`
    return this.placeId(place)
  }

  placeId(place: number): string {
    return place === this.graph.groups.length ? 'rest' : `g${place}`
  }

  placeName(place: number): string {
    return this.graph.groups[place]?.id ?? 'what is not drawn'
  }

  /** The closed group in which a stop happens. */
  placeAt({ first }: Stop): number | undefined {
    const { forward, backward, seed } = this.passes
    if (first === 0 || first === seed) return undefined
    const value = first < seed ? forward[first - 1] : backward[first - seed - 1]
    const place = this.placeOf(value!)
    return place < 0 ? undefined : place
  }

  /** ∂value/∂(operand at `index`) as a formula, where one is known that says more than its number. */
  partialText(value: number, index: number): PartialText | undefined {
    const { op, inputs } = this.graph.values[value]!
    const template = this.#templates[op ?? -1]
    if (template === undefined) return undefined
    const operand = (at: number): Operand => {
      const { data, role } = this.graph.values[at]!
      return { name: nameOf(this.graph, at), data: Number(data), literal: role === 'literal' }
    }
    const found = partialText(template, index, operand(value), inputs.map(operand))
    const bare = found === undefined || /^−?[\d.]+$/.test(found.text)
    return bare && found?.because === '' ? undefined : found
  }

  firstTouch(id: string): Touch {
    return this.#touches.get(id) ?? never
  }

  choose(id: string | undefined): void {
    this.chosen = id
    if (id !== undefined) this.tab = 'explain'
    this.changed()
  }

  show(tab: Tab): void {
    this.tab = tab
    this.changed()
  }

  /** Goes to a stop, or, from `stops.length` on, back to the whole graph. */
  go(stop: number): void {
    this.stop = Math.max(0, Math.min(stop, this.stops.length))
    this.tab = 'step'
    this.changed()
  }

  goBackward(): void {
    this.go(this.stops.findIndex(({ first }) => first === this.passes.seed))
  }

  search(words: string): void {
    this.words = words
    this.tab = 'values'
    this.changed()
  }

  toggle(group: number): void {
    const { id, values } = this.graph.groups[group]!
    const { opened } = this
    if (!opened.ids.has(id)) this.#reopen(opened.with([...opened.ids, id], values))
    else this.setOpen([...opened.ids].filter((other) => other !== id))
  }

  /** Draws twice as many Values one by one. */
  widen(): void {
    this.#reopen(this.opened.wider())
  }

  /** Opens exactly these groups. */
  setOpen(ids: Iterable<string>): void {
    this.#reopen(this.opened.with(ids))
  }

  /** Opens what is around a Value, so that it is seen itself. */
  uncover(value: number): void {
    const { values, groups } = this.graph
    const { group } = values[value]!
    const ids: string[] = []
    for (let at = group; at >= 0; at = groups[at]!.parent) ids.push(groups[at]!.id)
    this.#reopen(this.opened.with([...this.open, ...ids], groups[group]?.values))
  }

  /** The same step of the passes stays current. */
  #reopen(opened: Opened): void {
    if (this.excerpt) return
    const { step, stepping } = this
    this.opened = opened
    this.#replace()
    this.stop = stepping ? this.stops.findIndex(({ last }) => last >= step) : this.stops.length
    this.changed()
  }

  #replace(): void {
    const { groups, values } = this.graph
    const closed: number[] = []
    // A group comes before those inside it.
    groups.forEach(({ id, parent }, at) => {
      const outer = parent < 0 ? -1 : closed[parent]!
      closed[at] = outer >= 0 || this.open.has(id) ? outer : at
    })
    const drawn = new Set(this.picture.nodes.map(({ id }) => id))
    values.forEach(({ group }, i) => {
      const place = group < 0 ? -1 : closed[group]!
      const beyond = place < 0 ? !drawn.has(`v${i}`) : !drawn.has(`g${place}`)
      this.#places[i] = beyond ? groups.length : place
    })
    this.stops = stopsOf(this.passes, (value) => this.placeOf(value))
    this.#touches = this.#firstTouches()
  }

  #firstTouches(): Map<string, Touch> {
    const { forward, arrivals } = this.passes
    const touches = new Map<string, Touch>()
    const at = (value: number): Touch => {
      const id = this.placeId(this.placeOf(value))
      if (!touches.has(id)) touches.set(id, { ...never })
      return touches.get(id)!
    }
    forward.forEach((value, i) => {
      if (this.placeOf(value) < 0) return
      const touch = at(value)
      touch.forward = Math.min(touch.forward, i + 1)
    })
    arrivals.forEach(([first], value) => {
      if (first === undefined || this.placeOf(value) < 0) return
      const touch = at(value)
      touch.backward = Math.min(touch.backward, first.step)
    })
    return touches
  }
}

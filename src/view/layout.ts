import type { Attributes, Graph as Drawing, Node, Subgraph, Viz } from '@viz-js/viz'
import { columnWidth, opGap, type Size, sizesOf } from './box.ts'
import type { Frame, Picture } from './collapse.ts'
import type { Graph } from './graph.ts'
import { columns, shortLabel } from './label.ts'
import { shown } from './number.ts'
import { curve, isFree, onWay } from './way.ts'
import { type Slot, twinPlaces } from './twins.ts'

/** A rectangle by its upper left corner, in pixels. */
export interface Place extends Size {
  readonly x: number
  readonly y: number
}

/** A way: where it starts, then for each cubic Bézier curve two handles and the end; x, y, x, y, … */
export interface Way {
  readonly points: readonly number[]
  /** The middle of the edge's text, if it has one. */
  readonly text?: readonly [x: number, y: number] | undefined
}

/** Where everything in a picture is, as plain data. */
export interface Layout extends Size {
  /** By the ids of nodes and frames. */
  readonly places: Readonly<Record<string, Place>>
  /** One for each edge of the picture, in its order. */
  readonly ways: readonly Way[]
}

export interface LayoutOptions {
  /** Leaves room on each edge for its partial. */
  readonly partials?: boolean | undefined
}

let engine: Promise<Viz> | undefined

/** The layout engine (Graphviz as WebAssembly), loaded when it is first asked for. */
function loaded(): Promise<Viz> {
  engine ??= import('@viz-js/viz').then(({ instance }) => instance())
  return engine
}

/** Finds a place for everything in `picture`: results on the right, what they come from on the left. */
export async function layout(
  picture: Picture,
  graph: Graph,
  options: LayoutOptions = {},
): Promise<Layout> {
  const boxes = boxesOf(picture, sizesOf(picture, graph))
  const viz = await loaded()
  const drawing = drawingOf(picture, boxes, options.partials === true)
  const result = viz.render(drawing, { format: 'json0' })
  if (result.status === 'failure')
    throw new Error(`the layout failed: ${result.errors.map(({ message }) => message).join(' ')}`)
  return readLayout(JSON.parse(result.output) as Output, picture, boxes)
}

/** What the layout moves as one (an operation with its Value, or a single node) for each node. */
interface Boxes {
  readonly of: ReadonlyMap<string, Slot>
  readonly sizes: ReadonlyMap<string, Size>
}

function boxesOf({ nodes }: Picture, sizes: ReadonlyMap<string, Size>): Boxes {
  const of = new Map<string, Slot>()
  for (const { id, kind, group } of nodes) {
    if (kind === 'op') continue
    const { width, height } = sizes.get(id)!
    const op = `o${id.slice(1)}`
    const pair = kind === 'value' && sizes.has(op)
    const before = pair ? sizes.get(op)!.width + opGap : 0
    const box = { name: id, group, width: before + width, height }
    of.set(id, box)
    if (pair) of.set(op, box)
  }
  return { of, sizes }
}

function drawingOf(picture: Picture, { of }: Boxes, partials: boolean): Drawing {
  const large = picture.nodes.length > 400
  const boxes = readingOrder(picture, of)
  const edges = [...picture.edges.entries()].reverse().flatMap(([id, { from, to, partial }]) => {
    const [tail, head] = [of.get(from)!.name, of.get(to)!.name]
    const attributes: Attributes = { id }
    if (partials && partial !== null) attributes['label'] = room(shown(partial))
    return tail === head ? [] : [{ tail, head, attributes }]
  })
  // Room to follow edges where many cross, or pass between modules.
  const least = picture.frames.length > 0 ? 0.8 : 0.5
  const ranksep = Math.min(2, Math.max(least, 0.4 + (0.2 * edges.length) / boxes.length))
  return {
    directed: true,
    graphAttributes: { rankdir: 'LR', nodesep: 0.2, ranksep, ...(large ? quick : {}) },
    nodeAttributes: { shape: 'box', fixedsize: true, label: '' },
    edgeAttributes: { arrowhead: 'none', tailport: 'e', headport: 'w' },
    ...nested(picture.frames, boxes),
    edges,
  }
}

/** Above this, edges are left as the layout engine drew them. */
const manyEdges = 1000
/** For large pictures: straight edges, and fewer rounds of moving nodes about. */
const quick = { splines: 'line', searchsize: 5, nslimit: 0.5, nslimit1: 0.5, mclimit: 0.1 }

/**
 * The boxes in the order in which one would say them: before an operation its first operand and all
 * that this comes from, then the second. Told in this order, and edges and frames the other way
 * round, the layout engine puts first things on top.
 */
function readingOrder({ nodes, edges }: Picture, of: Boxes['of']): Slot[] {
  const inputs = new Map<Slot, Slot[]>()
  for (const { from, to } of edges) {
    const [tail, head] = [of.get(from)!, of.get(to)!]
    if (inputs.has(head)) inputs.get(head)!.push(tail)
    else inputs.set(head, [tail])
  }
  const order = new Set<Slot>()
  const open = [...nodes].map(({ id }) => of.get(id)!)
  const entered = new Set<Slot>()
  while (open.length > 0) {
    const box = open[open.length - 1]!
    if (entered.has(box)) {
      order.add(box)
      open.pop()
    } else {
      entered.add(box)
      open.push(...(inputs.get(box) ?? []).filter((x) => !entered.has(x)).reverse())
    }
  }
  return [...order]
}

/** Every box in its frame, every frame in the one around it. */
function nested(frames: readonly Frame[], boxes: readonly Slot[]): Subgraph {
  const top = { nodes: [] as Node[], subgraphs: [] as Subgraph[] }
  const inside = new Map([[-1, top]])
  for (const { id, name, group, parent } of frames) {
    const label = room(shortLabel(name) ?? '')
    const graphAttributes = { label, labelloc: 't', margin: 12 }
    const subgraph = { name: `cluster_${id}`, graphAttributes, nodes: [], subgraphs: [] }
    inside.get(parent)!.subgraphs.unshift(subgraph)
    inside.set(group, subgraph)
  }
  for (const { name, width, height, group } of boxes)
    inside.get(group)!.nodes.push({
      name,
      attributes: { width: width / perInch, height: height / perInch },
    })
  return top
}

/** The layout engine counts in inches of 72 points; a point here is a pixel. */
const perInch = 72

/** Empty room of the size of a text, so that the layout engine need not know our font. */
function room(text: string): { html: string } {
  const width = Math.ceil(columns(text) * columnWidth) + 4
  const cell = `<td fixedsize="true" width="${width}" height="14"></td>`
  return { html: `<table border="0" cellborder="0" cellpadding="0"><tr>${cell}</tr></table>` }
}

/** What the layout engine writes (`json0`), as far as it is read here. */
interface Output {
  readonly bb: string
  readonly objects?: readonly {
    readonly name: string
    readonly bb?: string
    readonly pos?: string
  }[]
  readonly edges?: readonly { readonly id: string; readonly pos: string; readonly lp?: string }[]
}

const coordinates = (text: string): number[] =>
  (text.match(/-?[\d.]+(?:e[-+]?\d+)?/g) ?? []).map(Number)
/** A tenth of a pixel is as fine as anybody sees. */
const rounded = (x: number): number => Math.round(x * 10) / 10

/** The layout engine counts heights from the bottom up. */
function readLayout(output: Output, picture: Picture, boxes: Boxes): Layout {
  const [, , width, height] = coordinates(output.bb) as Four
  const places: Record<string, Place> = {}
  const middles = new Map<string, readonly [x: number, y: number]>()
  for (const { name, bb, pos } of output.objects ?? []) {
    if (pos !== undefined) middles.set(name, flipped(pos, height) as [number, number])
    else if (bb !== undefined) places[name.replace('cluster_', '')] = rectangle(bb, height)
  }
  const heights = new Map([...middles].map(([name, [, y]]) => [name, y]))
  const twins = twinPlaces(picture, boxes.of, heights)
  for (const { id, kind } of picture.nodes) {
    const box = boxes.of.get(id)!
    const size = boxes.sizes.get(id)!
    const [x, y] = middles.get(twins.get(box.name)!)!
    const left = kind === 'op' ? x - box.width / 2 : x + box.width / 2 - size.width
    const corner = { x: rounded(left), y: rounded(y - size.height / 2) }
    places[id] = { ...corner, width: rounded(size.width), height: size.height }
  }
  return { width, height, places, ways: waysOf(output, picture, boxes, twins, places, height) }
}
type Four = [left: number, low: number, right: number, high: number]

/** Points with heights counted from the top down. */
const flipped = (text: string, height: number): number[] =>
  coordinates(text).map((n, i) => rounded(i % 2 === 0 ? n : height - n))

function rectangle(bb: string, height: number): Place {
  const [x, low, right, y] = flipped(bb, height) as Four
  return { x, y, width: rounded(right - x), height: rounded(low - y) }
}

/** The way of each edge: the one that was found between the places that its ends have now. */
function waysOf(
  output: Output,
  { nodes, edges }: Picture,
  { of }: Boxes,
  twins: ReadonlyMap<string, string>,
  places: Readonly<Record<string, Place>>,
  height: number,
): Way[] {
  const found = new Map<string, Way[]>()
  for (const { id, pos, lp } of output.edges ?? []) {
    const { from, to } = edges[Number(id)]!
    const key = `${of.get(from)!.name} ${of.get(to)!.name}`
    const points = flipped(pos, height)
    const text = lp === undefined ? undefined : onWay(points, coordinates(lp)[0]!)
    const way = { points, text }
    if (found.has(key)) found.get(key)!.push(way)
    else found.set(key, [way])
  }
  const taken = new Map<string, number>()
  const obstacles = nodes.map(({ id }) => places[id]!)
  return edges.map(({ from, to }) => {
    const [tail, head] = [of.get(from)!.name, of.get(to)!.name]
    if (tail === head) return { points: curve(places[from]!, places[to]!) }
    const key = `${twins.get(tail)} ${twins.get(head)}`
    const ways = found.get(key)!
    const next = taken.get(key) ?? 0
    taken.set(key, next + 1)
    const way = ways[next]!
    const alone = ways.length === 1 && way.text === undefined && edges.length < manyEdges
    const free = alone && isFree(places[from]!, places[to]!, obstacles)
    return free ? { points: curve(places[from]!, places[to]!) } : way
  })
}

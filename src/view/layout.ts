import type { Attributes, Graph as Drawing, Node, Subgraph, Viz } from '@viz-js/viz'
import { columnWidth, opGap, type Size, sizesOf } from './box.ts'
import type { Frame, Picture } from './collapse.ts'
import type { Graph } from './graph.ts'
import { columns, shortLabel } from './label.ts'
import { shown } from './number.ts'

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
  const sizes = sizesOf(picture, graph)
  const boxes = boxesOf(picture, sizes)
  const viz = await loaded()
  const drawing = drawingOf(picture, boxes, options.partials === true)
  const result = viz.render(drawing, { format: 'json0' })
  if (result.status === 'failure')
    throw new Error(`the layout failed: ${result.errors.map(({ message }) => message).join(' ')}`)
  return readLayout(JSON.parse(result.output) as Output, picture, boxes, sizes)
}

/** What the layout moves as one: an operation with its Value, or a single node. */
interface Box extends Size {
  readonly name: string
  readonly group: number
}

/** For each node the box that it is in: an operation and its Value share one, so they stay together. */
function boxesOf({ nodes }: Picture, sizes: ReadonlyMap<string, Size>): Map<string, Box> {
  const boxes = new Map<string, Box>()
  for (const { id, kind, group } of nodes) {
    if (kind === 'op') continue
    const { width, height } = sizes.get(id)!
    const op = `o${id.slice(1)}`
    const pair = kind === 'value' && sizes.has(op)
    const before = pair ? sizes.get(op)!.width + opGap : 0
    const box = { name: id, group, width: before + width, height }
    boxes.set(id, box)
    if (pair) boxes.set(op, box)
  }
  return boxes
}

function drawingOf(picture: Picture, boxes: ReadonlyMap<string, Box>, partials: boolean): Drawing {
  const large = picture.nodes.length > 400
  const edges = picture.edges.flatMap(({ from, to, partial }, id) => {
    const [tail, head] = [boxes.get(from)!.name, boxes.get(to)!.name]
    const attributes: Attributes = { id }
    if (partials && partial !== null) attributes['label'] = room(shown(partial))
    return tail === head ? [] : [{ tail, head, attributes }]
  })
  return {
    directed: true,
    graphAttributes: { rankdir: 'LR', nodesep: 0.2, ranksep: 0.5, ...(large ? quick : {}) },
    nodeAttributes: { shape: 'box', fixedsize: true, label: '' },
    edgeAttributes: { arrowhead: 'none', tailport: 'e', headport: 'w' },
    ...nested(picture.frames, new Set(boxes.values())),
    edges,
  }
}

/** For large pictures: straight edges, and fewer rounds of moving nodes about. */
const quick = { splines: 'line', searchsize: 5, nslimit: 0.5, nslimit1: 0.5, mclimit: 0.1 }

/** Every box in its frame, every frame in the one around it. */
function nested(frames: readonly Frame[], boxes: ReadonlySet<Box>): Subgraph {
  const top = { nodes: [] as Node[], subgraphs: [] as Subgraph[] }
  const inside = new Map([[-1, top]])
  for (const { id, name, group, parent } of frames) {
    const label = room(shortLabel(name) ?? '')
    const graphAttributes = { label, labelloc: 't', margin: 12 }
    const subgraph = { name: `cluster_${id}`, graphAttributes, nodes: [], subgraphs: [] }
    inside.get(parent)!.subgraphs.push(subgraph)
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

function readLayout(
  output: Output,
  picture: Picture,
  boxes: ReadonlyMap<string, Box>,
  sizes: ReadonlyMap<string, Size>,
): Layout {
  const [, , width, height] = coordinates(output.bb) as [number, number, number, number]
  const places: Record<string, Place> = {}
  const corners = new Map<string, readonly [x: number, y: number]>()
  for (const { name, bb, pos } of output.objects ?? []) {
    if (pos !== undefined) {
      const [x, y] = coordinates(pos) as [number, number]
      corners.set(name, [x, height - y])
    } else if (bb !== undefined) {
      const [left, low, right, high] = coordinates(bb).map(rounded) as [
        number,
        number,
        number,
        number,
      ]
      const size = { width: rounded(right - left), height: rounded(high - low) }
      places[name.replace('cluster_', '')] = { x: left, y: rounded(height - high), ...size }
    }
  }
  for (const { id, kind } of picture.nodes) {
    const box = boxes.get(id)!
    const size = sizes.get(id)!
    const [x, y] = corners.get(box.name)!
    const left = kind === 'op' ? x - box.width / 2 : x + box.width / 2 - size.width
    places[id] = {
      x: rounded(left),
      y: rounded(y - size.height / 2),
      width: rounded(size.width),
      height: size.height,
    }
  }
  return { width, height, places, ways: waysOf(output, picture, places, height) }
}

function waysOf(
  output: Output,
  { edges }: Picture,
  places: Readonly<Record<string, Place>>,
  height: number,
): Way[] {
  const flip = (n: number, i: number): number => rounded(i % 2 === 0 ? n : height - n)
  const found = new Map<number, Way>()
  for (const { id, pos, lp } of output.edges ?? []) {
    const text = lp === undefined ? undefined : (coordinates(lp).map(flip) as [number, number])
    found.set(Number(id), { points: coordinates(pos).map(flip), text })
  }
  return edges.map(({ from, to }, i) => found.get(i) ?? straight(places[from]!, places[to]!))
}

/** From the right of one place to the left of another on the same line. */
function straight(from: Place, to: Place): Way {
  const [start, end, y] = [rounded(from.x + from.width), to.x, from.y + from.height / 2]
  const third = (end - start) / 3
  const points = [start, y, start + third, y, end - third, y, end, y].map(rounded)
  return { points }
}

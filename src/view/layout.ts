import type { Attributes, Graph as Drawing, Node, Subgraph, Viz } from '@viz-js/viz'
import { columnWidth, opGap, type Size, sizesOf } from './box.ts'
import type { Frame, Picture } from './collapse.ts'
import type { Graph } from './graph.ts'
import { columns, shortLabel } from './label.ts'
import { shown } from './number.ts'
import { type Output, readLayout } from './placement.ts'
import type { Slot } from './twins.ts'

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
  const result = rendered(viz, drawing)
  if (result.status === 'failure')
    throw new Error(`the layout failed: ${result.errors.map(({ message }) => message).join(' ')}`)
  return readLayout(JSON.parse(result.output) as Output, picture, boxes)
}

/** Throws where the engine, which recurses, runs out of stack; it is of no use after that. */
function rendered(viz: Viz, drawing: Drawing): ReturnType<Viz['render']> {
  try {
    return viz.render(drawing, { format: 'json0' })
  } catch (error) {
    engine = undefined
    if (!(error instanceof RangeError)) throw error
    throw new RangeError(
      'this graph is too deep for the layout engine: a chain of hundreds of operations with edges ' +
        'across it. Draw a part of it, one of its Values.',
      { cause: error },
    )
  }
}

/** What the layout moves as one (an operation with its Value, or a single node) for each node. */
export interface Boxes {
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
    graphAttributes: {
      rankdir: 'LR',
      nodesep: 0.2,
      ranksep,
      ...(picture.frames.length > 0 ? framed : {}),
      ...(large ? quick : {}),
    },
    nodeAttributes: { shape: 'box', fixedsize: true, label: '' },
    edgeAttributes: { arrowhead: 'none', tailport: 'e', headport: 'w' },
    ...nested(picture.frames, boxes),
    edges,
  }
}

/** Results right of what they come from across modules too; modules in their own order. */
const framed = { newrank: true, mclimit: 0.1 }
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

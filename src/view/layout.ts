import type { Attributes, Graph as Drawing, Node, Subgraph, Viz } from '@viz-js/viz'
import { columnWidth, type Size } from './box.ts'
import type { Frame, Picture } from './collapse.ts'
import { inColumns, isLong } from './columns/columns.ts'
import type { Graph } from './graph.ts'
import { columns, shortLabel } from './label.ts'
import { shown } from './number.ts'
import { type Output, readLayout } from './placement.ts'
import { type Scene, sceneOf } from './scene.ts'
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
  /** By the ids of nodes and frames; a picture too deep for frames has places for its nodes only. */
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

/**
 * Finds a place for everything in `picture`: results on the right, what they come from on the left. What
 * is long or deep stands in columns, the rest where Graphviz finds room for it.
 */
export async function layout(
  picture: Picture,
  graph: Graph,
  options: LayoutOptions = {},
): Promise<Layout> {
  const scene = sceneOf(picture, graph)
  const partials = options.partials === true
  const output = isLong(scene) ? undefined : await foundBy(drawingOf(scene, partials))
  if (output === undefined) return inColumns(scene, perInch * gapOf(scene), partials)
  return readLayout(output, picture, scene.boxes)
}

/** What the engine finds; undefined where it, which recurses, runs out of stack: it is lost then. */
async function foundBy(drawing: Drawing): Promise<Output | undefined> {
  const viz = await loaded()
  try {
    const result = viz.render(drawing, { format: 'json0' })
    if (result.status === 'success') return JSON.parse(result.output) as Output
    throw new Error(`the layout failed: ${result.errors.map(({ message }) => message).join(' ')}`)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    engine = undefined
    return undefined
  }
}

/** Inches between columns: room to follow edges where many cross, or pass between modules. */
function gapOf({ picture, slots, arrows }: Scene): number {
  const least = picture.frames.length > 0 ? 0.8 : 0.5
  return Math.min(2, Math.max(least, 0.4 + (0.2 * arrows.length) / slots.length))
}

/**
 * Told in reading order, and edges and frames the other way round, the layout engine puts first
 * things on top.
 */
function drawingOf(scene: Scene, partials: boolean): Drawing {
  const { picture, slots, arrows } = scene
  const large = picture.nodes.length > 400
  const edges = arrows.toReversed().map(({ tail, head, edge }) => {
    const { partial } = picture.edges[edge]!
    const attributes: Attributes = { id: edge }
    if (partials && partial !== null) attributes['label'] = room(shown(partial))
    return { tail: tail.name, head: head.name, attributes }
  })
  return {
    directed: true,
    graphAttributes: {
      rankdir: 'LR',
      nodesep: 0.2,
      ranksep: gapOf(scene),
      ...(picture.frames.length > 0 ? framed : {}),
      ...(large ? quick : {}),
    },
    nodeAttributes: { shape: 'box', fixedsize: true, label: '' },
    edgeAttributes: { arrowhead: 'none', tailport: 'e', headport: 'w' },
    ...nested(picture.frames, slots),
    edges,
  }
}

/** Results right of what they come from across modules too; modules in their own order. */
const framed = { newrank: true, mclimit: 0.1 }
/** For large pictures: straight edges, and fewer rounds of moving nodes about. */
const quick = { splines: 'line', searchsize: 5, nslimit: 0.5, nslimit1: 0.5, mclimit: 0.1 }

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

import type { Value } from '../engine.ts'
import { cardOf, cellsOf } from './box.ts'
import type { Frame, OpNode, Picture, PictureEdge, PictureNode, ValueNode } from './collapse.ts'
import { type Graph, graphOf, type Role } from './graph.ts'
import { shortLabel } from './label.ts'
import { shown } from './number.ts'
import { pictureOf } from './opening.ts'
import { light } from './palette.ts'
import type { ViewOptions } from './svg.ts'

/**
 * The graph below a Value, or several, in the language of Graphviz: the tutorial's picture for tools of
 * one's own. Each Value is a record `{ label | data | grad }`, each operation a node before it.
 * Throws unless it is given Values.
 */
export function toDot(
  root: Value | readonly Value[],
  options: Pick<ViewOptions, 'open' | 'parameters' | 'partials'> = {},
): string {
  const graph = graphOf(root, options)
  const picture = pictureOf(graph, options.open)
  return `${[
    'digraph {',
    ...attributesOf(picture).map((line) => `  ${line}`),
    ...clustersOf(picture, graph),
    ...picture.edges.map((edge) => `  ${edgeOf(edge, options.partials === true)}`),
    '}',
  ].join('\n')}\n`
}

function attributesOf({ notes }: Picture): string[] {
  // Courier, since every build of Graphviz knows its widths: nothing is cut.
  const font = 'fontname="Courier"; fontsize=11'
  const note = notes.length === 0 ? [] : [`label=${quoted(notes.join(' '))}; labeljust=l`]
  return [
    ['rankdir=LR', font, ...note].join('; '),
    `node [${font}; shape=record; style="rounded,filled"; width=0.35; height=0.3; fillcolor="${light.box}"; color="${light.boxLine}"]`,
    `edge [${font}; color="${light.edge}"; arrowsize=0.6]`,
  ]
}

/** Every node, those of an open group inside its cluster. */
function clustersOf(picture: Picture, graph: Graph): string[] {
  const inside = new Map<number, PictureNode[]>()
  for (const node of picture.nodes) {
    if (!inside.has(node.group)) inside.set(node.group, [])
    inside.get(node.group)!.push(node)
  }
  const lines: string[] = []
  const around: Frame[] = []
  const write = (line: string): void => void lines.push(`${'  '.repeat(around.length + 1)}${line}`)
  const fill = (group: number): void => {
    for (const node of inside.get(group) ?? []) write(nodeOf(node, graph))
  }
  const close = (until: number): void => {
    while (around.length > 0 && around[around.length - 1]!.group !== until) {
      around.pop()
      write('}')
    }
  }
  fill(-1)
  for (const frame of depthFirst(picture.frames)) {
    close(frame.parent)
    write(`subgraph cluster_${frame.id} {`)
    around.push(frame)
    write(
      `label=${quoted(shortLabel(frame.name) ?? '')}; style=rounded; color="${light.frameLine}"`,
    )
    fill(frame.group)
  }
  close(-1)
  return lines
}

/** The frames so that each is followed by those inside it. */
function depthFirst(frames: readonly Frame[]): Frame[] {
  const within = new Map<number, Frame[]>()
  for (const frame of frames.toReversed()) {
    if (!within.has(frame.parent)) within.set(frame.parent, [])
    within.get(frame.parent)!.push(frame)
  }
  const order: Frame[] = []
  const open = within.get(-1) ?? []
  for (let frame = open.pop(); frame !== undefined; frame = open.pop()) {
    order.push(frame)
    open.push(...(within.get(frame.group) ?? []))
  }
  return order
}

function nodeOf(node: PictureNode, graph: Graph): string {
  if (node.kind === 'op') return opOf(node)
  if (node.kind === 'value') return `${node.id} [label="${recordOf(node)}"${colour(node)}]`
  const { title, contents, cells } = cardOf(node, graph)
  const numbers = cells.map(({ kind, text }) => `${kind} ${text}`)
  const lines = [title, contents, ...numbers].map(escaped).join('\\n')
  const fill = `fillcolor="${light.group}"; color="${light.groupLine}"`
  return `${node.id} [label="${lines}"; shape=box3d; style=filled; ${fill}]`
}

function opOf({ id, symbol }: OpNode): string {
  return `${id} [label=${quoted(symbol)}; shape=oval; margin=0.05; fillcolor="${light.op}"; color="${light.opLine}"]`
}

/** `{ a | data -4.0000 | grad 2.0000 }` */
function recordOf(node: ValueNode): string {
  const cells = cellsOf(node).map(({ kind, text }) =>
    kind === 'data' || kind === 'grad' ? `${kind} ${text}` : text,
  )
  return `{ ${cells.map((text) => escaped(text).replaceAll(/[{}|<>]/g, '\\$&')).join(' | ')} }`
}

/** Fill and line by what a Value is; those of computed ones are the default. */
const paint: Readonly<Record<Role, string>> = {
  computed: '',
  literal: `; style="rounded,dashed"`,
  leaf: `; fillcolor="${light.leaf}"; color="${light.leafLine}"`,
  parameter: `; fillcolor="${light.parameter}"; color="${light.parameterLine}"`,
}

function colour({ role, root }: ValueNode): string {
  return `${paint[role]}${root ? `; color="${light.opInk}"; penwidth=2` : ''}`
}

function edgeOf({ from, to, partial, count }: PictureEdge, partials: boolean): string {
  const notes: string[] = []
  if (partials && partial !== null && count === 1) notes.push(`label=${quoted(shown(partial))}`)
  if (count > 1) notes.push('penwidth=2', `tooltip="${count} connections"`)
  if (from.startsWith('o')) notes.push('arrowhead=none')
  return `${from} -> ${to}${notes.length === 0 ? '' : ` [${notes.join('; ')}]`}`
}

/** Text inside a quoted label: Graphviz knows escapes (`\N`), entities (`&lt;`) and quotes. */
function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('&', '&amp;').replaceAll('"', '\\"')
}

const quoted = (text: string): string => `"${escaped(text)}"`

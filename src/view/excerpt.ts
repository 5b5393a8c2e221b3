import type { Picture, PictureNode } from './collapse.ts'
import type { Graph } from './graph.ts'

/**
 * Only what a picture shows: the Values drawn one by one with their operands, and the groups. Numbered
 * anew, in the same order; a Value whose operands are left out has none, as a leaf.
 */
export function excerptOf(graph: Graph, picture: Picture): { graph: Graph; picture: Picture } {
  const drawn = new Set(picture.nodes.flatMap((node) => (node.kind === 'op' ? [node.value] : [])))
  const kept = new Set([...drawn].flatMap((value) => graph.values[value]!.inputs))
  for (const node of picture.nodes)
    if (node.kind === 'group') for (const value of node.outputs) kept.add(value)
    else kept.add(node.value)
  const values = renumbered(kept)
  const groups = renumbered(groupsIn(graph, picture))
  const at = (group: number): number => groups.places.get(group) ?? -1
  const inner: Graph = {
    ...graph,
    values: values.list.map((value) => {
      const v = graph.values[value]!
      const whole = drawn.has(value)
      const inputs = whole ? v.inputs.map((x) => values.places.get(x)!) : []
      return {
        label: v.label,
        data: v.data,
        grad: v.grad,
        role: v.role,
        op: whole ? v.op : undefined,
        inputs,
        partials: whole ? v.partials : [],
        group: at(v.group),
      }
    }),
    groups: groups.list.map((group) => {
      const { parent, groups: inside, ...rest } = graph.groups[group]!
      return { ...rest, parent: at(parent), groups: inside.map(at).filter((g) => g >= 0) }
    }),
    roots: graph.roots.map((root) => values.places.get(root)!),
  }
  return { graph: inner, picture: renamed(picture, values.places, groups.places) }
}

interface Numbering {
  readonly list: readonly number[]
  readonly places: ReadonlyMap<number, number>
}

function renumbered(kept: ReadonlySet<number>): Numbering {
  const list = [...kept].sort((a, b) => a - b)
  return { list, places: new Map(list.map((old, place) => [old, place])) }
}

/** The groups that are nodes or frames of the picture, and those around them. */
function groupsIn(graph: Graph, picture: Picture): Set<number> {
  const kept = new Set<number>()
  const shown = [
    ...picture.frames.map(({ group }) => group),
    ...picture.nodes.flatMap(({ id, kind }) =>
      kind === 'group' && id !== 'rest' ? [Number(id.slice(1))] : [],
    ),
  ]
  for (const group of shown)
    for (let at = group; at >= 0 && !kept.has(at); at = graph.groups[at]!.parent) kept.add(at)
  return kept
}

type Places = ReadonlyMap<number, number>

/** The same picture by the new numbers. */
function renamed(
  { nodes, edges, frames, notes }: Picture,
  values: Places,
  groups: Places,
): Picture {
  const group = (at: number): number => groups.get(at) ?? -1
  const name = (id: string): string => {
    if (id === 'rest') return id
    const places = id.startsWith('g') ? groups : values
    return `${id[0]}${places.get(Number(id.slice(1)))}`
  }
  return {
    nodes: nodes.map((node): PictureNode => {
      const moved = { id: name(node.id), group: group(node.group) }
      if (node.kind !== 'group') return { ...node, ...moved, value: values.get(node.value)! }
      return { ...node, ...moved, outputs: node.outputs.map((value) => values.get(value)!) }
    }),
    edges: edges.map((edge) => ({ ...edge, from: name(edge.from), to: name(edge.to) })),
    frames: frames.map((frame) => ({
      ...frame,
      id: name(frame.id),
      group: group(frame.group),
      parent: group(frame.parent),
    })),
    notes,
  }
}

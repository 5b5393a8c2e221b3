import type { Picture } from './collapse.ts'

/** The same nodes and edges, whatever numbers they have. */
export function sameShape(a: Picture, b: Picture): boolean {
  return (
    a.nodes.length === b.nodes.length &&
    a.edges.length === b.edges.length &&
    a.frames.length === b.frames.length &&
    a.nodes.every((node, i) => {
      const other = b.nodes[i]!
      return node.id === other.id && node.kind === other.kind && node.group === other.group
    }) &&
    a.edges.every(({ from, to, count }, i) => {
      const other = b.edges[i]!
      return from === other.from && to === other.to && count === other.count
    }) &&
    a.frames.every(({ id, name, parent }, i) => {
      const other = b.frames[i]!
      return id === other.id && name === other.name && parent === other.parent
    })
  )
}

/** What a layout is made of: boxes in the order in which one would say them, and edges between them. */
import { opGap, type Size, sizesOf } from './box.ts'
import type { Picture } from './collapse.ts'
import type { Graph } from './graph.ts'
import type { Slot } from './twins.ts'

/** What the layout moves as one (an operation with its Value, or a single node) for each node. */
export interface Boxes {
  readonly of: ReadonlyMap<string, Slot>
  readonly sizes: ReadonlyMap<string, Size>
}

/** An edge between two boxes; those inside one box, from an operation to its Value, are none. */
export interface Arrow {
  readonly tail: Slot
  readonly head: Slot
  /** Its place in the edges of the picture. */
  readonly edge: number
}

export interface Scene {
  readonly picture: Picture
  readonly boxes: Boxes
  readonly arrows: readonly Arrow[]
  /** Before an operation its first operand and all that this comes from, then the second. */
  readonly slots: readonly Slot[]
}

export function sceneOf(picture: Picture, graph: Graph): Scene {
  const boxes = boxesOf(picture, sizesOf(picture, graph))
  const arrows = arrowsOf(picture, boxes)
  return { picture, boxes, arrows, slots: readingOrder(picture, boxes, arrows) }
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

function arrowsOf({ edges }: Picture, { of }: Boxes): Arrow[] {
  return edges.flatMap(({ from, to }, edge) => {
    const [tail, head] = [of.get(from)!, of.get(to)!]
    return tail === head ? [] : [{ tail, head, edge }]
  })
}

function readingOrder({ nodes }: Picture, { of }: Boxes, arrows: readonly Arrow[]): Slot[] {
  const inputs = new Map<Slot, Slot[]>()
  for (const { tail, head } of arrows)
    if (inputs.has(head)) inputs.get(head)!.push(tail)
    else inputs.set(head, [tail])
  const order = new Set<Slot>()
  const open = nodes.map(({ id }) => of.get(id)!)
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

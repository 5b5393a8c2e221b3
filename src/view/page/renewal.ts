/** Other numbers in the same drawing: written where the old ones stood, with no element made anew. */
import { type Cell, cellsOf, cellWidth } from '../box.ts'
import type { GroupNode, Picture, ValueNode } from '../collapse.ts'
import type { Layout, Place, Way } from '../layout.ts'
import { sameShape } from '../likeness.ts'
import { tipOf, valueShape } from '../shape.ts'
import { spaced } from './decoration.ts'
import { unmarkStep } from './marks.ts'
import type { Sketch } from './sketch.ts'

/** Writes the numbers of `picture` into a drawing; false, and nothing done, unless they are all that differs. */
export function renewed(sketch: Sketch, picture: Picture, layout: Layout): boolean {
  if (!sameShape(picture, sketch.picture) || !sameWords(picture, sketch.picture)) return false
  if (!samePlaces(layout, sketch.layout)) return false
  unmarkStep(sketch) // of a step, numbers are written that are not those of the graph
  picture.nodes.forEach((node, i) => {
    const before = sketch.picture.nodes[i] as ValueNode
    if (node.kind !== 'value' || (node.data === before.data && node.grad === before.grad)) return
    write(sketch.nodes.get(node.id)!, before, node, layout.places[node.id]!)
  })
  sketch.take(picture)
  return true
}

/** Names, colours and notes. */
function sameWords(a: Picture, b: Picture): boolean {
  const same = a.nodes.every((node, i) => {
    const other = b.nodes[i]!
    if (node.kind === 'op') return other.kind === 'op' && node.name === other.name
    if (node.kind === 'group') return other.kind === 'group' && sameCard(node, other)
    if (other.kind !== 'value') return false
    return node.label === other.label && node.role === other.role && node.root === other.root
  })
  return same && a.notes.join() === b.notes.join()
}

/** The card of a group; one with a number on it is drawn anew. */
function sameCard(a: GroupNode, b: GroupNode): boolean {
  return a.outputCount !== 1 && b.outputCount !== 1 && wordsOf(a) === wordsOf(b)
}

const wordsOf = ({ name, values, parameters, runs }: GroupNode): string =>
  [name, values, parameters, runs].join()

function samePlaces(a: Layout, b: Layout): boolean {
  const ids = Object.keys(a.places)
  const sameWay = ({ points }: Way, i: number): boolean => {
    const other = b.ways[i]!.points
    return points.length === other.length && points.every((x, k) => x === other[k])
  }
  return (
    ids.length === Object.keys(b.places).length &&
    ids.every((id) => samePlace(a.places[id]!, b.places[id])) &&
    a.ways.every(sameWay)
  )
}

function samePlace(a: Place, b: Place | undefined): boolean {
  return a.x === b?.x && a.y === b.y && a.width === b.width && a.height === b.height
}

/** Cell by cell; where a cell is wider or narrower now, the box is drawn anew. */
function write(element: SVGGElement, before: ValueNode, node: ValueNode, place: Place): void {
  const [cells, had] = [cellsOf(node), cellsOf(before)]
  const level = (cell: Cell, i: number): boolean => cellWidth(cell) === cellWidth(had[i]!)
  const host = document.createElementNS('http://www.w3.org/2000/svg', 'g')
  if (!cells.every(level)) {
    host.innerHTML = valueShape(node, place)
    element.replaceChildren(...host.firstElementChild!.childNodes)
    spaced(element)
    return
  }
  element.querySelector('title')!.textContent = tipOf(node)
  for (const { kind, text } of cells)
    if (kind !== 'label') element.querySelector(`text.${kind}`)!.lastChild!.nodeValue = text
}

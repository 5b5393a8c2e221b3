/**
 * A layout of our own for what is long, such as a formula of hundreds of operations: columns from left
 * to right. It takes time in proportion to what is drawn, and depth is no matter.
 */
import { columnWidth } from '../box.ts'
import { columns as columnsOfText } from '../label.ts'
import type { Picture } from '../collapse.ts'
import type { Layout, Way } from '../layout.ts'
import { shown } from '../number.ts'
import { placesOf } from '../placement.ts'
import type { Arrow, Scene } from '../scene.ts'
import type { Slot } from '../twins.ts'
import { curve, onWay } from '../way.ts'
import { type Back, turning, waysBack } from './back.ts'
import { type Cell, type Cells, cellsOf } from './cell.ts'
import { columnsOf } from './column.ts'
import { heightOf, settle } from './height.ts'
import { lineAlong, type Strip } from './line.ts'
import { order } from './order.ts'

/** Above so many boxes, or columns that edges pass by, a picture is long. */
const [manyBoxes, manyPassed] = [100, 300]
/** With frames: so many columns a box. Graphviz works for minutes on those, or dies of them. */
const manyEach = 20
/** Room above and below everything, for lines along the border. */
const border = 4
/** How far apart the middles of two edges between the same boxes are, without and with text. */
const [apart, textApart] = [12, 24]

/** Whether a picture is laid out in columns, where it has no frames: they would lie over each other. */
export function isLong(scene: Scene): boolean {
  const { picture, slots } = scene
  const arrows = onward(scene)
  const column = columnsOf(slots, arrows)
  const passed = arrows.reduce(
    (sum, { tail, head }) => sum + column.get(head)! - column.get(tail)! - 1,
    0,
  )
  if (picture.frames.length > 0) return passed > manyEach * slots.length
  return slots.length > manyBoxes || passed > manyPassed
}

/** Places for nodes, not for frames, with `gap` between columns and, if asked, room for partials. */
export function inColumns(given: Scene, gap: number, partials: boolean): Layout {
  const scene = { ...given, arrows: onward(given) }
  const { picture, boxes, slots, arrows } = scene
  const cells = cellsOf(slots, arrows, columnsOf(slots, arrows))
  order(cells.columns)
  settle(cells)
  const height = toBorder(cells.columns)
  const forth = new Set(arrows)
  const back = given.arrows.filter((arrow) => !forth.has(arrow))
  const margin = back.length > 0 ? turning : 0
  const strips = stripsOf(cells.columns, gapsOf(scene, cells, gap, partials), margin)
  const middles = new Map<Slot, readonly [x: number, y: number]>()
  for (const { slot, column, y } of cells.columns.flat())
    if (slot !== undefined)
      middles.set(slot, [(strips[column]!.left + strips[column]!.right) / 2, y])
  const places = placesOf(picture, boxes, (slot) => middles.get(slot)!)
  for (const { id } of picture.nodes)
    strips[cells.at(boxes.of.get(id)!).column]!.places.push(places[id]!)
  const ways = waysOf(scene, cells, strips, places, partials)
  const round = waysBack(back.map(backOf(picture, cells, places)), strips, height)
  back.forEach(({ edge }, i) => (ways[edge] = { points: round.ways[i]! }))
  const width = strips[strips.length - 1]!.right + margin
  return { width, height: round.height, places, ways }
}

const backOf =
  ({ edges }: Picture, { at }: Cells, places: Layout['places']) =>
  ({ tail, head, edge }: Arrow): Back => ({
    tail: at(tail).column,
    head: at(head).column,
    from: places[edges[edge]!.from]!,
    to: places[edges[edge]!.to]!,
  })

/**
 * The arrows in reading order. A box that stands for many Values may be read by what it reads: an arrow
 * that leads back moves nothing, and goes round.
 */
function onward({ slots, arrows }: Scene): readonly Arrow[] {
  const at = new Map(slots.map((slot, i) => [slot, i]))
  return arrows.filter(({ tail, head }) => at.get(tail)! < at.get(head)!)
}

/** Moves everything so that it begins at the upper border; returns the height of all. */
function toBorder(columns: readonly (readonly Cell[])[]): number {
  const edge = (side: 1 | -1): number =>
    columns.reduce((most, column) => {
      const outermost = side > 0 ? column[column.length - 1]! : column[0]!
      return Math.max(most, side * outermost.y + heightOf(outermost) / 2)
    }, -Infinity)
  const top = -edge(-1) - border
  const bottom = edge(1) + border
  for (const cell of columns.flat()) cell.y -= top
  return Math.round(10 * (bottom - top)) / 10
}

/** Before each column: as wide as asked, and as the texts on edges that end there. */
function gapsOf(
  scene: Scene,
  { columns, tracks }: Cells,
  gap: number,
  partials: boolean,
): number[] {
  const gaps = columns.map(() => gap)
  if (!partials) return gaps
  scene.arrows.forEach(({ edge }, i) => {
    const { partial } = scene.picture.edges[edge]!
    if (partial === null) return
    const column = tracks[i]!.at(-1)!.column
    const width = columnsOfText(shown(partial)) * columnWidth + 16
    gaps[column] = Math.max(gaps[column]!, gap + width)
  })
  return gaps
}

function stripsOf(
  columns: readonly (readonly Cell[])[],
  gaps: readonly number[],
  margin: number,
): Strip[] {
  let right = 0
  return columns.map((column, i) => {
    const left = i === 0 ? margin : right + Math.round(gaps[i]!)
    right = left + column.reduce((width, { slot }) => Math.max(width, slot?.width ?? 0), 0)
    return { left, right, places: [] }
  })
}

/** Edges between the same two boxes lie beside each other, in the order of the operands. */
function waysOf(
  { picture, arrows }: Scene,
  { tracks }: Cells,
  strips: readonly Strip[],
  places: Layout['places'],
  partials: boolean,
): Way[] {
  const ways = picture.edges.map(
    ({ from, to }): Way => ({ points: curve(places[from]!, places[to]!) }),
  )
  const alike = new Map<string, number[]>()
  arrows.forEach(({ tail, head }, i) => {
    const key = `${tail.name} ${head.name}`
    alike.set(key, [...(alike.get(key) ?? []), i])
  })
  for (const family of alike.values())
    family.forEach((i, k) => {
      const { edge } = arrows[i]!
      const { from, to, partial } = picture.edges[edge]!
      const text = partials && partial !== null
      const bow = (k - (family.length - 1) / 2) * (text ? textApart : apart)
      const points = lineAlong(tracks[i]!, strips, places[from]!, places[to]!, bow)
      const { column } = tracks[i]!.at(-1)!
      const middle = (strips[column - 1]!.right + strips[column]!.left) / 2
      ways[edge] = { points, text: text ? onWay(points, middle) : undefined }
    })
  return ways
}

/** The ways of edges along their cells: level past a column, curved between two. */
import { isFree } from '../way.ts'
import type { Place } from '../layout.ts'
import type { Cell } from './cell.ts'

/** A column from left to right, and the boxes in it. */
export interface Strip {
  readonly left: number
  readonly right: number
  readonly places: Place[]
}

/** What nobody sees is no bend. */
const level = 1

/** Points of cubic Bézier curves from the right of `from` to the left of `to`; `bow` bends the last. */
export function lineAlong(
  track: readonly Cell[],
  strips: readonly Strip[],
  from: Place,
  to: Place,
  bow: number,
): number[] {
  const [first, last] = [strips[track[0]!.column]!, strips[track[track.length - 1]!.column]!]
  const points = [from.x + from.width, from.y + from.height / 2]
  const end = { x: to.x, y: to.y + to.height / 2 }
  if (track.length === 2 && isFree(from, to, [...first.places, ...last.places])) {
    bend(points, end.x, end.y, bow)
    return points.map(rounded)
  }
  straight(points, first.right)
  for (const { column, y } of track.slice(1, -1)) {
    if (Math.abs(y - points[points.length - 1]!) < level) continue
    straight(points, strips[column - 1]!.right)
    bend(points, strips[column]!.left, y, 0)
  }
  straight(points, strips[track[track.length - 1]!.column - 1]!.right)
  bend(points, last.left, end.y, bow)
  straight(points, end.x)
  return points.map(rounded)
}

const rounded = (x: number): number => Math.round(x * 10) / 10

/** On to `x` at the same height; nothing where it is there. */
function straight(points: number[], x: number): void {
  const [fromX, y] = points.slice(-2) as [number, number]
  if (x - fromX < 0.05) return
  points.push(fromX + (x - fromX) / 3, y, x - (x - fromX) / 3, y, x, y)
}

function bend(points: number[], x: number, y: number, bow: number): void {
  const [fromX, fromY] = points.slice(-2) as [number, number]
  const half = (fromX + x) / 2
  points.push(half, fromY + bow, half, y + bow, x, y)
}

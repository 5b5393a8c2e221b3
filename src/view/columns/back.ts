/**
 * The ways of arrows that lead back: down behind the column that they come from, along below everything,
 * and up before the column that they lead to. All that lead to one box are one line that gathers them.
 */
import type { Place } from '../layout.ts'
import type { Strip } from './line.ts'

export interface Back {
  /** The columns of its ends. */
  readonly tail: number
  readonly head: number
  readonly from: Place
  readonly to: Place
}

/** Between lines below each other, and from everything above them. */
const apart = 12
/** Of a corner. */
const radius = 8
/** What a line takes that turns before the first column, or behind the last. */
export const turning = 24

/** Points of cubic Bézier curves of each, below `height`; and how high all is with them. */
export function waysBack(
  backs: readonly Back[],
  strips: readonly Strip[],
  height: number,
): { readonly ways: readonly number[][]; readonly height: number } {
  const heads = [...new Set(backs.map(({ to }) => to))]
  /** In the gap before a column, one line beside the other. */
  const at = (column: number, line: number): number => {
    const right = strips[column]?.left ?? strips[column - 1]!.right + turning
    const left = strips[column - 1]?.right ?? right - turning
    return left + ((right - left) * (line + 1)) / (heads.length + 1)
  }
  const ways = backs.map(({ tail, head, from, to }) => {
    const line = heads.indexOf(to)
    const low = height + apart * (line + 1)
    return around(from, to, at(tail + 1, line), at(head, line), low)
  })
  return { ways, height: heads.length === 0 ? height : height + apart * (heads.length + 1) }
}

/** From the right of `from` down at `x`, left along `low`, and up at `endX` to the left of `to`. */
function around(from: Place, to: Place, x: number, endX: number, low: number): number[] {
  const [y, endY] = [from.y + from.height / 2, to.y + to.height / 2]
  const points = [from.x + from.width, y]
  for (const [cornerX, cornerY, nextX, nextY] of [
    [x, y, x, low],
    [x, low, endX, low],
    [endX, low, endX, endY],
    [endX, endY, to.x, endY],
  ] as const)
    turn(points, cornerX, cornerY, nextX, nextY)
  straight(points, to.x, endY)
  return points.map((n) => Math.round(n * 10) / 10)
}

/** Straight on towards a corner, and round it towards what comes next. */
function turn(points: number[], x: number, y: number, nextX: number, nextY: number): void {
  const [fromX, fromY] = points.slice(-2) as [number, number]
  const [inX, inY] = [Math.sign(x - fromX), Math.sign(y - fromY)]
  const [outX, outY] = [Math.sign(nextX - x), Math.sign(nextY - y)]
  straight(points, x - radius * inX, y - radius * inY)
  points.push(x, y, x, y, x + radius * outX, y + radius * outY)
}

function straight(points: number[], x: number, y: number): void {
  const [fromX, fromY] = points.slice(-2) as [number, number]
  const [dx, dy] = [(x - fromX) / 3, (y - fromY) / 3]
  points.push(fromX + dx, fromY + dy, x - dx, y - dy, x, y)
}

import type { Place } from './layout.ts'

const middleOf = ({ y, height }: Place): number => y + height / 2

/** From the middle of the right side of one place to that of the left side of another. */
export function curve(from: Place, to: Place): number[] {
  const [start, end] = [from.x + from.width, to.x]
  const [y, endY] = [middleOf(from), middleOf(to)]
  const half = (start + end) / 2
  return [start, y, half, y, half, endY, end, endY].map((n) => Math.round(n * 10) / 10)
}

/** A way with its ends exactly at its places: the layout engine writes five digits of each number. */
export function docked(points: readonly number[], from: Place, to: Place): number[] {
  const [x, y, ...between] = points.slice(0, -2)
  const start = [from.x + from.width, middleOf(from)]
  const end = [to.x, middleOf(to)]
  // A handle moves with its end.
  between[0]! += start[0]! - x!
  between[1]! += start[1]! - y!
  between[between.length - 2]! += end[0]! - points.at(-2)!
  between[between.length - 1]! += end[1]! - points.at(-1)!
  return [...start, ...between, ...end].map((n) => Math.round(n * 10) / 10)
}

/** Whether nothing stands between the right side of one place and the left side of another. */
export function isFree(from: Place, to: Place, obstacles: readonly Place[]): boolean {
  const [left, right] = [from.x + from.width, to.x]
  const [y, endY] = [middleOf(from), middleOf(to)]
  const [high, low] = [Math.min(y, endY) - 6, Math.max(y, endY) + 6]
  if (right <= left) return false
  return !obstacles.some(
    (place) =>
      place !== from &&
      place !== to &&
      place.x < right &&
      place.x + place.width > left &&
      place.y < low &&
      place.y + place.height > high,
  )
}

/** The point of a way (cubic Bézier curves from left to right) that is nearest to `x`. */
export function onWay(points: readonly number[], x: number): [x: number, y: number] {
  let best: [number, number] = [points[0]!, points[1]!]
  for (let i = 0; i + 7 < points.length; i += 6)
    for (let t = 0; t <= 1; t += 1 / 32) {
      const at = bezier(points, i, t)
      if (Math.abs(at[0] - x) < Math.abs(best[0] - x)) best = at
    }
  return best
}

function bezier(points: readonly number[], from: number, t: number): [number, number] {
  const s = 1 - t
  const weights = [s * s * s, 3 * s * s * t, 3 * s * t * t, t * t * t]
  const along = (axis: number): number =>
    weights.reduce((sum, weight, k) => sum + weight * points[from + 2 * k + axis]!, 0)
  return [along(0), along(1)]
}

import type { Place } from './layout.ts'

/** From the right of one place to the left of another on the same line. */
export function straight(from: Place, to: Place): number[] {
  const [start, end, y] = [from.x + from.width, to.x, from.y + from.height / 2]
  const third = (end - start) / 3
  return [start, y, start + third, y, end - third, y, end, y].map((n) => Math.round(n * 10) / 10)
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

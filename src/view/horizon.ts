import type { GraphValue } from './graph.ts'

/** Where a Value is drawn that is not in a closed group: by itself, or beyond what there is room for. */
export const itself = -1
export const beyond = -2

/**
 * For each Value the closed group that stands for it, `itself`, or `beyond`. Where there are more
 * than `most` nodes to draw, those nearest to the results are kept: fewest operations away first,
 * the latest first among equals. A leaf is as near as the operation that uses it.
 */
export function chosen(
  values: readonly GraphValue[],
  roots: ReadonlySet<number>,
  closed: readonly number[],
  most: number,
): readonly number[] {
  const inGroups = new Set(closed)
  inGroups.delete(itself)
  const alone = closed.filter((group) => group === itself).length
  if (alone + inGroups.size <= most) return closed
  const units = unitsOf(closed)
  const distance = distances(values, roots, closed, units)
  const cut = cutAt(distance, most)
  let room = most - distance.filter((d) => d < cut).length
  const kept = distance.map((d) => d < cut)
  for (let unit = distance.length - 1; unit >= 0 && room > 0; unit--)
    if (distance[unit] === cut) {
      kept[unit] = true
      room--
    }
  return closed.map((group, i) => (kept[units.of[i]!]! ? group : beyond))
}

/** What is drawn as one node, numbered: a closed group, or a Value by itself. */
function unitsOf(closed: readonly number[]): { of: number[]; count: number } {
  const ofGroup = new Map<number, number>()
  let count = 0
  const of = closed.map((group) => {
    if (group === itself) return count++
    const known = ofGroup.get(group)
    if (known !== undefined) return known
    ofGroup.set(group, count)
    return count++
  })
  return { of, count }
}

/** How many operations each unit is away from the nearest result; inside a group it is no way. */
function distances(
  values: readonly GraphValue[],
  roots: ReadonlySet<number>,
  closed: readonly number[],
  units: { of: number[]; count: number },
): number[] {
  const distance = new Array<number>(units.count).fill(Infinity)
  const far = new Array<number>(values.length).fill(Infinity)
  for (let i = values.length - 1; i >= 0; i--) {
    if (roots.has(i)) far[i] = 0
    const unit = units.of[i]!
    distance[unit] = Math.min(distance[unit]!, far[i]!)
    for (const x of values[i]!.inputs) {
      const free = values[x]!.op === undefined || (closed[i]! >= 0 && closed[i] === closed[x])
      far[x] = Math.min(far[x]!, far[i]! + (free ? 0 : 1))
    }
  }
  return distance
}

/** The distance at which `most` units are reached. */
function cutAt(distance: readonly number[], most: number): number {
  const at = distance.map(() => 0)
  for (const d of distance) at[d]!++
  let total = 0
  return at.findIndex((count) => (total += count) > most)
}

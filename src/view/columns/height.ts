/** How high each cell stands: level with its neighbours as far as the order and room allow. */
import type { Cell, Cells, Link } from './cell.ts'

/** Between two boxes, and between a line and its neighbours. */
const [boxGap, lineGap] = [14, 10]
const sweeps = 12

export const heightOf = ({ slot }: Cell): number => slot?.height ?? 0

export function settle({ columns, along }: Cells): void {
  for (const column of columns)
    place(
      column,
      column.map(() => 0),
      column.map(() => 1),
    )
  for (let sweep = 0; sweep < sweeps; sweep++) {
    const onward = sweep % 2 === 0
    // First along the lines, so that level spreads over all columns; at the end between both sides.
    const both = sweep >= sweeps - 2
    for (const column of onward ? columns : columns.toReversed()) {
      const links = column.map((cell) => {
        const near = onward ? cell.left : cell.right
        return both || near.length === 0 ? [...cell.left, ...cell.right] : near
      })
      place(column, links.map(level), links.map(strength))
    }
  }
  straighten(along.filter(([cell]) => cell!.border > 0))
  straighten(along.filter(([cell]) => cell!.border < 0).reverse())
}

/** Each line as far out as its outermost cell, so that nothing comes too near; inner lines come first. */
function straighten(lines: readonly (readonly Cell[])[]): void {
  const taken: number[] = []
  for (const line of lines) {
    const { border } = line[0]!
    const out = line.reduce(
      (most, { column, y }) => Math.max(most, border * y, (taken[column] ?? -Infinity) + lineGap),
      -Infinity,
    )
    for (const cell of line) {
      cell.y = border * out
      taken[cell.column] = out
    }
  }
}

const strength = (links: readonly Link[]): number =>
  links.reduce((sum, { pull }) => sum + pull, 0) || 1

function level(links: readonly Link[]): number {
  return links.reduce((sum, { cell, pull }) => sum + pull * cell.y, 0) / strength(links)
}

/**
 * The heights nearest to those wanted (least squares, weighted) with room between any two: isotonic
 * regression, by pooling what stands in each other's way.
 */
function place(
  column: readonly Cell[],
  wanted: readonly number[],
  weights: readonly number[],
): void {
  const offsets = offsetsOf(column)
  const pools: { sum: number; weight: number; count: number }[] = []
  column.forEach((_, i) => {
    const weight = weights[i]!
    let pool = { sum: weight * (wanted[i]! - offsets[i]!), weight, count: 1 }
    for (let above = pools.at(-1); above !== undefined; above = pools.at(-1)) {
      if (above.sum / above.weight <= pool.sum / pool.weight) break
      pools.pop()
      pool = {
        sum: above.sum + pool.sum,
        weight: above.weight + pool.weight,
        count: above.count + pool.count,
      }
    }
    pools.push(pool)
  })
  let next = 0
  for (const { sum, weight, count } of pools)
    for (let i = 0; i < count; i++, next++) column[next]!.y = sum / weight + offsets[next]!
}

/** Where each would stand if all stood as near as they may. */
function offsetsOf(column: readonly Cell[]): number[] {
  let at = 0
  return column.map((cell, i) => {
    const above = column[i - 1]
    if (above !== undefined) {
      const gap = cell.slot && above.slot ? boxGap : lineGap
      at += (heightOf(above) + heightOf(cell)) / 2 + gap
    }
    return at
  })
}

/** The order of the cells in each column: few lines cross. */
import type { Cell, Link } from './cell.ts'

/** Sweeps over all columns, there and back. */
const sweeps = 8

/**
 * Sorts each column by the middle of its neighbours, from left to right and back, and keeps the order
 * with the fewest crossings. Equals stay as they are told: in reading order.
 */
export function order(columns: Cell[][]): void {
  for (const column of columns) column.sort((a, b) => a.border - b.border)
  const place = new Map<Cell, number>()
  const number = (column: readonly Cell[]): void => column.forEach((cell, i) => place.set(cell, i))
  columns.forEach(number)
  let [best, fewest] = [columns.map((column) => [...column]), crossings(columns, place)]
  for (let sweep = 0; sweep < sweeps && fewest > 0; sweep++) {
    const onward = sweep % 2 === 0
    for (const column of onward ? columns : columns.toReversed()) {
      const middle = new Map(
        column.map((cell) => [
          cell,
          cell.border === 0 ? mean(onward ? cell.left : cell.right, place) : undefined,
        ]),
      )
      sortSome(column, middle)
      number(column)
    }
    const count = crossings(columns, place)
    if (count < fewest) [best, fewest] = [columns.map((column) => [...column]), count]
  }
  best.forEach((column, i) => (columns[i] = column))
}

function mean(links: readonly Link[], place: ReadonlyMap<Cell, number>): number | undefined {
  if (links.length === 0) return undefined
  return links.reduce((sum, { cell }) => sum + place.get(cell)!, 0) / links.length
}

/** Those without neighbours on that side, and lines along a border, keep their places. */
function sortSome(column: Cell[], middle: ReadonlyMap<Cell, number | undefined>): void {
  const free = column.filter((cell) => middle.get(cell) !== undefined)
  free.sort((a, b) => middle.get(a)! - middle.get(b)!)
  let next = 0
  column.forEach((cell, i) => {
    if (middle.get(cell) !== undefined) column[i] = free[next++]!
  })
}

function crossings(
  columns: readonly (readonly Cell[])[],
  place: ReadonlyMap<Cell, number>,
): number {
  let count = 0
  for (const column of columns) {
    const ends: number[] = []
    for (const { right } of column) {
      const own = right.map(({ cell }) => place.get(cell)!).sort((a, b) => a - b)
      for (const end of own) {
        // Ends above come later: those that stand already below are crossed.
        let at = ends.length
        while (at > 0 && ends[at - 1]! > end) at--
        count += ends.length - at
        ends.splice(at, 0, end)
      }
    }
  }
  return count
}

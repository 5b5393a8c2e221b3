/** Where laws are tried: points of each row's own domain, and the row as a program of them. */
import { ops, type Program, Random, type Row } from 'chainrule'
import { expect } from 'vitest'
import { applied, takesIndex } from './rows.ts'
import { sample } from './programs.ts'

export const rows: readonly Row[] = Object.values<Row>(ops)

/** Points of the row's own domain, each at least 0.05 from its kink. */
export function points(row: Row, count = 30): number[][] {
  const random = new Random(rows.indexOf(row))
  const found: number[][] = []
  while (found.length < count) {
    const x = sample(row, random)
    const distance = row.kink?.(...(x as [number]))
    if (distance === undefined || Math.abs(distance) > 0.05) found.push(x)
  }
  return found
}

/** The row as a program of what it can be differentiated by: the index of a pick stays a number. */
export function program(row: Row, x: readonly number[]): { f: Program; x: readonly number[] } {
  if (!takesIndex(row)) return { f: (...leaves) => applied(row, leaves), x }
  return { f: (...leaves) => applied(row, [...leaves, x[x.length - 1]!]), x: x.slice(0, -1) }
}

/** Equal within `tolerance` of max(1, |other|), or the same bits. */
export function expectNear(ours: number, other: number, tolerance: number, where: string): void {
  const near =
    Object.is(ours, other) || Math.abs(ours - other) <= tolerance * Math.max(1, Math.abs(other))
  if (!near) expect.fail(`${where}: ${ours}, expected ${other}`)
}

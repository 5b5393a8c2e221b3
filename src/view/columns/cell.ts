/** What columns are made of: boxes, and places where a line passes through. */
import type { Arrow } from '../scene.ts'
import type { Slot } from '../twins.ts'

export interface Cell {
  /** Absent where only a line passes. */
  readonly slot?: Slot | undefined
  readonly column: number
  /** A line that passes by many columns runs along a border: −1 the upper one, 1 the lower one, 0 none. */
  readonly border: -1 | 0 | 1
  /** The middle. */
  y: number
  readonly left: Link[]
  readonly right: Link[]
}

export interface Link {
  readonly cell: Cell
  /** How strongly it wants to be level. */
  readonly pull: number
}

export interface Cells {
  readonly columns: Cell[][]
  /** The cells that each arrow passes, from its tail to its head. */
  readonly tracks: readonly (readonly Cell[])[]
  /** The lines along a border, in reading order: the upper ones from the border, the lower ones towards it. */
  readonly along: readonly (readonly Cell[])[]
  /** The cell of a box. */
  readonly at: (slot: Slot) => Cell
}

/**
 * All edges from one box are one line that runs past the columns between, with a branch to each
 * reader: a leaf that a hundred operations read is one line along them, not a hundred.
 */
export function cellsOf(
  slots: readonly Slot[],
  arrows: readonly Arrow[],
  column: ReadonlyMap<Slot, number>,
): Cells {
  const columns: Cell[][] = []
  const add = (slot: Slot | undefined, at: number, border: Cell['border'] = 0): Cell => {
    const cell = { slot, column: at, border, y: 0, left: [], right: [] }
    ;(columns[at] ??= []).push(cell)
    return cell
  }
  const lines = new Map<Slot, Cell[]>()
  const last = new Map<Slot, number>()
  for (const { tail, head } of arrows)
    last.set(tail, Math.max(last.get(tail) ?? 0, column.get(head)!))
  const computed = new Set(arrows.map(({ head }) => head))
  let side: -1 | 1 = 1
  for (const slot of slots) {
    const line = [add(slot, column.get(slot)!)]
    const [first, end] = [line[0]!.column + 1, last.get(slot) ?? 0]
    const along = end - first > far ? (side = side < 0 ? 1 : -1) : 0
    for (let at = first; at < end; at++) {
      line.push(add(undefined, at, along))
      link(line[line.length - 2]!, line[line.length - 1]!, pulls.line)
    }
    lines.set(slot, line)
  }
  const tracks = arrows.map(({ tail, head }) => {
    const [from, to] = [lines.get(tail)!, lines.get(head)![0]!]
    const track = from.slice(0, to.column - from[0]!.column)
    const end = track[track.length - 1]!
    if (!end.right.some(({ cell }) => cell === to))
      link(end, to, computed.has(tail) && track.length === 1 ? pulls.result : pulls.other)
    return [...track, to]
  })
  const along = [...lines.values()]
    .map(([, ...passing]) => passing)
    .filter(([cell]) => cell !== undefined && cell.border !== 0)
  return { columns, tracks, along, at: (slot) => lines.get(slot)![0]! }
}

/** Lines that pass by more columns run along a border, in turn the upper and the lower one. */
const far = 8
/** A long line is straight before results are level with what they come from; leaves stand aside. */
const pulls = { line: 16, result: 8, other: 0.05 }

function link(left: Cell, right: Cell, pull: number): void {
  left.right.push({ cell: right, pull })
  right.left.push({ cell: left, pull })
}

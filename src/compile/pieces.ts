/** An axis in stretches: vectors side by side as far as they go, and what is left. */
import type { Axis } from './schedule.ts'
import type { Filled } from './vectors.ts'

/** A stretch of an axis that one piece of code walks. */
export interface Piece {
  /** Its first turn. */
  readonly start: number
  /** How often the code is repeated. */
  readonly count: number
  /** Vectors, or turns, that it does at once. */
  readonly unrolled: number
  readonly lanes: Filled
}

/** An axis in pieces: whole tiles, the rest in vectors, the rest of that turn by turn. */
export function piecesOf({ extent, lanes, tile, examples, reduces }: Axis): Piece[] {
  const pieces: Piece[] = []
  const masked = examples && reduces ? 1 : 0
  const vectors = Math.floor(extent / lanes) - masked
  const full = lanes > 1 ? 'all' : 'first'
  const tiles = Math.floor(vectors / tile)
  if (tiles > 0) pieces.push({ start: 0, count: tiles, unrolled: tile, lanes: full })
  const some = vectors - tiles * tile
  if (some > 0) pieces.push({ start: tiles * tile * lanes, count: 1, unrolled: some, lanes: full })
  if (masked > 0) pieces.push({ start: vectors * lanes, count: 1, unrolled: 1, lanes: 'examples' })
  const rest = extent - (vectors + masked) * lanes
  if (rest > 0)
    pieces.push({ start: (vectors + masked) * lanes, count: 1, unrolled: rest, lanes: 'first' })
  return pieces
}

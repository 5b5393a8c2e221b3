/** Which tensor each place of a buffer lies in, and so what an access to the buffer reads. */
import type { Access } from '../../lift/index.ts'
import { joined, sizeOf, type Tensor, type TensorExpression } from './tensor.ts'
import { type Move, viewOf } from './view.ts'

/** For every place of a buffer, a tensor and a place in it. Absent lists: the only one, in order. */
export interface Layout {
  readonly tensors: readonly Tensor[]
  readonly owners?: readonly number[]
  readonly places?: readonly number[]
}

/** Loops by counter: the axes of a grid of places. */
export interface Extent {
  readonly counter: number
  readonly extent: number
}

/** Places of tensors over a grid, row-major. */
interface Grid {
  readonly tensors: readonly Tensor[]
  readonly owners: readonly number[]
  readonly places: readonly number[]
  readonly axes: readonly Extent[]
}

/** What an access reads, as a tensor with the counters that move it for axes. */
export function readOf(layout: Layout, access: Access, loops: readonly Extent[]): TensorExpression {
  const { start, strides, table } = access
  const moves = loops.map((loop, k) => ({ ...loop, stride: strides[k] ?? 0 }))
  const moving = moves.filter(({ stride, extent }) => stride !== 0 && extent > 1)
  if (layout.owners === undefined && table === undefined) {
    const view = viewOf(layout.tensors[0]!, start, moving)
    if (view !== undefined) return view
  }
  const at = walked(start, moving).map((place) => table?.[place] ?? place)
  return gridRead({
    tensors: layout.tensors,
    owners: at.map((place) => layout.owners?.[place] ?? 0),
    places: at.map((place) => layout.places?.[place] ?? place),
    axes: moving,
  })
}

/** Every place of start + Σ stride · counter, row-major. */
export function walked(start: number, moves: readonly Move[]): number[] {
  return moves.reduce(
    (all, { stride, extent }) =>
      all.flatMap((place) => Array.from({ length: extent }, (_, i) => place + i * stride)),
    [start],
  )
}

/** A grid of places as a view where they follow a pattern, as parts side by side where it is several. */
export function gridRead(grid: Grid): TensorExpression {
  const { tensors, owners, places, axes } = grid
  const tensor = tensors[owners[0]!]!
  if (owners.every((owner) => owner === owners[0])) {
    const moves = movesOf(places, axes)
    const view = moves && viewOf(tensor, places[0]!, moves)
    return view ?? gathered(tensor, grid)
  }
  for (const [k, { counter, extent }] of axes.entries()) {
    const parts = segments(grid, k).map(([start, end]) => ({
      x: gridRead(slice(grid, k, start, end)),
      extent: end - start,
    }))
    if (parts.length === 1 || (parts.length === extent && extent > most)) continue
    const own = joined(parts.map((part) => part.x))
    const inOrder = axes.filter(
      (axis) => axis.counter === counter || own.axes.includes(axis.counter),
    )
    return {
      kind: 'concat',
      along: counter,
      parts,
      extents: inOrder.map((axis) => axis.extent),
      axes: inOrder.map((axis) => axis.counter),
      varying: own.varying,
    }
  }
  throw new RangeError(
    `${new Set(owners).size} tensors are read in an order without a pattern: give those parameters as one tensor.`,
  )
}

/** So many parts are still written one by one. */
const most = 1024

/** The grid's places as strides, if they are such. */
function movesOf(places: readonly number[], axes: readonly Extent[]): Move[] | undefined {
  let block = places.length
  const moves = axes.map((axis) => {
    block /= axis.extent
    return { ...axis, stride: axis.extent > 1 ? places[block]! - places[0]! : 0 }
  })
  const all = walked(places[0]!, moves)
  return all.every((place, i) => place === places[i]) ? moves : undefined
}

function gathered(tensor: Tensor, { places, axes }: Grid): TensorExpression {
  return {
    kind: 'gather',
    tensor,
    at: places,
    extents: axes.map(({ extent }) => extent),
    axes: axes.map(({ counter }) => counter),
    varying: tensor.varying,
  }
}

/** Where, along an axis, other tensors begin to be read. */
function segments(grid: Grid, axis: number): [start: number, end: number][] {
  const { extent } = grid.axes[axis]!
  const read = Array.from({ length: extent }, (_, i) =>
    [...new Set(slice(grid, axis, i, i + 1).owners)].join(),
  )
  const starts = read.flatMap((owners, i) => (owners === read[i - 1] ? [] : [i]))
  return starts.map((start, k) => [start, starts[k + 1] ?? extent])
}

/** The part of a grid from `start` to `end` along an axis, which is gone where the part is one place long. */
function slice(grid: Grid, axis: number, start: number, end: number): Grid {
  const { axes } = grid
  const inner = sizeOf(axes.slice(axis + 1).map(({ extent }) => extent))
  const whole = axes[axis]!.extent
  const inside = (_: number, i: number): boolean => {
    const at = Math.floor(i / inner) % whole
    return at >= start && at < end
  }
  const extent = end - start
  const rest = extent === 1 ? axes.toSpliced(axis, 1) : axes.with(axis, { ...axes[axis]!, extent })
  return {
    tensors: grid.tensors,
    owners: grid.owners.filter(inside),
    places: grid.places.filter(inside),
    axes: rest,
  }
}

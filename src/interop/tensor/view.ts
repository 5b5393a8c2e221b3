/** Strided places of a tensor as slices of its axes, reshaped first where its own axes do not fit. */
import { type Selector, sizeOf, type Tensor, type View } from './tensor.ts'

/** How far a turn of a counter moves in the flat tensor. */
export interface Move {
  readonly counter: number
  readonly stride: number
  readonly extent: number
}

interface Turned extends Move {
  readonly flipped: boolean
}

/** The places start + Σ stride · counter as a view. Undefined where two counters share an axis. */
export function viewOf(tensor: Tensor, start: number, moves: readonly Move[]): View | undefined {
  const moving = moves.filter(({ stride, extent }) => stride !== 0 && extent > 1)
  const turned = moving.map((move) =>
    move.stride < 0
      ? { ...move, stride: -move.stride, flipped: true }
      : { ...move, flipped: false },
  )
  const lowest = moving.reduce(
    (low, { stride, extent }) => (stride < 0 ? low + stride * (extent - 1) : low),
    start,
  )
  for (const { from, shape } of readings(tensor, lowest, turned)) {
    const selectors = selected(shape, lowest - (from?.start ?? 0), turned)
    if (selectors === undefined) continue
    const axes = selectors.flatMap((s) => (s.kind === 'range' ? [s.counter] : []))
    return { kind: 'view', tensor, from, shape, selectors, axes, varying: tensor.varying }
  }
  return undefined
}

/** The tensor's own shape; that which the strides ask for; the same of a stretch of it. */
function* readings(
  tensor: Tensor,
  start: number,
  moves: readonly Turned[],
): Generator<Pick<View, 'from' | 'shape'>> {
  yield { from: undefined, shape: tensor.shape }
  const sorted = moves.toSorted((a, b) => b.stride - a.stride)
  const [outer] = sorted
  if (outer === undefined) return
  const strides = [...sorted.map(({ stride }) => stride), 1]
  const inner = strides.slice(1).map((stride, k) => strides[k]! / stride)
  if (inner.at(-1) === 1) inner.pop()
  if (!inner.every((n) => Number.isInteger(n) && n > 1)) return
  const size = sizeOf(tensor.shape)
  if (size % outer.stride === 0) yield { from: undefined, shape: [size / outer.stride, ...inner] }
  const length = outer.stride * outer.extent
  if (start + length <= size) yield { from: { start, length }, shape: [outer.extent, ...inner] }
}

/** One counter for an axis at most, each within its axis. */
function selected(
  shape: readonly number[],
  start: number,
  moves: readonly Turned[],
): Selector[] | undefined {
  let rest = start
  const strides = shape.map((_, k) => sizeOf(shape.slice(k + 1)))
  const selectors: Selector[] = strides.map((stride) => {
    const at = Math.floor(rest / stride)
    rest -= at * stride
    return { kind: 'at', at }
  })
  for (const { counter, stride, extent, flipped } of moves) {
    const axis = strides.findIndex((unit, k) => {
      const own = selectors[k]!
      const reach = own.kind === 'at' ? own.at + (stride / unit) * (extent - 1) : Infinity
      return stride % unit === 0 && reach < shape[k]!
    })
    if (axis < 0) return undefined
    const { at } = selectors[axis] as { at: number }
    selectors[axis] = {
      kind: 'range',
      start: at,
      step: stride / strides[axis]!,
      extent,
      counter,
      flipped,
    }
  }
  return selectors
}

/** Strided parts of tensors as Python: reshaped, sliced, and with axes of length 1 where others need them. */
import type { Tensor, View } from '../tensor/tensor.ts'
import { atom, indexable, type Python } from './spelling.ts'

/** The axis of examples. */
export const batch = -1

/** An axis, or a new one of length 1. */
export type Slot = number | undefined

/** What surrounds a reading. */
export interface Reading {
  nameOf(tensor: Tensor): string
  /** In a loop of Python's own: variables by counter; their axes are read at one place. */
  readonly turns: ReadonlyMap<number, string>
}

/** A view with its axes as `slots` have them. */
export function viewText(x: View, slots: readonly Slot[], reading: Reading): Python {
  const { selectors, varying } = x
  const base = atom(reshaped(x, reading.nameOf(x.tensor)))
  const own = [...(varying ? [batch] : []), ...x.axes].filter((axis) => !reading.turns.has(axis))
  const flips = selectors.flatMap((s) =>
    s.kind === 'range' && s.flipped && own.includes(s.counter) ? [own.indexOf(s.counter)] : [],
  )
  if (flips.length === 0) return indexed(base, indexOf(x, slots, reading))
  const flipped = atom(`${indexed(base, indexOf(x, own, reading)).text}.flip(${flips.join(', ')})`)
  return widened(flipped, slots)
}

function reshaped({ tensor, from, shape }: View, name: string): string {
  const flat = tensor.shape.length === 1 ? '' : tensor.varying ? '.flatten(1)' : '.flatten()'
  const rows = tensor.varying ? ':, ' : ''
  const sizes = [...(tensor.varying ? [-1] : []), ...shape].join(', ')
  if (from !== undefined) {
    const stretch = `${name}${flat}[${rows}${from.start}:${from.start + from.length}]`
    return shape.length > 1 ? `${stretch}.reshape(${sizes})` : stretch
  }
  return shape.join() === tensor.shape.join() ? name : `${name}.reshape(${sizes})`
}

/** What stands between the brackets: selectors, and None for new axes. */
function indexOf(
  { varying, selectors, shape }: View,
  slots: readonly Slot[],
  { turns }: Reading,
): string[] {
  const waiting = [...slots]
  const index: string[] = []
  const upTo = (axis: number): void => {
    while (waiting.length > 0 && waiting[0] !== axis) {
      waiting.shift()
      index.push('None')
    }
    waiting.shift()
  }
  if (varying) {
    upTo(batch)
    index.push(':')
  }
  selectors.forEach((s, k) => {
    const turn = s.kind === 'range' ? turns.get(s.counter) : undefined
    if (s.kind === 'range' && turn === undefined) upTo(s.counter)
    index.push(s.kind === 'at' ? `${s.at}` : turn ? turnText(turn, s) : rangeText(s, shape[k]!))
  })
  while (waiting.length > 0) upTo(NaN)
  return index
}

type Range = Extract<View['selectors'][number], { kind: 'range' }>

function rangeText({ start, step, extent }: Range, length: number): string {
  const end = start + step * (extent - 1) + 1
  if (start === 0 && end === length && step === 1) return ':'
  return `${start === 0 ? '' : start}:${end >= length ? '' : end}${step === 1 ? '' : `:${step}`}`
}

/** The place at a turn of a loop. */
function turnText(turn: string, { start, step, extent, flipped }: Range): string {
  const [first, by] = flipped ? [start + step * (extent - 1), -step] : [start, step]
  const moved = by === 1 ? turn : `${by} * ${turn}`
  return first === 0 ? moved : `${first} + ${moved}`
}

/** x[…], without what says nothing. */
export function indexed(x: Python, index: readonly string[]): Python {
  const end = index.findLastIndex((part) => part !== ':')
  return end < 0 ? x : atom(`${indexable(x)}[${index.slice(0, end + 1).join(', ')}]`)
}

/** x with new axes where a slot is undefined. */
export function widened(x: Python, slots: readonly Slot[]): Python {
  return indexed(
    x,
    slots.map((slot) => (slot === undefined ? 'None' : ':')),
  )
}

/** x with its axes in another order. */
export function permuted(x: Python, from: readonly number[], to: readonly number[]): Python {
  const order = to.map((axis) => from.indexOf(axis))
  return atom(
    order.length === 2 ? `${indexable(x)}.T` : `${indexable(x)}.permute(${order.join(', ')})`,
  )
}

/** How the gradient comes down from f to x, Value by Value. */
import type { Value } from '../../engine.ts'
import type { Names } from '../value-formula.ts'
import type { Between } from './between.ts'
import { type Hop, hopOf } from './term.ts'

/** What arrives at a Value through one use of it: partial · upstream. */
export interface Arrival extends Hop {
  /** The gradient of the Value that it comes through. */
  readonly upstream: number
  readonly term: number
}

/** The gradient of a Value: the sum of what arrives, largest first; nothing does at f, which starts. */
export interface Station {
  readonly value: Value
  readonly gradient: number
  readonly arrivals: readonly Arrival[]
}

/** More Values than this are not listed one by one. */
const most = 24

/** All that lies between, f first and x last; nothing where that would be too long to read. */
export function flowOf(between: Between, names: Names): readonly Station[] {
  const { size, starts, targets } = between
  if (size > most) return []
  const gradients = upstreams(between)
  const arrivals: Arrival[][] = between.values.map(() => [])
  for (let i = size - 1; i > 0; i--)
    for (let edge = starts[i]!; edge < starts[i + 1]!; edge++) {
      const hop = hopOf(edge, between, names)
      const upstream = gradients[i]!
      arrivals[targets[edge]!]!.push({ ...hop, upstream, term: hop.partial * upstream })
    }
  return between.values
    .map((value, i) => ({
      value,
      gradient: gradients[i]!,
      arrivals: arrivals[i]!.toSorted((a, b) => Math.abs(b.term) - Math.abs(a.term)),
    }))
    .toReversed()
}

/** ∂f/∂value for all that lies between. */
function upstreams({ size, starts, targets, partials }: Between): Float64Array {
  const found = new Float64Array(size)
  found[size - 1] = 1
  for (let i = size - 1; i > 0; i--)
    for (let edge = starts[i]!; edge < starts[i + 1]!; edge++)
      found[targets[edge]!]! += partials[edge]! * found[i]!
  return found
}

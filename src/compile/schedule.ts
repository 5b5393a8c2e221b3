/**
 * How a nest is walked: which loop fills the lanes of a vector, which are unrolled into a tile of
 * results held in registers, and in which order the rest turns. The loop over examples is one like
 * the others here.
 */
import type { Access, Nest } from '../lift/index.ts'

/** A loop, with the distance in numbers that each access of the nest moves at a turn. */
export interface Axis {
  readonly extent: number
  /** Its turns go into the same place. */
  readonly reduces: boolean
  /** Its turns are examples. */
  readonly examples: boolean
  /** By access; of an access through a table, what is added to the place that the table names. */
  readonly strides: readonly number[]
  /** By access: the distance in its table, 0 where there is none. */
  readonly entries: readonly number[]
  /** Turns that fill the lanes of a vector: its width, or 1 where lanes stay empty. */
  readonly lanes: number
  /** Vectors, or turns, that are unrolled together. */
  readonly tile: number
}

export interface Schedule {
  /** The target of the nest first. */
  readonly accesses: readonly Access[]
  /** Loops over places, outermost first. */
  readonly places: readonly Axis[]
  /** Loops whose turns go into one place. */
  readonly turns: readonly Axis[]
  /** All of them, in this order. */
  readonly axes: readonly Axis[]
}

/** What a kernel is made for. */
export interface Shape {
  /** Examples side by side; a multiple of the width unless it is 1. */
  readonly examples: number
  /** Lanes of a vector. */
  readonly width: number
}

/** Most results that are held in registers at a time: of 16, the rest holds operands. */
const mostHeld = 12
/** Unrolled turns of a loop that is no tile: enough that counting costs little. */
const sizes = [4, 5, 3, 6, 2]

/** The walk of `nest`. */
export function scheduleOf(nest: Nest, shape: Shape): Schedule {
  const accesses = [nest.target, ...nest.reads]
  const axes = merged(loopsOf(nest, accesses, shape))
  const vector = vectorOf(nest, axes, shape.width)
  const filled = axes.map((axis) => (axis === vector ? { ...axis, lanes: shape.width } : axis))
  const turns = filled.filter(({ reduces }) => reduces)
  const loops = filled.filter(({ reduces }) => !reduces)
  const places = nest.scatters ? loops : tiled(loops, turns)
  return { accesses, places, turns, axes: [...places, ...turns] }
}

function loopsOf(nest: Nest, accesses: readonly Access[], { examples }: Shape): Axis[] {
  const axes = nest.counters.map(({ extent, reduces }, k): Axis => {
    const strides: number[] = []
    const entries: number[] = []
    for (const access of accesses) {
      const stride = access.strides[k]!
      const apart = access.buffer.varying ? examples : 1
      strides.push(access.table ? 0 : stride * apart)
      entries.push(access.table ? stride : 0)
    }
    return { extent, reduces, examples: false, strides, entries, lanes: 1, tile: 1 }
  })
  if (!nest.varying || examples === 1) return axes
  const strides = accesses.map((a) => (a.buffer.varying ? 1 : 0))
  const reduces = !nest.target.buffer.varying
  const entries = accesses.map(() => 0)
  return [
    ...axes,
    { extent: examples, reduces, examples: true, strides, entries, lanes: 1, tile: 1 },
  ]
}

/** Neighbours that together are one longer loop, for every access. */
function merged(axes: readonly Axis[]): Axis[] {
  const out: Axis[] = []
  for (const axis of axes) {
    const outer = out.at(-1)
    const fits =
      outer !== undefined &&
      outer.reduces === axis.reduces &&
      !(axis.examples && axis.reduces) && // the last examples may be no examples, and count for nothing
      outer.strides.every((stride, i) => stride === axis.strides[i]! * axis.extent) &&
      outer.entries.every((entry, i) => entry === axis.entries[i]! * axis.extent)
    if (fits) out[out.length - 1] = { ...axis, extent: outer.extent * axis.extent }
    else out.push(axis)
  }
  return out
}

/** The axis whose neighbouring turns lie side by side in memory for all, or are the same place. */
function vectorOf(nest: Nest, axes: readonly Axis[], width: number): Axis | undefined {
  const fits = (axis: Axis): boolean =>
    axis.extent >= width &&
    axis.entries.every((entry) => entry === 0) &&
    axis.strides.every((stride) => stride === 0 || stride === 1) &&
    (axis.examples || !nest.scatters) &&
    !(axis.reduces && nest.manner === 'fold')
  const able = axes.filter(fits).toSorted((a, b) => b.extent - a.extent)
  return able.find(({ examples }) => examples) ?? able.find(({ reduces }) => !reduces) ?? able[0]
}

/** Tiles for the two innermost loops over places; where nothing is summed, for the last alone. */
function tiled(places: readonly Axis[], turns: readonly Axis[]): Axis[] {
  const reuses = turns.length > 0
  let held = 1
  return places
    .toReversed()
    .map((axis, k) => {
      const vectors = Math.floor(axis.extent / axis.lanes)
      if (k > 1 || (k === 1 && held === 1 && !reuses)) return axis
      const able = sizes.filter((n) => n <= vectors && n * held <= mostHeld)
      const tile = able.find((n) => vectors % n === 0) ?? able[0] ?? 1
      held *= tile
      return { ...axis, tile }
    })
    .reverse()
}

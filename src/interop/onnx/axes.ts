/** Axes of results in a graph: moved, cut, added. */
import type { View } from '../tensor/tensor.ts'
import type { OnnxGraph } from './graph.ts'

/** Turns of loops that are written out: the place of a counter. */
export type Turns = ReadonlyMap<number, number>

/** A result with its axes in another order. */
export function transposed(
  graph: OnnxGraph,
  name: string,
  from: readonly number[],
  to: readonly number[],
): string {
  const perm = to.map((axis) => from.indexOf(axis))
  return perm.every((axis, k) => axis === k) ? name : graph.node('Transpose', [name], { perm })
}

/** A result with axes of length 1 at these places of what it becomes. */
export function unsqueezed(graph: OnnxGraph, name: string, axes: readonly number[]): string {
  return axes.length === 0 ? name : graph.node('Unsqueeze', [name, graph.whole(axes)])
}

/** A result at one place of an axis, which is gone then. */
export function taken(graph: OnnxGraph, name: string, axis: number, at: number): string {
  return graph.node('Gather', [name, graph.constant([at], [], 'int64')], { axis })
}

/** A view of the tensor that `name` holds. */
export function viewed(graph: OnnxGraph, name: string, x: View, turns: Turns): string {
  const first = x.tensor.varying ? 1 : 0
  return selected(graph, reshaped(graph, name, x), x, first, turns)
}

function reshaped(graph: OnnxGraph, name: string, { tensor, from, shape }: View): string {
  const free = tensor.varying ? [-1] : []
  const to = (sizes: readonly number[], x: string): string =>
    graph.node('Reshape', [x, graph.whole([...free, ...sizes])])
  if (from !== undefined) {
    const size = tensor.shape.reduce((n, extent) => n * extent, 1)
    const flat = tensor.shape.length === 1 ? name : to([size], name)
    const ends = [from.start, from.start + from.length].map((x) => graph.whole([x]))
    const stretch = graph.node('Slice', [flat, ...ends, graph.whole([free.length])])
    return shape.length === 1 ? stretch : to(shape, stretch)
  }
  return shape.join() === tensor.shape.join() ? name : to(shape, name)
}

/** Before the first place of an axis, where a walk backwards ends. */
const beforeAll = -(2 ** 31)

function selected(
  graph: OnnxGraph,
  name: string,
  { selectors, shape }: View,
  first: number,
  turns: Turns,
): string {
  const cuts = selectors.flatMap((s, k) => {
    if (s.kind === 'at' || turns.has(s.counter)) return []
    if (s.start === 0 && s.step === 1 && s.extent === shape[k] && !s.flipped) return []
    const last = s.start + s.step * (s.extent - 1)
    return s.flipped
      ? [
          {
            axis: first + k,
            start: last,
            end: s.start === 0 ? beforeAll : s.start - 1,
            step: -s.step,
          },
        ]
      : [{ axis: first + k, start: s.start, end: last + 1, step: s.step }]
  })
  const lists = [
    cuts.map((c) => c.start),
    cuts.map((c) => c.end),
    cuts.map((c) => c.axis),
    cuts.map((c) => c.step),
  ]
  const cut =
    cuts.length === 0
      ? name
      : graph.node('Slice', [name, ...lists.map((list) => graph.whole(list))])
  return selectors.reduceRight((x, s, k) => {
    if (s.kind === 'at') return taken(graph, x, first + k, s.at)
    const turn = turns.get(s.counter)
    if (turn === undefined) return x
    const at = s.flipped ? s.extent - 1 - turn : turn
    return taken(graph, x, first + k, s.start + s.step * at)
  }, cut)
}

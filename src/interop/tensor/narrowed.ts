import { read, substituted } from '../../lift/expression.ts'
import { type Access, type Nest, totalAccess } from '../../lift/index.ts'

/** Some turns of one loop of a nest. */
export function narrowed(nest: Nest, counter: number, start: number, extent: number): Nest {
  const moved = (access: Access): Access => ({
    ...access,
    start: access.start + start * (access.strides[counter] ?? 0),
  })
  const reads = nest.reads.map(moved)
  const inside = (x: Nest['step']): Nest['step'] =>
    substituted(x, (access) =>
      read(access === totalAccess ? access : reads[nest.reads.indexOf(access)]!),
    )
  return {
    ...nest,
    counters: nest.counters.with(counter, { ...nest.counters[counter]!, extent }),
    target: moved(nest.target),
    start: nest.start && inside(nest.start),
    step: inside(nest.step),
    reads,
  }
}

/** Rows of lists that a target knows as one operation on an axis, before they are lowered to loops. */
import type { Buffer } from '../../lift/buffer.ts'
import { applied, read } from '../../lift/expression.ts'
import type { Group } from '../../lift/group.ts'
import type { Access, Nest } from '../../lift/index.ts'
import { nestOf } from '../../lift/nest.ts'
import { iota, stretched } from '../../lift/sequence.ts'
import { ops, type Row } from '../../ops.ts'
import type { Read } from './elementwise.ts'
import type { TensorExpression } from './tensor.ts'

/** What a row of lists reads, walked by one nest: for each member, the list. */
export interface Listed {
  readonly op: Row
  readonly nest: Nest
  readonly values: Access
  /** Of `pick`. */
  readonly index: Access | undefined
}

/** The lists of a group, if each is one stretch of one buffer. */
export function listedOf(
  group: Group,
  target: Buffer,
  bufferOf: (group: Group) => Buffer | undefined,
): Listed | undefined {
  const { op, runs, count } = group
  const [values, index, ...others] = runs
  if (op?.arity !== 'variadic' || values === undefined || others.length > 0) return undefined
  if ((op === ops.pick) !== (index !== undefined)) return undefined
  const from = bufferOf(values.source)
  if (from === undefined) return undefined
  const positions = stretched(iota(count), values.length)
  const list = read({ buffer: from, positions: values.positions })
  const place = index && placeOf(bufferOf(index.source), stretched(index.positions, values.length))
  if (index !== undefined && place === undefined) return undefined
  const step = place ? applied(ops.mul, [list, place]) : list
  const nest = nestOf({ target, positions, manner: 'sum', step, adds: false })
  const [first, second] = nest.reads
  return { op, nest, values: first!, index: second }
}

/** An argument of the function says the place: whole numbers, one for each example. */
function placeOf(buffer: Buffer | undefined, positions: Int32Array) {
  return buffer?.purpose === 'index' ? read({ buffer, positions }) : undefined
}

/** The row over the axes that are summed over; undefined where the list has no such axis. */
export function reductionOf(
  { op, nest, values, index }: Listed,
  at: Read,
): TensorExpression | undefined {
  const over = nest.counters.flatMap(({ reduces, extent }, k) => (reduces && extent > 1 ? [k] : []))
  const x = at(values)
  const [along] = over
  if (along === undefined || !over.every((axis) => x.axes.includes(axis))) return undefined
  const axes = x.axes.filter((axis) => !over.includes(axis))
  if (index === undefined) return { kind: 'reduction', op, x, axes, varying: x.varying }
  const place = at(index)
  if (over.length > 1 || place.axes.length > 0) return undefined
  return { kind: 'pick', x, index: place, along, axes, varying: true }
}

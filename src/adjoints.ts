import type { Inputs, Value } from './engine.ts'
import { type Algebra, type Arity, type Partials, type Row, row } from './ops.ts'
import { Walk } from './order.ts'

/** What a row computes from its inputs. */
export function evaluate(op: Row, first: Inputs, second?: Value): number {
  if (second !== undefined) return op.eval((first as Value).data, second.data)
  if (!Array.isArray(first)) return op.eval((first as Value).data)
  const xs = first.map(dataOf)
  return op.arity === 'variadic' ? op.eval(xs) : op.eval(...(xs as [number, number, number]))
}

/** ∂v/∂xᵢ at an interior Value, in the arithmetic `m`, where `of` tells what m has for a Value. */
export function partialsOf<T>(m: Algebra<T>, v: Value, of: (x: Value) => T): Partials<Arity, T> {
  const { first, second } = v
  const op = v.op as Row
  if (second !== undefined) return op.partials(m, of(v), of(first as Value), of(second))
  if (!Array.isArray(first)) return op.partials(m, of(v), of(first as Value))
  const xs = (first as readonly Value[]).map(of)
  return op.arity === 'variadic'
    ? op.partials(m, of(v), xs)
    : op.partials(m, of(v), ...(xs as [T, T, T]))
}

/** ∂root/∂v for every v that root depends on, in any arithmetic: `backward` with room for more. */
export function adjoints<T>(
  m: Algebra<T>,
  root: Value,
  seed: T,
  of: (x: Value) => T,
): Map<Value, T> {
  const found = new Map([[root, seed]])
  const walk = new Walk(root)
  for (let v = walk.next(); v !== undefined; v = walk.next()) {
    if (v.op === undefined) continue
    const upstream = found.get(v)!
    const partials = partialsOf(m, v, of)
    v.inputs.forEach((x, i) => {
      const partial = partials[i]
      if (partial === undefined || x.op === detached || x.first === null) return
      const term = partial === 1 ? upstream : m.mul(partial, upstream)
      found.set(x, walk.reach(x) ? term : m.add(found.get(x)!, term))
    })
  }
  return found
}

/** A partial as a number: most are computed, some only say where at `v` they stand. */
export function numberAt(v: Value, partial: Ready): number | undefined {
  if (partial === 'a') return (v.first as Value).data
  if (partial === 'b') return v.second!.data
  return partial === 'y' ? v.data : partial
}
type Ready = NonNullable<Row['ready']>[number]

export const dataOf = (v: Value): number => v.data

/** What `detach` is where a graph stands for runs still to come: the number goes on, no gradient comes back. */
export const detached: Row<1> = row('detach', {
  arity: 1,
  partials: () => [undefined],
  lower: (_m, a) => a,
})

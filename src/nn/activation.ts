import type { Value } from '../engine.ts'
import { values } from '../functions.ts'
import { type Ops, ops, type Row } from '../ops.ts'

type UnaryName = { [K in keyof Ops]: Ops[K] extends Row<1> ? K : never }[keyof Ops]

/** The name of any operation of one operand, 'linear' for none, or a function. */
export type Activation = UnaryName | 'linear' | ((x: Value) => Value)

/** The function behind an activation. Throws on a name that is not in the table. */
export function activationOf(activation: Activation): (x: Value) => Value {
  if (typeof activation === 'function') return activation
  if (activation === 'linear') return (x) => x
  if (Object.hasOwn(ops, activation) && ops[activation].arity === 1) return values[activation]
  throw new RangeError(
    `unknown activation '${activation}'; choose one of ${activationNames().join(', ')}.`,
  )
}

/** Every activation that has a name. */
export function activationNames(): string[] {
  const unary = Object.values<Row>(ops).filter((op) => op.arity === 1)
  return ['linear', ...unary.map((op) => op.name)]
}

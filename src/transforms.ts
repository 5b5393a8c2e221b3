/**
 * What is built on the engine: gradients as Values (so of any order), functions with their
 * gradients, Jacobians and Hessians, forward mode, operations of one's own.
 */
import { adjoints, dataOf, detached, evaluate, partialsOf } from './adjoints.ts'
import { interpretBy, interpreter, lift, type Operand, Value } from './engine.ts'
import { functionOf, listed, value, values } from './functions.ts'
import { type Arity, type Definition, numbers, type Operands, row } from './ops.ts'
import { topologicalOrder } from './order.ts'

/** A function of scalars, written with Values. */
export type Program = (...x: Value[]) => Operand

/**
 * ∂f/∂x for each x, as Values: they can be differentiated again, and no `.grad` is touched.
 * A literal 0 where f does not depend on x.
 */
export function grad(f: Value, x: readonly Value[]): Value[] {
  const found = adjoints<Value>(values, lift(f), lift(1), (v) => v)
  return listed(x, 'grad').map((xi) => found.get(xi) ?? lift(0))
}

/** The function that gives f and ∂f/∂xᵢ at a point of plain numbers. */
export function valueAndGrad(
  f: Program,
): (...x: number[]) => { value: number; gradient: number[] } {
  return (...x) => {
    const leaves = x.map((xi) => value(xi))
    const y = lift(f(...leaves))
    return { value: y.data, gradient: gradientAt(y, leaves) }
  }
}

/** The function that gives ∂fᵢ/∂xⱼ at a point, a row for each output: one reverse sweep a row. */
export function jacobian(f: (...x: Value[]) => readonly Operand[]): (...x: number[]) => number[][] {
  return (...x) => {
    const leaves = x.map((xi) => value(xi))
    return listed(f(...leaves), 'jacobian').map((y) => gradientAt(lift(y), leaves))
  }
}

/** The function that gives ∂²f/∂xᵢ∂xⱼ at a point: the Jacobian of the gradient. */
export function hessian(f: Program): (...x: number[]) => number[][] {
  return jacobian((...x) => grad(lift(f(...x)), x))
}

function gradientAt(y: Value, leaves: readonly Value[]): number[] {
  const found = adjoints(numbers, y, 1, dataOf)
  return leaves.map((leaf) => found.get(leaf) ?? 0)
}

/**
 * Forward mode (dual numbers): f at x and its derivative Σ ∂f/∂xᵢ · tangentᵢ, in one sweep from the
 * inputs up, with the same partials. An input whose tangent is 0 is held fixed.
 */
export function jvp(
  f: Program,
  x: readonly number[],
  tangent: readonly number[],
): { value: number; tangent: number } {
  if (tangent.length !== x.length)
    throw new RangeError(
      `jvp: ${tangent.length} tangents for ${x.length} inputs, expected one each.`,
    )
  const leaves = x.map((xi) => value(xi))
  const y = lift(f(...leaves))
  const tangents = new Map(leaves.map((leaf, i) => [leaf, tangent[i]!]))
  for (const v of topologicalOrder(y)) if (v.op !== undefined) tangents.set(v, pushed(v, tangents))
  return { value: y.data, tangent: tangents.get(y) ?? 0 }
}

function pushed(v: Value, tangents: Map<Value, number>): number {
  let total = 0
  partialsOf(numbers, v, dataOf).forEach((partial, i) => {
    const tangent = tangents.get(v.inputs[i]!) ?? 0
    if (partial !== undefined && tangent !== 0) total += partial * tangent
  })
  return total
}

/** Runs `body`, a synchronous function, without remembering: its results have no history. */
export function noGrad<R>(body: () => R): R {
  const outer = interpreter
  // While a function is traced for compiling, its graph stands for calls to come.
  return interpretBy((...x) => outer?.(detached, outer(...x)) ?? lift(evaluate(...x)), body)
}

/** What an operation of one's own is written as: a row of the table, with its name. */
export type OpDefinition<A extends Arity> = Definition<A> & { readonly name: string }

/**
 * An operation of one's own, which then works everywhere the built-in ones do.
 * `eval` computes it; `partials(m, y, …x)` gives ∂y/∂xᵢ in any arithmetic m; `lower`, the same
 * function from m's basis, lets it be compiled (and stands in for `eval` when that is absent).
 * Check it with `gradcheck`.
 */
export function defineOp<A extends Arity>(
  definition: OpDefinition<A>,
): (...x: Operands<A, Operand>) => Value {
  const { name, arity, partials, lower } = definition
  const complete = name && typeof partials === 'function' && (definition.eval ?? lower)
  if (!complete || ![1, 2, 3, 'variadic'].includes(arity))
    throw new TypeError(
      `defineOp(${name}) takes name, arity 1, 2, 3 or 'variadic', partials, and eval or lower.`,
    )
  return functionOf(row<A>(name, { ...definition, partials: counted(definition) }))
}

/** The partials of `definition`, refused when there is not one for each input. */
function counted<A extends Arity>(definition: OpDefinition<A>): Definition<A>['partials'] {
  return (m, y, ...x) => {
    const partials = definition.partials(m, y, ...x)
    const inputs = Array.isArray(x[0]) ? x[0].length : x.length
    if (partials.length === inputs) return partials
    throw new RangeError(
      `${definition.name}: ${partials.length} partials for ${inputs} inputs, expected one each.`,
    )
  }
}

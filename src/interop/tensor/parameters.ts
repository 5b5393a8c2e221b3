/** Parameters as a user hands them over: leaves, modules, or both by name. */
import { Value } from '../../engine.ts'
import { sizeOf, type Tensor } from './tensor.ts'

/** The Values behind one entry of a state dictionary. */
export interface NamedValues {
  readonly name: string
  readonly shape: readonly number[]
  readonly values: readonly Value[]
}

/** A module of `chainrule/nn`, or anything else that names its parameters. */
export interface NamedModule {
  named(): readonly NamedValues[]
}

/** A leaf, a list of leaves, a module, or these by name: `{ query, key, scale: [s] }`. */
export type Parameters =
  | Value
  | readonly Value[]
  | NamedModule
  | { readonly [name: string]: Parameters }

/** Every parameter by a dotted name. Throws on anything else, and on a leaf that is there twice. */
export function namedParameters(parameters: Parameters): readonly NamedValues[] {
  const found = entries(parameters, '')
  const all = found.flatMap(({ values }) => values)
  if (new Set(all).size < all.length) throw new RangeError('a parameter is in the list twice.')
  if (!all.every((p) => p instanceof Value && p.op === undefined))
    throw new TypeError('parameters are leaves: model.parameters(), a module, or these by name.')
  return found
}

function entries(parameters: Parameters, prefix: string): readonly NamedValues[] {
  const name = prefix || 'p'
  if (parameters instanceof Value) return [{ name, shape: [], values: [parameters] }]
  if (Array.isArray(parameters)) {
    const values = parameters as readonly Value[]
    return values.length === 0 ? [] : [{ name, shape: [values.length], values }]
  }
  if (isModule(parameters))
    return parameters.named().map((own) => ({ ...own, name: joined(prefix, own.name) }))
  if (typeof parameters !== 'object' || parameters === null)
    throw new TypeError(`parameters are leaves or modules, got ${String(parameters)}.`)
  return Object.entries(parameters).flatMap(([key, own]) => entries(own, joined(prefix, key)))
}

function isModule(parameters: Parameters): parameters is NamedModule {
  return typeof (parameters as Partial<NamedModule>)?.named === 'function'
}

const joined = (prefix: string, name: string): string => (prefix ? `${prefix}.${name}` : name)

/** A parameter with its numbers as they are now. */
export function tensorOf({ name, shape, values }: NamedValues): Tensor {
  if (sizeOf(shape) !== values.length)
    throw new RangeError(
      `${name}: ${values.length} numbers do not have the shape ${shape.join(' × ')}.`,
    )
  const numbers = values.map((v) => v.data)
  return { name, purpose: 'parameter', shape, varying: false, numbers }
}

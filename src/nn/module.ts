import type { Value } from '../engine.ts'

/** Plain numbers with a shape, in row-major order: what a state dictionary holds. */
export interface Tensor {
  readonly shape: readonly number[]
  readonly data: readonly number[]
}

/** Weights by PyTorch's names: `layers.0.weight` of shape [fanOut, fanIn], `layers.0.bias`. */
export type StateDict = Record<string, Tensor>

/** The Values behind one entry of a state dictionary. */
export interface NamedParameter {
  readonly name: string
  readonly shape: readonly number[]
  readonly values: readonly Value[]
}

/**
 * A part of a network that owns parameters. A network of one's own extends it and says what its
 * parameters are; `named` only matters for saving.
 */
export abstract class Module {
  /** The leaves that training changes, always in the same order. */
  abstract parameters(): Value[]

  /** The same leaves as named arrays; by default one array called `parameters`. */
  named(): NamedParameter[] {
    const values = this.parameters()
    return [{ name: 'parameters', shape: [values.length], values }]
  }

  /** Sets every parameter's gradient back to 0, before the next `backward` accumulates. */
  zeroGrad(): void {
    for (const parameter of this.parameters()) parameter.grad = 0
  }

  /** Every weight by name, as plain numbers with a shape. */
  stateDict(): StateDict {
    const entries = this.named().map(({ name, shape, values }) => [
      name,
      { shape: [...shape], data: values.map((v) => v.data) },
    ])
    return Object.fromEntries(entries) as StateDict
  }

  /** Takes over the weights of `state`. Throws, with nothing changed, unless names and shapes fit. */
  loadStateDict(state: StateDict): void {
    const named = this.named()
    const names = new Set(named.map(({ name }) => name))
    const unknown = Object.keys(state).filter((name) => !names.has(name))
    if (unknown.length > 0)
      throw new RangeError(
        `this model has no ${unknown.join(', ')}; it has ${[...names].join(', ')}.`,
      )
    for (const parameter of named) checkFit(parameter, state[parameter.name])
    for (const { name, values } of named)
      values.forEach((v, i) => {
        v.data = state[name]!.data[i]!
      })
  }
}

function checkFit({ name, shape, values }: NamedParameter, tensor: Tensor | undefined): void {
  if (tensor === undefined) throw new RangeError(`${name} is missing from the state dictionary.`)
  const got = tensor.shape.join(' × ')
  if (got !== shape.join(' × '))
    throw new RangeError(`${name}: expected shape ${shape.join(' × ')}, got ${got}.`)
  if (tensor.data.length !== values.length || !tensor.data.every((x) => typeof x === 'number'))
    throw new RangeError(
      `${name}: expected ${values.length} numbers, got ${tensor.data.length} entries.`,
    )
}

/** The same parameters under a longer name. */
export function within(prefix: string, module: Module): NamedParameter[] {
  return module.named().map((p) => ({ ...p, name: `${prefix}.${p.name}` }))
}

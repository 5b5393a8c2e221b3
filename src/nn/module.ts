import type { Value } from '../engine.ts'
import { checkFit, type NestedNumbers, type Tensor, tensorOf } from './tensor.ts'

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

  /**
   * Takes over the weights of `state`, whose entries are tensors or nested lists of numbers.
   * Throws, with nothing changed, unless names and shapes fit.
   */
  loadStateDict(state: Readonly<Record<string, Tensor | NestedNumbers>>): void {
    const named = this.named()
    const names = new Set(named.map(({ name }) => name))
    if (typeof state !== 'object' || state === null)
      throw new TypeError(`a state dictionary has ${[...names].join(', ')}, got ${String(state)}.`)
    const unknown = Object.keys(state).filter((name) => !names.has(name))
    if (unknown.length > 0)
      throw new RangeError(
        `this model has no ${unknown.join(', ')}; it has ${[...names].join(', ')}.`,
      )
    const tensors = named.map(({ name, shape }) => fitting(name, shape, state[name]))
    named.forEach(({ values }, k) =>
      values.forEach((v, i) => {
        v.data = tensors[k]!.data[i]!
      }),
    )
  }
}

function fitting(
  name: string,
  shape: readonly number[],
  entry: Tensor | NestedNumbers | undefined,
): Tensor {
  const single = typeof entry === 'number' && shape.every((n) => n === 1)
  const given = single ? { shape, data: [entry] } : entry
  const tensor = given === undefined ? undefined : tensorOf(name, given)
  checkFit(name, shape, tensor)
  return tensor
}

/** The same parameters under a longer name. */
export function within(prefix: string, module: Module): NamedParameter[] {
  return module.named().map((p) => ({ ...p, name: `${prefix}.${p.name}` }))
}

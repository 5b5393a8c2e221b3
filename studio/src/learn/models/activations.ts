/** Activations to look at: each a row of chainrule’s table. */
import { type Value, value } from 'chainrule'

export const activations = ['tanh', 'sigmoid', 'relu', 'leakyRelu', 'softplus', 'gelu'] as const
export type ActivationName = (typeof activations)[number]

/** Its output at x, and how much of a gradient it lets through. */
export function activated(name: ActivationName, x: number): { y: number; slope: number } {
  const leaf = value(x, 'x')
  const y: Value = leaf[name]()
  y.backward()
  return { y: y.data, slope: leaf.grad }
}

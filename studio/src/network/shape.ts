/** Where the parameters of a neuron stand, and what neurons and weights are called. */
import type { Unit } from './protocol.ts'

/** The numbers of inputs of each layer. */
export function fans(features: number, sizes: readonly number[]): number[] {
  return [features, ...sizes.slice(0, -1)]
}

/** The place of a neuron's first weight among all parameters; its bias comes after its weights. */
export function offsetOf(
  { layer, neuron }: Unit,
  features: number,
  sizes: readonly number[],
): number {
  const fan = fans(features, sizes)
  let at = 0
  for (let l = 0; l < layer; l++) at += sizes[l]! * (fan[l]! + 1)
  return at + neuron * (fan[layer]! + 1)
}

/** The place of a neuron among all neurons. */
export function placeOf({ layer, neuron }: Unit, sizes: readonly number[]): number {
  return sizes.slice(0, layer).reduce((sum, n) => sum + n, 0) + neuron
}

/** The parameters of each layer: where they begin and end. */
export function spans(features: number, sizes: readonly number[]): [from: number, to: number][] {
  return sizes.map((size, layer) => {
    const from = offsetOf({ layer, neuron: 0 }, features, sizes)
    return [from, from + size * (fans(features, sizes)[layer]! + 1)]
  })
}

export function unitName(
  { layer, neuron }: Unit,
  sizes: readonly number[],
  classes: readonly string[],
): string {
  if (layer < sizes.length - 1) return `Layer ${layer + 1}, neuron ${neuron + 1}`
  const size = sizes[layer]!
  return size === classes.length && size > 1 ? `Output for ${classes[neuron]}` : 'Output'
}

/** Few digits, a real minus sign. */
export function short(x: number): string {
  if (!Number.isFinite(x)) return String(x)
  const size = Math.abs(x)
  const text =
    size !== 0 && (size < 0.001 || size >= 10_000)
      ? x.toExponential(1)
      : String(Number(x.toFixed(3)))
  return text.replace('-', '−')
}

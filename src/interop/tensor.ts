/** Plain numbers with a shape, in row-major order: what an entry of a state dictionary is. */
export interface Tensor {
  readonly shape: readonly number[]
  readonly data: readonly number[]
}

/** Tensors by name, as `stateDict` gives them and `loadStateDict` takes them. */
export type StateDict = Record<string, Tensor>

/** Most dimensions of a tensor: as many as PyTorch and numpy have. */
export const mostDimensions = 64

/** How many numbers a tensor of that shape holds, ∏ shape; undefined if no file can hold them. */
export function countOf(shape: readonly number[]): number | undefined {
  let count = 1
  for (const n of shape) count *= n
  // A product of whole numbers that stays below 2⁵³ was exact all the way.
  return Number.isSafeInteger(count) ? count : undefined
}

/** A shape as it is written, [2, 3]. */
export function shown(shape: readonly number[]): string {
  const some = shape.slice(0, 8).join(', ')
  return `[${some}${shape.length > 8 ? ', …' : ''}]`
}

/** Most parameters a network of Values may have: each is an object, so this many fill a memory. */
const most = 1e8

/** A layer's size as given. Throws unless it is a whole number above 0. */
export function checkedSize(size: number): number {
  if (Number.isInteger(size) && size > 0) return size
  throw new RangeError(`layer sizes are whole numbers above 0, got ${String(size)}.`)
}

/** Throws unless layers of these sizes can be made: the inputs first, then each layer's outputs. */
export function checkSizes(sizes: readonly number[]): void {
  sizes.forEach(checkedSize)
  const count = sizes.reduce((total, n, i) => total + (i === 0 ? 0 : n * (sizes[i - 1]! + 1)), 0)
  if (count > most)
    throw new RangeError(`a network of ${count} parameters is too large: the most is ${most}.`)
}

/** Plain numbers with a shape, in row-major order: what a state dictionary holds. */
export interface Tensor {
  readonly shape: readonly number[]
  readonly data: readonly number[]
}

/** A number, or lists of numbers in lists, as PyTorch's `tolist` gives them. */
export type NestedNumbers = number | readonly NestedNumbers[]

/** Throws, naming the entry, unless it is there and has that shape and as many numbers. */
export function checkFit(
  name: string,
  shape: readonly number[],
  tensor: Tensor | undefined,
): asserts tensor is Tensor {
  if (tensor === undefined) throw new RangeError(`${name} is missing from the state dictionary.`)
  const got = tensor.shape.join(' × ')
  if (got !== shape.join(' × '))
    throw new RangeError(`${name}: expected shape ${shape.join(' × ')}, got ${got}.`)
  const count = shape.reduce((product, n) => product * n, 1)
  if (tensor.data.length !== count || !tensor.data.every((x) => typeof x === 'number'))
    throw new RangeError(`${name}: expected ${count} numbers, got ${tensor.data.length} entries.`)
}

/** An entry as a tensor. Throws on lists of uneven length and on anything but numbers in them. */
export function tensorOf(name: string, entry: Tensor | NestedNumbers): Tensor {
  if (typeof entry === 'number') return { shape: [], data: [entry] }
  if (isList(entry)) return nested(name, entry)
  if (Array.isArray(entry?.shape) && Array.isArray(entry.data)) return entry
  throw new TypeError(`${name}: expected { shape, data }, or lists of numbers.`)
}

function nested(name: string, list: readonly NestedNumbers[]): Tensor {
  const parts = list.map((part) => tensorOf(name, part))
  const [inner = []] = parts.map(({ shape }) => shape)
  if (parts.some(({ shape }) => shape.join() !== inner.join()))
    throw new RangeError(`${name}: expected lists of one length, got lists of several.`)
  return { shape: [list.length, ...inner], data: parts.flatMap(({ data }) => data) }
}

function isList(entry: Tensor | NestedNumbers): entry is readonly NestedNumbers[] {
  return Array.isArray(entry)
}

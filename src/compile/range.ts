/** Numbers that double precision has and single precision has not: too large, or too small. */
import { adjoints, dataOf } from '../adjoints.ts'
import type { Value } from '../engine.ts'
import { numbers } from '../ops.ts'
import { topologicalOrder } from '../order.ts'

/** Where single precision ends. */
export const largest = '3.4e38'
/** Below that it has 0. */
const smallest = '7e-46'

/** Whether a number is finite, and infinite in single precision. */
export const isBeyond = (x: number): boolean =>
  Number.isFinite(x) && !Number.isFinite(Math.fround(x))
const isBeneath = (x: number): boolean => x !== 0 && Math.fround(x) === 0

/** A number of a graph that is not in the range of single precision. */
export interface Outlier {
  /** `pow(1e25, 2) is 1e50`. */
  readonly what: string
  readonly number: number
}

/** The first number beyond single precision on the way to `root`. */
export const beyondForward = (root: Value): Outlier | undefined => firstOf(root, isBeyond)

/** The first one on the way back from `root`, to which `upstream` comes. */
export function beyondBackward(root: Value, upstream = 1): Outlier | undefined {
  const found = adjoints(numbers, root, upstream, dataOf)
  const v = topologicalOrder(root).findLast((x) => isBeyond(found.get(x) ?? 0))
  return v && outlier(`the gradient that comes back to ${nameOf(v)}`, found.get(v)!)
}

/** The first number on the way to `root` that is 0 in single precision and no 0. */
export const beneathForward = (root: Value): Outlier | undefined => firstOf(root, isBeneath)

/** A number that is out of range, and what it is. */
export const outlier = (name: string, number: number): Outlier => ({
  what: `${name} is ${short(number)}`,
  number,
})

function firstOf(root: Value, search: (x: number) => boolean): Outlier | undefined {
  const v = topologicalOrder(root).find(({ data }) => search(data))
  return v && outlier(nameOf(v), v.data)
}

/** What there is to say of a number that is not in the range. */
export const told = ({ what, number }: Outlier): string =>
  isBeneath(number)
    ? `${what}, and single precision has 0 below ${smallest}`
    : `${what}, and single precision ends at ${largest}`

function nameOf({ op, label, first, inputs }: Value): string {
  if (op === undefined) return label ?? (first === null ? 'a number of the function' : 'a leaf')
  const shown = inputs.slice(0, 4).map(({ data }) => short(data))
  const more = inputs.length > 4 ? [`… ${inputs.length} in all`] : []
  return `${op.name}(${[...shown, ...more].join(', ')})`
}

/** Three significant digits. */
function short(x: number): string {
  const size = Math.abs(x)
  const plain = size === 0 || (size >= 1e-4 && size < 1e6)
  return plain ? String(Number(x.toPrecision(3))) : x.toExponential(2).replace(/\.?0*e\+?/, 'e')
}

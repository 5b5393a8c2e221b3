import { dataOf, partialsOf } from '../../adjoints.ts'
import type { Value } from '../../engine.ts'
import { numbers } from '../../ops.ts'
import { Walk } from '../../order.ts'

/** Where a NaN or an infinity came into a graph. */
export interface ForwardOrigin {
  /** The oldest operation that is not finite although what it was computed from is. */
  readonly v: Value
  /** The input that was not finite from the start: a parameter or a given number. */
  readonly leaf: Value | undefined
}

/**
 * From a `root` that is not finite down to what made it so: only through Values that are not finite
 * themselves, and through NaN rather than infinities, so that a masked infinity is not blamed.
 */
export function forwardOrigin(root: Value): ForwardOrigin {
  let origin: ForwardOrigin = { v: root, leaf: root.op === undefined ? root : undefined }
  const walk = new Walk(root)
  for (let v = walk.next(); v !== undefined; v = walk.next()) {
    const bad = v.inputs.filter((x) => !Number.isFinite(x.data))
    const nan = bad.filter((x) => Number.isNaN(x.data))
    const blamed = nan.length > 0 ? nan : bad
    const leaf = blamed.find((x) => x.op === undefined)
    if (v.op !== undefined && (blamed.length === 0 || leaf !== undefined)) origin = { v, leaf }
    for (const x of blamed) if (x.op !== undefined) walk.reach(x)
  }
  return origin
}

/** Where the sweep back first made something that is not finite. */
export interface BackwardOrigin {
  readonly v: Value
  /** The input whose gradient is not finite. */
  readonly input: number
  readonly partial: number
  /** The adjoint that had reached `v`. */
  readonly upstream: number
}

/** The first operation, from a finite `root` back, that passes on a gradient that is not finite. */
export function backwardOrigin(root: Value): BackwardOrigin | undefined {
  const found = new Map([[root, 1]])
  const walk = new Walk(root)
  for (let v = walk.next(); v !== undefined; v = walk.next()) {
    if (v.op === undefined) continue
    const upstream = found.get(v)!
    const partials = partialsOf(numbers, v, dataOf)
    for (const [input, x] of v.inputs.entries()) {
      const partial = partials[input]
      if (partial === undefined || x.first === null) continue
      walk.reach(x)
      const adjoint = (found.get(x) ?? 0) + partial * upstream
      if (!Number.isFinite(adjoint)) return { v, input, partial, upstream }
      found.set(x, adjoint)
    }
  }
  return undefined
}

import type { Value } from '../../engine.ts'
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

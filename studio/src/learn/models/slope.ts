/** The curve of the first lesson, its slope by a small step and by its derivative. */
import { value } from 'chainrule'

export interface Slopes {
  readonly y: number
  /** f(x + h). */
  readonly beyond: number
  readonly secant: number
  readonly tangent: number
}

/** 3x² − 4x + 5 */
function curve(at: number): { y: number; slope: number } {
  const x = value(at, 'x')
  const f = x.pow(2).mul(3).sub(x.mul(4)).add(5)
  f.backward()
  return { y: f.data, slope: x.grad }
}

export function slopeAt(x: number, h: number): Slopes {
  const { y, slope } = curve(x)
  const beyond = curve(x + h).y
  return { y, beyond, secant: (beyond - y) / h, tangent: slope }
}

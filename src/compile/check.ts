import type { LoopProgram } from '../lift/index.ts'
import { isOfTable, lowerOf } from '../lift/lowering.ts'
import { beneathForward, beyondBackward, beyondForward, isBeyond, outlier, told } from './range.ts'
import type { Reference } from './reference.ts'
import type { Precision } from './store.ts'

/** The program, unless a row in it says nowhere how the basis spells it. */
export function compilable(program: LoopProgram): LoopProgram {
  for (const { op } of program.grouping.groups)
    if (op !== undefined && !isOfTable(op)) lowerOf(op, 'compiled')
  return program
}

/**
 * Allowed differences, relative to max(1, |expected|): far above what rounding leaves in a program
 * of reasonable condition, far below what a wrong rule does.
 */
const tolerances: Record<Precision, number> = { f64: 1e-6, f32: 2e-2 }

/** What is compared. */
type What = 'loss' | 'output' | 'value' | 'gradient'

/** Throws unless compiled numbers, `what` they are, are those of the engine. */
export function refuseDisagreement(
  what: What,
  got: ArrayLike<number>,
  reference: Reference,
  { precision }: { readonly precision: Precision },
): void {
  const tolerance = tolerances[precision]
  const expected = what === 'gradient' ? reference.gradient : reference.outputs
  for (let i = 0; i < expected.length; i++)
    if (!agree(got[i]!, expected[i]!, tolerance)) refuse(what, i, got[i]!, reference, precision)
}

function agree(is: number, want: number, tolerance: number): boolean {
  if (Math.abs(is - want) <= tolerance * Math.max(1, Math.abs(want))) return true
  return Object.is(is, want) || !Number.isFinite(want)
}

function refuse(
  what: What,
  i: number,
  is: number,
  reference: Reference,
  precision: Precision,
): never {
  const want = (what === 'gradient' ? reference.gradient : reference.outputs)[i]!
  const single = precision === 'f32'
  if (single) refuseOutliers(what, i, want, is, reference)
  if (what === 'loss' && !Number.isFinite(is)) refuseSum(want, reference)
  throw new Error(
    `compiled and eager disagree at the first example: ${what} ${i + 1} is ${is}, expected ${want}. ` +
      'Does an operation of your own have a lower or partials that differ from its eval? If the ' +
      'function is known to be that sensitive to rounding, pass check: false.' +
      (single && !Number.isFinite(is) ? inside : ''),
  )
}

/** Throws if double precision has the loss of an example, and no sum of as many. */
function refuseSum(want: number, { examples }: Reference): void {
  if (!Number.isFinite(want) || Number.isFinite(want * examples)) return
  throw new RangeError(
    `at the first example the loss is ${want}, and the sum of ${examples} such losses passes 1.8e308, where ` +
      'double precision ends: scale the data (standardise of chainrule/data), or the loss.',
  )
}

/** Whether a call is to be compared with the engine: the first one, and more while there was no number to compare. */
export class Trial {
  #left: number

  constructor(check: boolean) {
    this.#left = check ? mostTrials : 0
  }

  get due(): boolean {
    return this.#left > 0
  }

  passed({ outputs }: Reference): void {
    this.#left = outputs.every(Number.isFinite) ? 0 : this.#left - 1
  }
}

/** Calls that are compared at most: a function may have no finite result at all. */
const mostTrials = 8

const inside =
  ' Or does one pass 3.4e38 inside, where single precision ends? Try precision f64, or scale the data.'

/** Throws if double precision has numbers on the way that single precision has not. */
function refuseOutliers(
  what: What,
  i: number,
  want: number,
  is: number,
  { roots, examples }: Reference,
): void {
  // What other outputs meet on their way is nothing to this one.
  const root = roots[what === 'output' ? i : 0]!
  const sum = want * examples
  const found =
    beyondForward(root) ??
    (what === 'gradient' ? beyondBackward(root) : undefined) ??
    (what === 'loss' && isBeyond(sum)
      ? outlier(`the sum of ${examples} such losses`, sum)
      : undefined) ??
    // Small numbers become 0 in many a program; only what is not finite can come of that.
    (Number.isFinite(is) ? undefined : beneathForward(root))
  if (found === undefined) return
  throw new RangeError(
    `at the first example, ${what} ${i + 1} is ${is} in single precision and ${want} in double precision: ${told(found)}. ` +
      'Scale the data (standardise of chainrule/data), or use precision f64.',
  )
}

/** One way from f to x in formulas: the Values on it, and the partial from each to the next. */
import type { Value } from '../../engine.ts'
import type { Formula } from '../formula.ts'
import { numberFormula } from '../formula.ts'
import type { Names } from '../value-formula.ts'
import type { Between } from './between.ts'
import { edgesOf, type Path } from './paths.ts'
import type { Sweeps } from './sweeps.ts'

/** From a Value to one of its operands. */
export interface Hop {
  /** The Value through which the gradient comes. */
  readonly through: Value
  /** Which of its operands it goes to. */
  readonly operand: number
  readonly partial: number
  readonly formula: Formula
}

/** A way, and the product of its partials. */
export interface Term {
  readonly value: number
  /** From f down to x; of a long way the hops at either end. */
  readonly hops: readonly Hop[]
  /** How many hops in the middle are not listed, and after which. */
  readonly omitted: number
  readonly omittedAfter: number
  readonly length: number
}

/** So many hops at either end of a way are listed. */
const most = 4

export function termOf(path: Path, between: Between, sweeps: Sweeps, names: Names): Term {
  const { first, last, length } = edgesOf(path, between, sweeps, most)
  return {
    value: path.value,
    hops: [...first, ...last].map((edge) => hopOf(edge, between, names)),
    omitted: length - first.length - last.length,
    omittedAfter: first.length,
    length,
  }
}

export function hopOf(edge: number, between: Between, names: Names): Hop {
  const through = between.values[between.sourceOf(edge)]!
  const operand = between.operands[edge]!
  const partial = between.partials[edge]!
  const formula = names.partialsOf(through)[operand] ?? numberFormula(partial)
  return { through, operand, partial, formula }
}

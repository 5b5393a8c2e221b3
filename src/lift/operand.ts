/** What the expressions of a row read, and the loops they are made of. */
import { type Expression, read, readsOf } from './expression.ts'

/** What a row reads at a member of its group. */
export type Operand =
  /** Operand `at` of run `run`, for every member. */
  | { readonly from: 'run'; readonly run: number; readonly at: number }
  /** In a loop over the run: the operand whose turn it is. */
  | { readonly from: 'each'; readonly run: number; readonly start: number; readonly end: number }
  /** In a loop: a number for each turn. */
  | { readonly from: 'table'; readonly numbers: readonly number[] }
  /** The result of the row itself. */
  | { readonly from: 'output' }
  /** In a loop: what the turns so far have come to. */
  | { readonly from: 'total' }
  /** What a loop has come to after its last turn. */
  | { readonly from: 'fold'; readonly fold: Fold }

export type Rolled = Expression<Operand>

/** total ← step(total), so many turns. */
export interface Fold {
  readonly turns: number
  readonly initial: Rolled
  readonly step: Rolled
}

/** The total of the loop that reads it. */
export const total: Rolled = read({ from: 'total' })

/** Loops inside an expression, those that others build on before them. */
export function foldsIn(x: Rolled, found = new Set<Fold>()): Set<Fold> {
  for (const operand of readsOf(x)) {
    if (operand.from !== 'fold' || found.has(operand.fold)) continue
    foldsIn(operand.fold.initial, found)
    foldsIn(operand.fold.step, found)
    found.add(operand.fold)
  }
  return found
}

export const isTotal = (x: Rolled): boolean => x.kind === 'read' && x.read.from === 'total'
export const hasTotal = (x: Rolled): boolean => readsOf(x).some((o) => o.from === 'total')

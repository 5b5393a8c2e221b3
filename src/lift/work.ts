/** How much arithmetic a program is. */
import type { Expression } from './expression.ts'
import type { Access, Nest } from './nest.ts'
import type { LoopProgram } from './program.ts'

/** Operations: for each example, and once for a batch however long it is. */
export interface Work {
  readonly each: number
  readonly once: number
}

const total = (nests: readonly Nest[]): number =>
  nests.reduce((sum, nest) => sum + operationsOf(nest), 0)

/** Counts every operation of every turn, an addition into a sum as one; a tanh is one operation as well. */
export function workOf({ before, each, after }: LoopProgram): Work {
  return { each: total(each), once: total(before) + total(after) }
}

function operationsOf({ counters, step, start, manner, adds, varying, target }: Nest): number {
  const turns = counters.reduce((n, { extent }) => n * extent, 1)
  const places = counters.reduce((n, { extent, reduces }) => (reduces ? n : n * extent), 1)
  const overExamples = varying && !target.buffer.varying
  const added = manner === 'sum' || overExamples || adds ? 1 : 0
  return turns * (applications(step) + added) + (start ? places * applications(start) : 0)
}

function applications(x: Expression<Access>, seen = new Set<Expression<Access>>()): number {
  if (x.kind !== 'apply' || seen.has(x)) return 0
  seen.add(x)
  return x.args.reduce((sum, arg) => sum + applications(arg, seen), 1)
}

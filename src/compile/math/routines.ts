/** Functions that kernels call: each is compiled into a module once, if something uses it. */
import { FunctionBuilder } from '../wasm/function.ts'
import type { Node } from '../wasm/node.ts'
import { erf } from './error.ts'
import { exp, expm1, tanh } from './exponential.ts'
import type { Lanes } from './lanes.ts'
import { log, log1p } from './logarithm.ts'
import { pow } from './power.ts'
import { cos, sin } from './trigonometry.ts'

/** Every function of the basis that is more than an instruction. */
export const routines = {
  exp,
  expm1,
  log,
  log1p,
  tanh,
  sin,
  cos,
  erf,
  pow,
} satisfies Record<string, (m: Lanes, a: Node, b: Node) => Node>

export type Routine = keyof typeof routines

/** The code of a routine, as a function from vectors to a vector. */
export function routineOf(m: Lanes, name: Routine): FunctionBuilder {
  const operands = routines[name].length - 1
  const f = new FunctionBuilder(
    name,
    Array.from({ length: operands }, () => 'v128' as const),
    'v128',
  )
  f.give(routines[name](m, f.parameter(0), f.parameter(operands - 1)))
  return f
}

/** Functions that kernels call: each is compiled into a module once, if something uses it. */
import { FunctionBuilder } from '../wasm/function.ts'
import type { Node } from '../wasm/node.ts'
import { exp, expm1, tanh } from './exponential.ts'
import type { Lanes } from './lanes.ts'
import { log, log1p } from './logarithm.ts'

const missing = (name: string) => (): never => {
  throw new Error(`${name} is not there yet`)
}

/** Every function of the basis that is more than an instruction. */
export const routines = {
  exp,
  expm1,
  log,
  log1p,
  tanh,
  sin: missing('sin'),
  cos: missing('cos'),
  erf: missing('erf'),
} satisfies Record<string, (m: Lanes, a: Node) => Node>

export type Routine = keyof typeof routines

/** The code of a routine, as a function from a vector to a vector. */
export function routineOf(m: Lanes, name: Routine): FunctionBuilder {
  const f = new FunctionBuilder(name, ['v128'], 'v128')
  f.give(routines[name](m, f.parameter(0)))
  return f
}

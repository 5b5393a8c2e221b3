/**
 * Functions that kernels call: each is compiled into a module once, if something uses it. None calls out to
 * JavaScript. Docstrings say how far each is from the exact result, in units of its last place (ulp), at any
 * argument; `test/kernel-math.test.ts` holds them to it. Of rows that are none of these, `sqrt` is an
 * instruction: at most 0.5 ulp (f32: 0.5).
 */
import type { Precision } from '../store.ts'
import { FunctionBuilder } from '../wasm/function.ts'
import type { Node } from '../wasm/node.ts'
import { erf } from './error.ts'
import { exp, expm1, sigmoid, tanh } from './exponential.ts'
import { Lanes } from './lanes.ts'
import { log, log1p } from './logarithm.ts'
import { pow, raised } from './power.ts'
import { cos, farTurned, sin, turned } from './trigonometry.ts'

type Written = (m: Lanes, a: Node, b: Node) => Node

/** Every function of the basis that is more than an instruction, and rows that are more exact by one than as they are lowered. */
export const routines = {
  exp,
  expm1,
  log,
  log1p,
  tanh,
  sigmoid,
  sin,
  cos,
  erf,
  pow,
} satisfies Record<string, Written>

export type Routine = keyof typeof routines

/** What routines call in turn: in double precision, whatever that of the kernel is. */
const inner = { turned, farTurned, raised } satisfies Record<string, Written>

/** These functions and all that they call. */
export function withRoutines(
  functions: readonly FunctionBuilder[],
  precision: Precision,
): FunctionBuilder[] {
  const all = [...functions]
  const names = new Set<string>()
  for (const { callees } of all) // which grows on the way
    for (const name of callees)
      if (!names.has(name)) {
        names.add(name)
        all.push(routineOf(name, precision))
      }
  return all
}

/** Routines are the same in every module: each is written once. */
const known = new Map<string, FunctionBuilder>()

function routineOf(name: string, precision: Precision): FunctionBuilder {
  const key = `${name} ${precision}`
  const routine = known.get(key) ?? routineFor(name, precision)
  known.set(key, routine)
  return routine
}

/** The code of a routine, as a function from vectors to a vector. */
function routineFor(name: string, precision: Precision): FunctionBuilder {
  const isInner = Object.hasOwn(inner, name)
  const written: Written = isInner ? inner[name as keyof typeof inner] : routines[name as Routine]
  const operands = written.length - 1
  const f = new FunctionBuilder(
    name,
    Array.from({ length: operands }, () => 'v128' as const),
    'v128',
  )
  const lanes = new Lanes(isInner ? 'f64' : precision)
  f.give(written(lanes, f.parameter(0), f.parameter(operands - 1)))
  return f
}

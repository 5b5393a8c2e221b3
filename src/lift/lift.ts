import type { Value } from '../engine.ts'
import { type By, type LoopProgram, programOf } from './program.ts'
import { steadyTraceOf } from './same.ts'
import type { InputKinds, Traceable } from './trace.ts'

/** What `lift` is told. */
export interface LiftOptions<K extends InputKinds = InputKinds> {
  /** How many numbers the function takes, or for each argument 'number', 'index' or { length }. */
  readonly inputs: K
  /** The leaves that are trained; others are read anew at each call. */
  readonly parameters?: readonly Value[]
  /** What the first output is differentiated by: the parameters if there are any, else the inputs. */
  readonly by?: By
}

/**
 * The loop nests that a function of scalars is made of, forward and backward: it is run twice on
 * inputs without numbers, Values of one signature become one group, and the positions that a group
 * reads become loops. `toLoops` prints them. Throws if the function needs a number meanwhile, or
 * computes something else each time.
 */
export function lift<const K extends InputKinds>(
  f: Traceable<K>,
  { inputs, parameters, by }: LiftOptions<K>,
): LoopProgram {
  if (parameters?.some(({ op }) => op !== undefined))
    throw new TypeError('parameters is a list of leaves such as model.parameters().')
  const wanted = by ?? (parameters === undefined ? 'inputs' : 'parameters')
  return programOf(steadyTraceOf(f as Traceable, inputs, parameters ?? []), wanted)
}

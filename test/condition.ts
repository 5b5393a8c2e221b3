/** Readings of random programs, and how much an ulp moves them. Runs wherever JavaScript does. */
import { grad, Random, sum, value } from 'chainrule'
import { type RandomProgram, run } from './programs.ts'

/** Relative to max(1, |value|); what the issue asks of the comparison with PyTorch and duals. */
export const tolerance = 1e-10

export const near = (a: number, b: number, within: number): boolean =>
  Object.is(a, b) || Math.abs(a - b) <= within * Math.max(1, Math.abs(a))

/** The next double above. */
export function ulpAbove(x: number): number {
  const bits = new BigInt64Array(new Float64Array([x === 0 ? 0 : x]).buffer)
  bits[0]! += x < 0 ? -1n : 1n
  return new Float64Array(bits.buffer)[0]!
}

/** What is compared, in one list: a value and its gradient. */
export type Reading = (program: RandomProgram) => number[]

/** The program and its gradient, by `backward`. */
export const reverse: Reading = (program) => {
  const leaves = program.inputs.map((x) => value(x))
  const y = run(program, leaves)
  y.backward()
  return [y.data, ...leaves.map((leaf) => leaf.grad)]
}

/** The sum of the program's slopes and its gradient, by reverse mode over reverse mode. */
export const reverseTwice: Reading = (program) => {
  const leaves = program.inputs.map((x) => value(x))
  const slope = sum(grad(run(program, leaves), leaves))
  return [slope.data, ...grad(slope, leaves).map((g) => g.data)]
}

/** The program and its point with every leaf, input or literal, one ulp up or down by lot. */
function shaken(program: RandomProgram, lot: number): RandomProgram {
  const random = new Random(lot)
  const moved = (x: number) => (random.random() < 0.5 ? ulpAbove(x) : -ulpAbove(-x))
  // A whole number is the position of a pick, which has no neighbours.
  const steps = program.steps.map((step) =>
    'op' in step || Number.isInteger(step.literal) ? step : { literal: moved(step.literal) },
  )
  return { ...program, inputs: program.inputs.map(moved), steps }
}

/**
 * Whether one ulp, in one input or in all inputs and literals at once, moves the value or a
 * derivative by more than the tolerance: then no two ways of rounding can be held to it.
 */
export function isIllConditioned(program: RandomProgram, reading: Reading): boolean {
  const { inputs } = program
  const found = reading(program)
  const one = inputs.map((_, i) => ({
    ...program,
    inputs: inputs.map((x, j) => (j === i ? ulpAbove(x) : x)),
  }))
  const all = [1, 2, 3].map((lot) => shaken(program, lot))
  return [...one, ...all].some(
    (trial) => !reading(trial).every((moved, k) => near(found[k]!, moved, tolerance)),
  )
}

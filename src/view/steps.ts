/**
 * The forward and the backward pass of a graph, operation by operation: at any step, which numbers
 * are there already, and what the current operation adds to them. Plain data in, plain data out.
 */
import type { Graph } from './graph.ts'

/** The leaves are given; then a step for each operation; the results get 1; a step for each again. */
type Pass = 'given' | 'forward' | 'seed' | 'backward'

/** One term of the chain rule: `gradient of input += partial · upstream`. */
export interface Term {
  readonly input: number
  /** Which operand that is. */
  readonly index: number
  readonly partial: number
  /** What has reached the output of the operation. */
  readonly upstream: number
  readonly term: number
  /** The gradient of the input before and after this term. */
  readonly before: number
  readonly after: number
}

/** One operation of one pass. */
export interface Step {
  readonly pass: Pass
  /** The Value that the operation computes; −1 where a pass begins. */
  readonly value: number
  /** What flows to the operands, in their order; in the backward pass only. */
  readonly terms: readonly Term[]
}

/** Both passes of one graph, ready to be looked at from any step. */
export interface Passes {
  readonly graph: Graph
  /** Computed Values in the order of the forward pass, and of the backward pass where reached. */
  readonly forward: readonly number[]
  readonly backward: readonly number[]
  /** Steps of both passes, the two beginnings included. */
  readonly length: number
  /** The first step of the backward pass: every result gets its 1. */
  readonly seed: number
  /** ∂results/∂value at the end, 0 where nothing arrives. */
  readonly gradients: Float64Array
  /** @internal Where the operands of each Value begin in the list of all operands. */
  readonly offsets: Uint32Array
  /** @internal The gradient of each operand before its term. */
  readonly before: Float64Array
  /** @internal For each Value the steps at which something arrived, and the sum from then on. */
  readonly arrivals: readonly (readonly Arrival[])[]
}

interface Arrival {
  readonly step: number
  readonly sum: number
}

/** Runs the backward pass of `graph` once and remembers every sum on the way. */
export function passesOf(graph: Graph): Passes {
  const { values, roots } = graph
  const forward = values.flatMap((v, i) => (v.op === undefined ? [] : [i]))
  const seed = forward.length + 1
  const offsets = offsetsOf(graph)
  const before = new Float64Array(offsets[values.length]!)
  const gradients = new Float64Array(values.length)
  const arrivals: Arrival[][] = values.map(() => [])
  const backward: number[] = []
  for (const root of roots) {
    gradients[root] = 1
    arrivals[root]!.push({ step: seed, sum: 1 })
  }
  for (const at of forward.toReversed()) {
    if (arrivals[at]!.length === 0) continue
    const step = seed + backward.push(at)
    values[at]!.inputs.forEach((x, i) => {
      const partial = values[at]!.partials[i]
      if (partial === null || partial === undefined) return
      before[offsets[at]! + i] = gradients[x]!
      gradients[x]! += Number(partial) * gradients[at]!
      arrivals[x]!.push({ step, sum: gradients[x]! })
    })
  }
  const length = seed + 1 + backward.length
  return { graph, forward, backward, length, seed, gradients, offsets, before, arrivals }
}

function offsetsOf({ values }: Graph): Uint32Array {
  const offsets = new Uint32Array(values.length + 1)
  values.forEach((v, i) => {
    offsets[i + 1] = offsets[i]! + v.inputs.length
  })
  return offsets
}

/** Step 0 … length − 1. Throws a RangeError outside. */
export function stepAt(passes: Passes, step: number): Step {
  const { seed, forward, backward, length } = passes
  if (!Number.isInteger(step) || step < 0 || step >= length)
    throw new RangeError(`a step is a whole number from 0 to ${length - 1}, got ${step}.`)
  if (step === 0) return { pass: 'given', value: -1, terms: [] }
  if (step < seed) return { pass: 'forward', value: forward[step - 1]!, terms: [] }
  if (step === seed) return { pass: 'seed', value: -1, terms: [] }
  const value = backward[step - seed - 1]!
  return { pass: 'backward', value, terms: termsOf(passes, value) }
}

function termsOf({ graph, gradients, before, offsets }: Passes, at: number): Term[] {
  const { inputs, partials } = graph.values[at]!
  const upstream = gradients[at]!
  return inputs.flatMap((input, i) => {
    const stored = partials[i]
    if (stored === null || stored === undefined) return []
    const partial = Number(stored)
    const from = before[offsets[at]! + i]!
    const term = partial * upstream
    return [{ input, index: i, partial, upstream, term, before: from, after: from + term }]
  })
}

/** Whether the number of a Value is there after `step`: leaves at once, others when computed. */
export function isComputed(passes: Passes, value: number, step: number): boolean {
  if (step >= passes.seed || passes.graph.values[value]!.op === undefined) return true
  return placeIn(passes.forward, value) < step
}

/** What has reached a Value after `step`; undefined before anything has. */
export function gradientAt(passes: Passes, value: number, step: number): number | undefined {
  const arrivals = passes.arrivals[value]!
  let [low, high] = [0, arrivals.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (arrivals[middle]!.step <= step) low = middle + 1
    else high = middle
  }
  return arrivals[low - 1]?.sum
}

/** The place of `value` in an ascending list, or where it would stand. */
function placeIn(list: readonly number[], value: number): number {
  let [low, high] = [0, list.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (list[middle]! < value) low = middle + 1
    else high = middle
  }
  return low
}

/** A stretch of steps that one sees as one: an operation, or those inside a closed group. */
export interface Stop {
  readonly first: number
  readonly last: number
}

/**
 * Where to stop when groups are closed: `placeOf` tells in which closed group a Value lies, and a
 * number below 0 where it is seen itself. Neighbouring steps inside one closed group are one stop.
 */
export function stopsOf(passes: Passes, placeOf: (value: number) => number): Stop[] {
  const stops: { first: number; last: number }[] = []
  let group = -1
  for (let step = 0; step < passes.length; step++) {
    const { forward, backward, seed } = passes
    const value = step <= seed ? forward[step - 1] : backward[step - seed - 1]
    const here = value === undefined || step === seed ? -1 : placeOf(value)
    if (here >= 0 && here === group) stops[stops.length - 1]!.last = step
    else stops.push({ first: step, last: step })
    group = here
  }
  return stops
}

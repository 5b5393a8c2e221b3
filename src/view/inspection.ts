/**
 * What there is to know about one Value of a graph: what it was computed from, and the terms that its
 * gradient is the sum of: one for each use, the partial there times the gradient of what uses it.
 */
import type { Graph } from './graph.ts'
import type { Passes } from './steps.ts'

/** One use of a Value: an operand of `value`, at place `index`. */
interface Use {
  readonly value: number
  readonly index: number
}

/** One operand of the operation that computed a Value. */
interface OperandFact {
  readonly value: number
  readonly data: number
  /** ∂value/∂operand; undefined where no derivative flows. */
  readonly partial: number | undefined
}

/** One term of a gradient. */
interface GradientTerm extends Use {
  readonly partial: number
  readonly upstream: number
  readonly term: number
}

export interface Inspection {
  readonly value: number
  readonly data: number
  /** ∂results/∂value of this graph. */
  readonly gradient: number
  /** The `grad` that the Value held when the page was written. */
  readonly grad: number
  readonly operands: readonly OperandFact[]
  /** 1 for a result, to which the backward pass gives it; else 0. */
  readonly seed: number
  /** Largest first. */
  readonly terms: readonly GradientTerm[]
  /** Uses through which nothing flows back. */
  readonly silent: readonly Use[]
}

/** All uses of all Values, those of one Value side by side, in the order of the graph. */
export interface Uses {
  readonly offsets: Uint32Array
  readonly values: Uint32Array
  readonly indices: Uint32Array
}

export function usesOf({ values: all }: Graph): Uses {
  const offsets = new Uint32Array(all.length + 1)
  for (const { inputs } of all) for (const x of inputs) offsets[x + 1]!++
  for (let i = 0; i < all.length; i++) offsets[i + 1]! += offsets[i]!
  const next = offsets.slice()
  const values = new Uint32Array(offsets[all.length]!)
  const indices = new Uint32Array(values.length)
  all.forEach(({ inputs }, value) =>
    inputs.forEach((x, index) => {
      const at = next[x]!++
      values[at] = value
      indices[at] = index
    }),
  )
  return { offsets, values, indices }
}

/** The uses of one Value. */
function usesAt({ offsets, values, indices }: Uses, value: number): Use[] {
  const uses: Use[] = []
  for (let i = offsets[value]!; i < offsets[value + 1]!; i++)
    uses.push({ value: values[i]!, index: indices[i]! })
  return uses
}

export function inspect(passes: Passes, uses: Uses, value: number): Inspection {
  const { graph, gradients } = passes
  const v = graph.values[value]!
  const terms: GradientTerm[] = []
  const silent: Use[] = []
  for (const use of usesAt(uses, value)) {
    const partial = partialAt(graph, use.value, use.index)
    const reached = passes.arrivals[use.value]!.length > 0
    if (partial === undefined || !reached) silent.push(use)
    else {
      const upstream = gradients[use.value]!
      terms.push({ ...use, partial, upstream, term: partial * upstream })
    }
  }
  return {
    value,
    data: Number(v.data),
    gradient: gradients[value]!,
    grad: Number(v.grad),
    operands: v.inputs.map((x, i) => ({
      value: x,
      data: Number(graph.values[x]!.data),
      partial: partialAt(graph, value, i),
    })),
    seed: graph.roots.includes(value) ? 1 : 0,
    terms: terms.sort((a, b) => Math.abs(b.term) - Math.abs(a.term)),
    silent,
  }
}

function partialAt(graph: Graph, value: number, index: number): number | undefined {
  const partial = graph.values[value]!.partials[index]
  return partial === null || partial === undefined ? undefined : Number(partial)
}

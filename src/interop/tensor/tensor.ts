/**
 * What loop nests are as tensors, in no library's words: tensors with names, and expressions whose
 * axes carry the counters of the nest, so that each target lines them up in its own way.
 */
import type { Row } from '../../ops.ts'

/** Numbers in row-major order. Those that vary have one more axis, the examples, in front. */
export interface Tensor {
  /** Of a parameter, as in a state dictionary: `layers.0.weight`. */
  readonly name: string
  readonly purpose: 'parameter' | 'input' | 'index' | 'constant' | 'result'
  /** Without the axis of examples. */
  readonly shape: readonly number[]
  readonly varying: boolean
  /** Of parameters and constants. */
  readonly numbers: readonly number[]
}

/** What is taken of one axis: a single place, or every `step`-th from `start` on. */
export type Selector =
  | { readonly kind: 'at'; readonly at: number }
  | {
      readonly kind: 'range'
      readonly start: number
      readonly step: number
      readonly extent: number
      readonly counter: number
      /** Walked from its end to its start. */
      readonly flipped: boolean
    }

interface Labelled {
  /** The counters of its axes, in order; examples come before them where it varies. */
  readonly axes: readonly number[]
  readonly varying: boolean
}

/** A strided part of a tensor. */
export interface View extends Labelled {
  readonly kind: 'view'
  readonly tensor: Tensor
  /** A stretch of the flat tensor, taken first. */
  readonly from: { readonly start: number; readonly length: number } | undefined
  /** What that is reshaped to; a selector for each of its axes. */
  readonly shape: readonly number[]
  readonly selectors: readonly Selector[]
}

/** Places of a tensor that follow no pattern. */
export interface Gather extends Labelled {
  readonly kind: 'gather'
  readonly tensor: Tensor
  readonly at: readonly number[]
  readonly extents: readonly number[]
}

/** Parts side by side along the axis of a counter; of a part of extent 1 that axis is missing. */
export interface Concat extends Labelled {
  readonly kind: 'concat'
  readonly along: number
  readonly parts: readonly { readonly x: TensorExpression; readonly extent: number }[]
  /** How long its axes are, in order. */
  readonly extents: readonly number[]
}

/** x · weightᵀ + bias: weight is [out, inner], and `out` the last axis of the result. */
export interface Linear extends Labelled {
  readonly kind: 'linear'
  /** Summed over; an x without it has one number there. */
  readonly inner: number
  readonly x: TensorExpression
  readonly weight: TensorExpression
  readonly bias: TensorExpression | undefined
}

/** A product of all factors, summed over what is not among its axes. */
export interface Contraction extends Labelled {
  readonly kind: 'contraction'
  readonly factors: readonly TensorExpression[]
}

/** A row of lists over the axes that are not among its own. */
export interface Reduction extends Labelled {
  readonly kind: 'reduction'
  readonly op: Row
  readonly x: TensorExpression
}

/** Of x along an axis, the place that each example's index names. */
export interface Pick extends Labelled {
  readonly kind: 'pick'
  readonly x: TensorExpression
  readonly index: TensorExpression
  readonly along: number
}

/** total ← step(total) for every turn of some counters, one after the other. */
export interface Fold extends Labelled {
  readonly kind: 'fold'
  readonly over: readonly { readonly counter: number; readonly extent: number }[]
  readonly initial: TensorExpression
  readonly step: TensorExpression
}

/** An operation element by element; what lacks an axis is the same along it. */
export interface Elementwise extends Labelled {
  readonly kind: 'elementwise'
  readonly op: Row
  readonly args: readonly TensorExpression[]
}

export type TensorExpression =
  | ({ readonly kind: 'literal'; readonly value: number } & Labelled)
  /** In a fold: what it has come to. */
  | ({ readonly kind: 'total' } & Labelled)
  | View
  | Gather
  | Concat
  | Linear
  | Contraction
  | Reduction
  | Pick
  | Fold
  | Elementwise

/** One line of a tensor program. */
export interface Statement {
  readonly target: Tensor
  readonly value: TensorExpression
  /** The loop nest that it was. */
  readonly loops: string
}

export const sizeOf = (shape: readonly number[]): number =>
  shape.reduce((n, extent) => n * extent, 1)

/** The axes of several expressions together, outermost loop first. */
export function joined(all: readonly Labelled[]): Labelled {
  const axes = [...new Set(all.flatMap((x) => x.axes))].toSorted((a, b) => a - b)
  return { axes, varying: all.some(({ varying }) => varying) }
}

/** What an expression is computed from. */
export function partsOf(x: TensorExpression): readonly TensorExpression[] {
  switch (x.kind) {
    case 'elementwise':
      return x.args
    case 'contraction':
      return x.factors
    case 'concat':
      return x.parts.map((part) => part.x)
    case 'linear':
      return [x.x, x.weight, ...(x.bias ? [x.bias] : [])]
    case 'reduction':
      return [x.x]
    case 'pick':
      return [x.x, x.index]
    case 'fold':
      return [x.initial, x.step]
    default:
      return []
  }
}

/** The tensors that an expression reads. */
export function tensorsIn(
  x: TensorExpression,
  found: Set<Tensor> = new Set<Tensor>(),
): Set<Tensor> {
  if (x.kind === 'view' || x.kind === 'gather') found.add(x.tensor)
  for (const part of partsOf(x)) tensorsIn(part, found)
  return found
}

/** The view is its tensor, axis for axis. */
export function isWhole({ from, tensor, shape, selectors }: View): boolean {
  return (
    from === undefined &&
    shape.join() === tensor.shape.join() &&
    selectors.every((s, k) =>
      s.kind === 'at'
        ? false
        : s.start === 0 && s.step === 1 && s.extent === shape[k] && !s.flipped,
    )
  )
}

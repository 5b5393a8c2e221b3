/** Sums over loops: a linear layer where the strides say so, else a product of tensors, else a sum. */
import type { Access, Expression } from '../../lift/index.ts'
import { ops } from '../../ops.ts'
import { type Elementwise, literal, plain } from './elementwise.ts'
import { widened } from './column.ts'
import type { Extent } from './layout.ts'
import { joined, type Selector, type TensorExpression, type View } from './tensor.ts'

/** Loops of a nest that is a sum. */
export interface Loops {
  readonly all: readonly Extent[]
  readonly over: readonly Extent[]
}

/** start + Σ step. Gives the result, and how long the axis is that a layer of one output adds. */
export function summed(
  step: Expression<Access>,
  start: Expression<Access> | undefined,
  loops: Loops,
  elementwise: Elementwise,
): TensorExpression {
  const from = start === undefined ? literal(0) : elementwise.of(start)
  const bias = from.kind === 'literal' && from.value === 0 ? undefined : from
  const factors = factorsOf(step).map((factor) => elementwise.of(factor))
  const linear = linearOf(factors, bias, loops)
  if (linear !== undefined) return linear
  const sum = sumOf(factors, step, loops, elementwise)
  return bias === undefined ? sum : applied(ops.add, [sum, bias])
}

function sumOf(
  factors: readonly TensorExpression[],
  step: Expression<Access>,
  { over }: Loops,
  elementwise: Elementwise,
): TensorExpression {
  const summing = new Set(over.map(({ counter }) => counter))
  const tensors = factors.filter(({ kind }) => kind !== 'literal')
  const { axes, varying } = joined(factors)
  const kept = { axes: axes.filter((axis) => !summing.has(axis)), varying }
  // Turns of a loop that nothing in the sum depends on add the same number again.
  const again = over.reduce(
    (n, { counter, extent }) => (axes.includes(counter) ? n : n * extent),
    1,
  )
  const scale = factors.reduce((n, x) => (x.kind === 'literal' ? n * x.value : n), again)
  const summand = (): TensorExpression =>
    tensors.length === 1 ? tensors[0]! : elementwise.of(step)
  const contracts = tensors.length > 1 && axes.length > kept.axes.length
  if (!contracts && tensors.length !== 1) {
    const once = elementwise.of(step)
    const sum = reduced(once, kept)
    return again === 1 ? sum : applied(ops.mul, [sum, literal(again)])
  }
  const sum: TensorExpression = contracts
    ? { kind: 'contraction', factors: tensors, ...kept }
    : reduced(summand(), kept)
  return scale === 1 ? sum : applied(ops.mul, [literal(scale), sum])
}

function reduced(
  x: TensorExpression,
  kept: Pick<TensorExpression, 'axes' | 'varying'>,
): TensorExpression {
  return x.axes.length === kept.axes.length ? x : { kind: 'reduction', op: ops.sum, x, ...kept }
}

function applied(op: typeof ops.add, args: readonly TensorExpression[]): TensorExpression {
  return { kind: 'elementwise', op, args, ...joined(args) }
}

/** The factors of a product, in order. */
function factorsOf(given: Expression<Access>): Expression<Access>[] {
  const x = plain(given)
  return x.kind === 'apply' && x.op === ops.mul ? x.args.flatMap(factorsOf) : [x]
}

/** One loop is summed over, by a weight that no example changes, and no other axis is shared. */
function linearOf(
  factors: readonly TensorExpression[],
  bias: TensorExpression | undefined,
  { all, over }: Loops,
): TensorExpression | undefined {
  if (factors.length !== 2 || over.length !== 1) return undefined
  const inner = over[0]!.counter
  const weight = factors.find((x) => !x.varying && x.axes.includes(inner))
  const x = factors.find((other) => other !== weight)
  if (weight === undefined || x?.varying !== true || !x.axes.includes(inner)) return undefined
  const others = x.axes.filter((axis) => axis !== inner)
  const outer = weight.axes.filter((axis) => axis !== inner)
  if (outer.length > 1 || others.includes(outer[0]!)) return undefined
  const own =
    outer.length === 1 ? { weight, bias, out: outer[0]! } : rowOf(weight, bias, all.length)
  if (own === undefined) return undefined
  const fits = own.bias !== undefined && !own.bias.varying && own.bias.axes.join() === `${own.out}`
  const linear: TensorExpression = {
    kind: 'linear',
    inner,
    x,
    weight: own.weight,
    bias: fits ? own.bias : undefined,
    axes: [...others, own.out],
    varying: true,
  }
  if (fits || bias === undefined) return linear
  return outer.length === 1 ? applied(ops.add, [linear, bias]) : undefined
}

/** A weight of one output as a whole matrix, and its bias: what is one number gets an axis of its own. */
function rowOf(
  weight: TensorExpression,
  bias: TensorExpression | undefined,
  out: number,
): { weight: TensorExpression; bias: TensorExpression | undefined; out: number } | undefined {
  if (weight.kind !== 'view' || weight.shape.join() !== weight.tensor.shape.join()) return undefined
  const [first, ...rest] = weight.selectors
  if (weight.shape.length !== 2 || weight.shape[0] !== 1 || first?.kind !== 'at') return undefined
  if (bias !== undefined && (bias.kind !== 'view' || bias.shape.join() !== '1')) return undefined
  return { weight: widened(weight, rest, out), bias: bias && widened(bias, [], out), out }
}

/** bias + weight · x in a layer of one input, where there is nothing to sum. */
export function thinOf(
  step: Expression<Access>,
  { all }: Loops,
  elementwise: Elementwise,
): TensorExpression | undefined {
  const sum = plain(step)
  if (sum.kind !== 'apply' || sum.op !== ops.add) return undefined
  const product = sum.args.find((arg) => factorsOf(arg).length === 2)
  const other = sum.args.find((arg) => arg !== product)
  if (product === undefined || other === undefined) return undefined
  const bias = elementwise.of(other)
  const factors = factorsOf(product).map((factor) => elementwise.of(factor))
  const inner = all.length
  const column = factors.map((x) => lastColumnOf(x, inner)).find((x) => x !== undefined)
  const x = factors.find(({ varying }) => varying)
  if (column === undefined || x === undefined || bias.kind !== 'view' || bias.varying)
    return undefined
  const out = column.axes[0]!
  if (bias.axes.join() !== `${out}` || x.axes.includes(out)) return undefined
  const axes = [...x.axes, out]
  return { kind: 'linear', inner, x, weight: column, bias, axes, varying: true }
}

/** The one column of a weight of one input, as a matrix. */
function lastColumnOf(x: TensorExpression, inner: number): View | undefined {
  if (x.kind !== 'view' || x.varying || x.from !== undefined) return undefined
  const [out, single] = x.selectors
  if (x.tensor.shape.length !== 2 || x.tensor.shape[1] !== 1) return undefined
  if (x.shape.join() !== x.tensor.shape.join() || out?.kind !== 'range' || single?.kind !== 'at')
    return undefined
  const column = { kind: 'range', start: 0, step: 1, extent: 1, counter: inner, flipped: false }
  return { ...x, selectors: [out, column as Selector], axes: [...x.axes, inner] }
}

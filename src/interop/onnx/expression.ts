/** Tensor expressions as nodes of ONNX: axes lined up, operations by their operators. */
import { ops } from '../../ops.ts'
import {
  type Concat,
  type Contraction,
  type Elementwise,
  type Fold,
  type Gather,
  type Linear,
  type Pick,
  type Reduction,
  sizeOf,
  type Tensor,
  type TensorExpression,
  type View,
} from '../tensor/tensor.ts'
import { taken, transposed, unsqueezed, viewed } from './axes.ts'
import { type Result, rowResult } from './basis.ts'
import type { OnnxGraph } from './graph.ts'
import { types } from './message.ts'

/** The axis of examples. */
const batch = -1
const letter = (axis: number): string => (axis === batch ? 'z' : String.fromCodePoint(97 + axis))

const labels = (axes: readonly number[]): string => axes.map(letter).join('')

const axesOf = (x: TensorExpression): number[] => [...(x.varying ? [batch] : []), ...x.axes]

/** Writes expressions into a graph. */
export class ExpressionNodes {
  readonly #graph: OnnxGraph
  readonly #nameOf: (tensor: Tensor) => string
  /** How many examples there are, as a list of one number. */
  readonly #examples: () => string
  readonly #done = new Map<TensorExpression, Result>()
  readonly #turns = new Map<number, number>()
  #total: Result = { name: '' }

  constructor(graph: OnnxGraph, nameOf: (tensor: Tensor) => string, examples: () => string) {
    this.#graph = graph
    this.#nameOf = nameOf
    this.#examples = examples
  }

  /** A result with axes in the order of x's own list. */
  of(x: TensorExpression): Result {
    const known = this.#turns.size === 0 ? this.#done.get(x) : undefined
    if (known !== undefined) return known
    const fresh = this.#fresh(x)
    if (this.#turns.size === 0) this.#done.set(x, fresh)
    return fresh
  }

  #axesOf(x: TensorExpression): number[] {
    return axesOf(x).filter((axis) => !this.#turns.has(axis))
  }

  /** x such that it broadcasts against `axes`, or with each of them if it is to be whole. */
  aligned(x: TensorExpression, axes: readonly number[]): string {
    const own = this.#axesOf(x)
    const wanted = axes.filter((axis) => own.includes(axis))
    if (own.length === 0) return this.of(x).name
    const first = axes.indexOf(wanted[0]!)
    const missing = axes.slice(first).flatMap((axis, k) => (own.includes(axis) ? [] : [k]))
    const turned = transposed(this.#graph, this.of(x).name, own, wanted)
    return unsqueezed(this.#graph, turned, missing)
  }

  #fresh(x: TensorExpression): Result {
    switch (x.kind) {
      case 'literal':
        return { name: this.#graph.number(x.value) }
      case 'total':
        return this.#total
      case 'view':
        return { name: viewed(this.#graph, this.#nameOf(x.tensor), x, this.#turns) }
      case 'gather':
        return { name: this.#atTurns(this.#gather(x), axesOf(x)) }
      case 'concat':
        return { name: this.#atTurns(this.#concat(x), axesOf(x)) }
      case 'linear':
        return { name: this.#linear(x) }
      case 'contraction':
        return { name: this.#contraction(x) }
      case 'reduction':
        return { name: this.#reduction(x) }
      case 'pick':
        return { name: this.#pick(x) }
      case 'fold':
        return this.#fold(x)
      default:
        return this.#elementwise(x)
    }
  }

  #gather({ tensor, at, extents }: Gather): string {
    const free = tensor.varying ? [-1] : []
    const name = this.#nameOf(tensor)
    const flat =
      tensor.shape.length === 1
        ? name
        : this.#graph.node('Reshape', [name, this.#graph.whole([...free, sizeOf(tensor.shape)])])
    const places = this.#graph.constant(at, extents, 'int64')
    return this.#graph.node('Gather', [flat, places], { axis: free.length })
  }

  /** Of a result with all its axes, the places that the loops around it are at. */
  #atTurns(name: string, axes: readonly number[]): string {
    return axes.reduceRight((x, axis, k) => {
      const turn = this.#turns.get(axis)
      return turn === undefined ? x : taken(this.#graph, x, k, turn)
    }, name)
  }

  #concat(x: Concat): string {
    const turns = [...this.#turns]
    this.#turns.clear()
    const axes = axesOf(x)
    const parts = x.parts.map(({ x: part, extent }) => {
      const own = axesOf(part)
      const name = this.aligned(part, axes)
      const first = axes.findIndex((axis) => own.includes(axis))
      const front = first < 0 ? axes.length : first
      const whole = unsqueezed(
        this.#graph,
        name,
        Array.from({ length: front }, (_, k) => k),
      )
      const lacking = axes.some((axis) => axis !== x.along && !own.includes(axis))
      if (!lacking) return whole
      const sizes = axes.flatMap((axis, k) =>
        axis === batch ? [] : [axis === x.along ? extent : x.extents[k - (x.varying ? 1 : 0)]!],
      )
      return this.expanded(whole, x.varying, sizes)
    })
    for (const [counter, at] of turns) this.#turns.set(counter, at)
    return this.#graph.node('Concat', parts, { axis: axes.indexOf(x.along) })
  }

  /** A result the same along axes that it has only once. */
  expanded(name: string, varying: boolean, sizes: readonly number[]): string {
    const graph = this.#graph
    const known = graph.whole(sizes)
    const shape = varying
      ? sizes.length === 0
        ? this.#examples()
        : graph.node('Concat', [this.#examples(), known], { axis: 0 })
      : known
    return graph.node('Expand', [name, shape])
  }

  #linear(x: Linear): string {
    const graph = this.#graph
    const out = x.axes.at(-1)!
    const rows = axesOf(x).slice(0, -1)
    const input = this.aligned(x.x, [...rows, x.inner])
    const bias = x.bias && this.of(x.bias).name
    if (rows.length === 1) {
      const weight = this.aligned(x.weight, [out, x.inner])
      return graph.node('Gemm', [input, weight, ...(bias ? [bias] : [])], { transB: 1 })
    }
    const weight = this.aligned(x.weight, [x.inner, out])
    const product = graph.node('MatMul', [input, weight])
    return bias ? graph.node('Add', [product, bias]) : product
  }

  #contraction(x: Contraction): string {
    const graph = this.#graph
    const scalars = x.factors.filter((factor) => this.#axesOf(factor).length === 0)
    const factors = x.factors.filter((factor) => !scalars.includes(factor))
    const equation = `${factors.map((f) => labels(this.#axesOf(f))).join(',')}->${labels(this.#axesOf(x))}`
    const product = graph.node(
      'Einsum',
      factors.map((factor) => this.of(factor).name),
      { equation },
    )
    return scalars.reduce((all, scalar) => graph.node('Mul', [all, this.of(scalar).name]), product)
  }

  #reduction(x: Reduction): string {
    const own = this.#axesOf(x.x)
    const axes = own.flatMap((axis, k) => (axis !== batch && !x.axes.includes(axis) ? [k] : []))
    const name = this.of(x.x).name
    if (x.op === ops.sum)
      return this.#graph.node('ReduceSum', [name, this.#graph.whole(axes)], { keepdims: 0 })
    return this.#graph.node('ReduceLogSumExp', [name], { axes, keepdims: 0 })
  }

  #pick(x: Pick): string {
    const rest = x.x.axes.filter((axis) => axis !== x.along)
    const index = this.#nameOf((x.index as View).tensor)
    if (!x.x.varying)
      return this.#graph.node('Gather', [this.aligned(x.x, [x.along, ...rest]), index], { axis: 0 })
    const data = this.aligned(x.x, [batch, x.along, ...rest])
    const places = unsqueezed(this.#graph, index, [1])
    return this.#graph.node('GatherND', [data, places], { batch_dims: 1 })
  }

  /** Every turn, one after the other. */
  #fold(x: Fold): Result {
    const before = this.#total
    let total: Result = { name: this.aligned(x.initial, axesOf(x)) }
    const turn = (k: number): void => {
      const loop = x.over[k]
      if (loop === undefined) {
        this.#total = total
        total = { name: this.of(x.step).name }
        return
      }
      for (let at = 0; at < loop.extent; at++) {
        this.#turns.set(loop.counter, at)
        turn(k + 1)
      }
      this.#turns.delete(loop.counter)
    }
    turn(0)
    this.#total = before
    return total
  }

  #elementwise(x: Elementwise): Result {
    const axes = this.#axesOf(x)
    const args = x.args.map((arg) => this.#operand(arg, axes))
    return rowResult(this.#graph, x.op, args)
  }

  /** A whole number of an example counts as a number here. */
  #operand(x: TensorExpression, axes: readonly number[]): Result {
    const own = this.of(x)
    const name = x.kind === 'total' ? own.name : this.aligned(x, axes)
    if (x.kind === 'view' && x.tensor.purpose === 'index')
      return { name: this.#graph.node('Cast', [name], { to: types[this.#graph.type] }) }
    return name === own.name ? own : { name }
  }
}

/** Rows of the table as operators of ONNX. */
import { isOfTable, lowerOf } from '../../lift/lowering.ts'
import type { Algebra, Num, Ops, Row } from '../../ops.ts'
import type { OnnxGraph } from './graph.ts'
import { types } from './message.ts'

/** A result in a graph; of a comparison, the truth that it was made from too. */
export interface Result {
  readonly name: string
  readonly truth?: string
}

/** Operators that are a row outside the basis; of double precision runtimes have the first two. */
const own: Readonly<Record<OnnxGraph['type'], Readonly<Partial<Record<keyof Ops, string>>>>> = {
  double: { relu: 'Relu', sigmoid: 'Sigmoid' },
  float: {
    relu: 'Relu',
    sigmoid: 'Sigmoid',
    softplus: 'Softplus',
    elu: 'Elu',
    leakyRelu: 'LeakyRelu',
  },
}

/** Computes a row: by its operator, by the basis, or as its lowering says. Throws if it has none. */
export function rowResult(graph: OnnxGraph, row: Row, args: readonly Result[]): Result {
  const known = isOfTable(row)
  const operator = known ? own[graph.type][row.name as keyof Ops] : undefined
  if (operator !== undefined) return { name: graph.node(operator, [args[0]!.name]) }
  const m = algebraOf(graph)
  const basis = m as unknown as Record<string, (...x: readonly Result[]) => Result>
  if (known && Object.hasOwn(basis, row.name)) return basis[row.name]!(...args)
  return lowerOf(row as Row<1>, 'exported')<Result>(m, ...(args as [Result]))
}

/** The basis over results of a graph: the type checker finds a missing row. */
function algebraOf(graph: OnnxGraph): Algebra<Result> {
  const nameOf = (x: Num<Result>): string => (typeof x === 'number' ? graph.number(x) : x.name)
  const node = (op: string, ...x: readonly Num<Result>[]): Result => ({
    name: graph.node(op, x.map(nameOf)),
  })
  const one = (op: string) => (a: Num<Result>) => node(op, a)
  const two = (op: string) => (a: Num<Result>, b: Num<Result>) => node(op, a, b)
  const truthOf = (x: Num<Result>): string =>
    typeof x === 'object' && x.truth !== undefined
      ? x.truth
      : graph.node('Not', [node('Equal', x, 0).name])
  const select = (condition: Num<Result>, a: Num<Result>, b: Num<Result>): Result => ({
    name: graph.node('Where', [truthOf(condition), nameOf(a), nameOf(b)]),
  })
  return {
    add: two('Add'),
    sub: two('Sub'),
    mul: two('Mul'),
    div: two('Div'),
    pow: two('Pow'),
    max: two('Max'),
    min: two('Min'),
    ...comparisons(graph, node),
    neg: one('Neg'),
    abs: one('Abs'),
    sqrt: one('Sqrt'),
    exp: one('Exp'),
    ...nearZero(graph, nameOf, node),
    log: one('Log'),
    sin: one('Sin'),
    cos: one('Cos'),
    tanh: one('Tanh'),
    erf: one('Erf'),
    select,
  }
}

type NameOf = (x: Num<Result>) => string
type MakeNode = (op: string, ...x: readonly Num<Result>[]) => Result

/** 1 or 0, made from the truth that ONNX has. */
function comparisons(
  graph: OnnxGraph,
  node: MakeNode,
): Pick<Algebra<Result>, 'gt' | 'lt' | 'ge' | 'le' | 'eq'> {
  const compared = (op: string) => (a: Num<Result>, b: Num<Result>) => {
    const truth = node(op, a, b).name
    return { name: graph.node('Cast', [truth], { to: types[graph.type] }), truth }
  }
  return {
    gt: compared('Greater'),
    lt: compared('Less'),
    ge: compared('GreaterOrEqual'),
    le: compared('LessOrEqual'),
    eq: compared('Equal'),
  }
}

/** ONNX has neither; both stay exact near 0: eᵃ − 1 = tanh(a / 2) · (eᵃ + 1), ln(1 + a) · a / ((1 + a) − 1). */
function nearZero(
  graph: OnnxGraph,
  nameOf: NameOf,
  node: MakeNode,
): Pick<Algebra<Result>, 'expm1' | 'log1p'> {
  return {
    expm1: (a) => node('Mul', node('Tanh', node('Mul', a, 0.5)), node('Add', node('Exp', a), 1)),
    log1p: (a) => {
      const sum = node('Add', a, 1)
      const moved = node('Sub', sum, 1)
      const log = node('Log', sum)
      const scaled = node('Div', node('Mul', log, a), moved)
      const near = graph.node('Where', [node('Equal', moved, 0).name, nameOf(a), scaled.name])
      return { name: graph.node('Where', [node('Equal', moved, a).name, log.name, near]) }
    },
  }
}

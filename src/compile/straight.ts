/**
 * A small function of its inputs alone as straight-line code: every number in a register, no loop,
 * nothing on the way through memory. Faster than loop nests where these have only a few turns.
 */
import { adjoints } from '../adjoints.ts'
import type { Value } from '../engine.ts'
import { type Expression, expressions, literal, read } from '../lift/expression.ts'
import type { Trace } from '../lift/index.ts'
import type { Algebra } from '../ops.ts'
import type { Vectors } from './vectors.ts'
import type { FunctionBuilder } from './wasm/function.ts'
import { i32, type Node } from './wasm/node.ts'

/** Most Values of a graph that is written out; loops take over beyond. */
export const mostStraight = 1000

/** Where the leaves of a graph are in memory, and where to put the answers, as addresses. */
export interface Addresses {
  readonly leaves: ReadonlyMap<Value, number>
  readonly value: number
  /** By input. */
  readonly gradient: ReadonlyMap<Value, number>
}

type Formula = Expression<Value>

/** Writes f and its gradient into `f`. */
export function emitStraight(
  f: FunctionBuilder,
  v: Vectors,
  trace: Trace,
  { leaves, value, gradient }: Addresses,
): void {
  const root = trace.outputs[0]!
  const formulaOf = (x: Value): Formula => (trace.isLiteral(x) ? literal(x.data) : read(x))
  const found = adjoints(expressions as Algebra<Formula>, root, literal(1), formulaOf)
  const values = new Map<Value, Node>()
  const numbers = new Map<Formula, Node>()

  const number = (x: Formula): Node => {
    if (x.kind === 'literal') return v.constant(x.value)
    if (x.kind === 'read') return values.get(x.read)!
    const known = numbers.get(x)
    if (known !== undefined) return known
    const fresh = f.let(v.apply(x.op, x.args.map(number)))
    numbers.set(x, fresh)
    return fresh
  }

  trace.graph.values.forEach((x, i) => {
    if (trace.live[i] === 1) values.set(x, f.let(computed(x)))
  })
  v.storeFirst(i32(0), values.get(root)!, value)
  for (const [input, address] of gradient)
    v.storeFirst(i32(0), number(found.get(input) ?? literal(0)), address)

  function computed(x: Value): Node {
    if (trace.isLiteral(x)) return v.constant(x.data)
    if (x.op === undefined) return v.splat(i32(0), leaves.get(x)!)
    return v.apply(
      x.op,
      x.inputs.map((input) =>
        trace.isLiteral(input) ? v.constant(input.data) : values.get(input)!,
      ),
    )
  }
}

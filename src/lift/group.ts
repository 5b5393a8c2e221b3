/**
 * Equal work, put side by side. Values that were computed in the same way from the same kind of
 * inputs form a group; a neuron's 784 products are one group, the products of a layer still one.
 */
import type { Value } from '../engine.ts'
import type { Row } from '../ops.ts'
import { chainsOf } from './chain.ts'
import { Grouper } from './grouper.ts'
import type { Trace } from './trace.ts'

/** Where the numbers of a group without an operation come from. */
export type Origin = 'parameter' | 'input' | 'index' | 'leaf' | 'literal'

/** What a group reads for one operand, or for a stretch of a list of operands. */
interface Run {
  readonly source: Group
  /** Operands that each member reads: 1, or the length of the stretch. */
  readonly length: number
  /** Places in the source: member by member, `length` for each. */
  readonly positions: Int32Array
}

export interface Group {
  readonly number: number
  /** The row that computes every member; undefined on leaves. */
  readonly op: Row | undefined
  readonly origin: Origin | undefined
  /** For inputs: the first argument in it. */
  readonly input: number
  /** Members. */
  readonly count: number
  /** An input of an example reaches it, so it differs from example to example. */
  readonly varying: boolean
  readonly runs: readonly Run[]
  /** The numbers of literals. */
  readonly literals: number[]
  /** The leaves, for those that are no literals. */
  readonly leaves: readonly Value[]
}

/** A Value's place: its group and its number there. */
export interface Member {
  readonly group: Group
  readonly at: number
}

/** The graph of a trace as groups, those that others read before them. */
export interface Grouping {
  readonly groups: readonly Group[]
  readonly outputs: readonly Member[]
  /** The first leaf of each argument. */
  readonly inputs: readonly Member[]
  /** Scalars that were put into groups. */
  readonly scalars: number
}

/** Groups the graph of `trace`. Leaves among its parameters are trained; others are read at each call. */
export function groupsOf(trace: Trace): Grouping {
  const { graph, live, inputs, kinds, parameters, roots } = trace
  const grouper = new Grouper(graph, trace.isLiteral)
  let next = parameters.length
  grouper.addLeaves('parameter', 0, parameters)
  const firsts = inputs.map((own, i) => {
    const kind = kinds[i]!
    // Single numbers stand side by side; a list is a group of its own.
    const name = typeof kind === 'object' ? `list ${i}` : kind
    const first = next
    next += own.length
    grouper.addLeaves(kind === 'index' ? 'index' : 'input', first, own, i, name)
    return first
  })
  grouper.addOthers(graph.leaves.filter((v) => live[v] === 1))
  const chains = chainsOf(trace)
  for (let v = next; v < live.length; v++)
    if (live[v] === 1 && graph.values[v]!.op !== undefined && !chains?.absorbs(v))
      grouper.add(v, chains?.terms(v))
  let scalars = 0
  for (let v = 0; v < live.length; v++) scalars += live[v]!
  const member = (v: number): Member => grouper.member(v)
  return {
    groups: grouper.finish(),
    outputs: roots.map(member),
    inputs: firsts.map(member),
    scalars,
  }
}

/**
 * Equal work, put side by side. Values that were computed in the same way from the same kind of
 * inputs form a group; a neuron's 784 products are one group, the products of a layer still one.
 */
import type { Value } from '../engine.ts'
import { ops, type Row } from '../ops.ts'
import { chainsOf } from './chain.ts'
import type { Trace } from './trace.ts'

/** Where the numbers of a group without an operation come from. */
export type Origin = 'parameter' | 'input' | 'index' | 'leaf' | 'literal'

/** What a group reads for one operand, or for a stretch of a list of operands. */
export interface Run {
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
  /** For inputs: which one. */
  readonly input: number
  /** Members. */
  readonly count: number
  /** An input of an example reaches it, so it differs from example to example. */
  readonly varying: boolean
  readonly runs: readonly Run[]
  /** The numbers of literals. */
  readonly literals: number[]
  /** The leaves, for those that are neither input nor literal. */
  readonly leaves: Value[]
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
  /** Scalars that were put into groups. */
  readonly scalars: number
}

/** As many different literals are told apart by value; where there are more, they are numbers of a table. */
const fewLiterals = 16

/** Groups the graph of `trace`. Leaves among `parameters` are trained; others are read at each call. */
export function groupsOf(trace: Trace, parameters: readonly Value[]): Grouping {
  const grouper = new Grouper()
  grouper.addLeaves('parameter', parameters)
  trace.inputs.forEach((leaves, i) => {
    grouper.addLeaves(trace.kinds[i] === 'index' ? 'index' : 'input', leaves, i)
  })
  const order = trace.order
  grouper.tellLiterals(order)
  const chains = chainsOf(order, trace.outputs)
  for (const v of order) if (!chains.absorbed.has(v)) grouper.add(v, chains.terms(v))
  const outputs = trace.outputs.map((y) => grouper.member(y))
  return { groups: grouper.finish(), outputs, scalars: order.length }
}

/** A group that still grows. */
type Growing = { -readonly [K in keyof Group]: Group[K] }

class Grouper {
  readonly #groups: Growing[] = []
  /** For each group, one list of positions for each of its runs. */
  readonly #places = new Map<Growing, number[][]>()
  readonly #bySignature = new Map<string, Growing>()
  readonly #members = new Map<Value, Member>()
  readonly #rows = new Map<Row, number>()
  #tellsLiterals = true

  finish(): Group[] {
    for (const [group, places] of this.#places)
      group.runs = group.runs.map((run, k) => ({ ...run, positions: Int32Array.from(places[k]!) }))
    return this.#groups
  }

  member(v: Value): Member {
    return this.#members.get(v)!
  }

  /** Decides whether x · 2 and x · 3 are different work, or the same work on numbers of a table. */
  tellLiterals(order: readonly Value[]): void {
    const literals = new Set(order.filter((v) => v.first === null).map((v) => v.data))
    this.#tellsLiterals = literals.size <= fewLiterals
  }

  addLeaves(origin: Origin, leaves: readonly Value[], input = 0): void {
    const varying = origin === 'input' || origin === 'index'
    const group = this.#group(`${origin} ${input}`, { origin, input, varying })
    for (const leaf of leaves) {
      this.#members.set(leaf, { group, at: group.count++ })
      group.leaves.push(leaf)
    }
  }

  /** Enters `v` into its group; `terms`, if it is the end of a chain of additions. */
  add(v: Value, terms: readonly Value[] | undefined): void {
    if (this.#members.has(v)) return
    if (v.op !== undefined) this.#addOperation(v, terms ? ops.sum : v.op, terms ?? v.inputs)
    else if (v.first === null) this.#addLiteral(v)
    else this.addLeaves('leaf', [v])
  }

  #addLiteral(v: Value): void {
    const kind = this.#tellsLiterals ? (Object.is(v.data, -0) ? '-0' : `${v.data}`) : 'any'
    const group = this.#group(`literal ${kind}`, { origin: 'literal' })
    this.#members.set(v, { group, at: group.count++ })
    group.literals.push(v.data)
  }

  #addOperation(v: Value, op: Row, inputs: readonly Value[]): void {
    const members = inputs.map((x) => this.member(x))
    const stretches = op.arity === 'variadic' ? stretchesOf(members) : members.map((x) => [x])
    const kinds = stretches.map((s) => `${s[0]!.group.number}×${s.length}`)
    const group = this.#group(`${this.#numberOf(op)}(${kinds.join()})`, {
      op,
      varying: members.some((x) => x.group.varying),
      runs: stretches.map((s) => ({ source: s[0]!.group, length: s.length, positions: none })),
    })
    stretches.forEach((stretch, k) => {
      const list = this.#places.get(group)![k]!
      for (const { at } of stretch) list.push(at)
    })
    this.#members.set(v, { group, at: group.count++ })
  }

  #numberOf(op: Row): number {
    const number = this.#rows.get(op) ?? this.#rows.size
    this.#rows.set(op, number)
    return number
  }

  #group(signature: string, what: Partial<Growing>): Growing {
    const found = this.#bySignature.get(signature)
    if (found !== undefined) return found
    const fresh = { ...blank(), number: this.#groups.length, ...what }
    this.#groups.push(fresh)
    this.#places.set(fresh, fresh.runs.map(() => []))
    this.#bySignature.set(signature, fresh)
    return fresh
  }
}

const none = new Int32Array(0)

function blank(): Growing {
  return {
    number: 0,
    op: undefined,
    origin: undefined,
    input: 0,
    count: 0,
    varying: false,
    runs: [],
    literals: [],
    leaves: [],
  }
}

/** Neighbours in a list of operands that lie in one group belong together. */
function stretchesOf(members: readonly Member[]): Member[][] {
  const stretches: Member[][] = []
  for (const member of members) {
    const last = stretches.at(-1)
    if (last?.[0]!.group === member.group) last.push(member)
    else stretches.push([member])
  }
  return stretches
}

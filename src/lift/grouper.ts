import type { Value } from '../engine.ts'
import { ops, type Row } from '../ops.ts'
import type { Group, Member, Origin } from './group.ts'
import { Places } from './places.ts'
import type { Graph } from './tape.ts'
import { isOlder } from './trace.ts'
import { Triples } from './triples.ts'

/** As many different literals are told apart by value; where there are more, they are numbers of a table. */
const fewLiterals = 16

/** A group that still grows. */
type Growing = { -readonly [K in keyof Group]: Group[K] }

/** A group of operations with two operands: the groups that it reads, and its places there. */
interface Pairs {
  readonly op: Row
  readonly first: number
  readonly second: number
  readonly group: Growing
  readonly firsts: Places
  readonly seconds: Places
}

/** Puts Values into groups, one after the other, inputs before what is computed from them. */
export class Grouper {
  readonly #groups: Growing[] = []
  /** For each group, one list of positions for each of its runs. */
  readonly #places = new Map<Growing, Places[]>()
  readonly #bySignature = new Map<string, Growing>()
  readonly #graph: Graph
  /** For every Value, by its number: its group's number, and its own place there. */
  readonly #groupOf: Int32Array
  readonly #placeOf: Int32Array
  readonly #rows = new Map<Row, number>()
  /** Groups of operations with two operands: by row, and by the groups of the operands. */
  readonly #pairs = new Triples<Pairs>()
  #latest: Pairs | undefined
  readonly #isLiteral: (v: Value) => boolean

  constructor(graph: Graph, isLiteral: (v: Value) => boolean) {
    this.#graph = graph
    this.#groupOf = new Int32Array(graph.values.length)
    this.#placeOf = new Int32Array(graph.values.length)
    this.#isLiteral = isLiteral
  }

  finish(): Group[] {
    for (const [group, places] of this.#places)
      group.runs = group.runs.map((run, k) => ({ ...run, positions: places[k]!.toArray() }))
    return this.#groups
  }

  member(v: number): Member & { readonly group: Growing } {
    return { group: this.#groups[this.#groupOf[v]!]!, at: this.#placeOf[v]! }
  }

  /** Enters `v` as the next member of a group. */
  #enter(v: number, group: Growing): void {
    this.#groupOf[v] = group.number
    this.#placeOf[v] = group.count++
  }

  /** Enters leaves that are numbered from `start` on. */
  addLeaves(
    origin: Origin,
    start: number,
    leaves: readonly Value[],
    input = 0,
    name: string = origin,
  ): void {
    const varying = origin === 'input' || origin === 'index'
    const group = this.#group(name, () => ({ origin, input, varying }))
    const end = start + leaves.length
    this.#groupOf.fill(group.number, start, end)
    for (let v = start; v < end; v++) this.#placeOf[v] = group.count++
    group.leaves = group.leaves.length > 0 ? group.leaves.concat(leaves) : leaves
  }

  /** Enters other leaves, by age. */
  addOthers(others: readonly number[]): void {
    const { values } = this.#graph
    const byAge = others.toSorted((a, b) => (isOlder(values[a]!, values[b]!) ? -1 : 1))
    const isLiteral = (v: number): boolean => this.#isLiteral(values[v]!)
    const literals = byAge.filter(isLiteral)
    const known = new Set(literals.map((v) => values[v]!.data))
    // Are x · 2 and x · 3 different work, or the same work on numbers of a table?
    const told = known.size <= fewLiterals
    for (const v of literals) this.#addLiteral(v, told ? textOf(values[v]!.data) : 'any')
    const read = byAge.filter((v) => !isLiteral(v))
    if (read.length === 0) return
    const group = this.#group('leaf', () => ({ origin: 'leaf' as const }))
    for (const v of read) this.#enter(v, group)
    group.leaves = read.map((v) => values[v]!)
  }

  /** Enters an operation into its group; `terms`, if it is the end of a chain of additions. */
  add(v: number, terms: Int32Array | undefined): void {
    const { values, operands, starts, ends } = this.#graph
    const { op, second } = values[v]!
    const start = starts[v]!
    if (terms !== undefined) this.#addOperation(v, ops.sum, terms)
    else if (second !== undefined) this.#addPair(v, op!, operands[start]!, operands[start + 1]!)
    else this.#addOperation(v, op!, operands.subarray(start, ends[v]))
  }

  #addLiteral(v: number, kind: string): void {
    const group = this.#group(`literal ${kind}`, () => ({ origin: 'literal' as const }))
    this.#enter(v, group)
    group.literals.push(this.#graph.values[v]!.data)
  }

  /** What most Values are, without a list or a text for each. */
  #addPair(v: number, op: Row, a: number, b: number): void {
    const pairs = this.#pairsOf(op, this.#groupOf[a]!, this.#groupOf[b]!)
    if (pairs === undefined) return this.#addFirstPair(v, op, a, b)
    pairs.firsts.push(this.#placeOf[a]!)
    pairs.seconds.push(this.#placeOf[b]!)
    this.#enter(v, pairs.group)
  }

  #pairsOf(op: Row, first: number, second: number): Pairs | undefined {
    const latest = this.#latest
    if (latest?.op === op && latest.first === first && latest.second === second) return latest
    return (this.#latest = this.#pairs.get(this.#numberOf(op), first, second))
  }

  #addFirstPair(v: number, op: Row, a: number, b: number): void {
    this.#addOperation(v, op, Int32Array.of(a, b))
    const { group } = this.member(v)
    const [first, second] = [this.#groupOf[a]!, this.#groupOf[b]!]
    const [firsts, seconds] = this.#places.get(group)!
    const pairs = { op, first, second, group, firsts: firsts!, seconds: seconds! }
    this.#pairs.set(this.#numberOf(op), first, second, pairs)
  }

  #addOperation(v: number, op: Row, operands: Int32Array): void {
    const long = op.arity === 'variadic'
    const before = this.#stretches(operands, long)
    const sorted = op === ops.sum ? this.#sorted(operands, before) : operands
    const ends = sorted === operands ? before : this.#stretches(sorted, long)
    const group = this.#group(this.#signature(op, sorted, ends), () => {
      const sources = ends.map((_, k) => this.#groups[this.#groupOf[sorted[ends[k - 1] ?? 0]!]!]!)
      return {
        op,
        varying: sources.some(({ varying }) => varying),
        runs: sources.map((source, k) => ({
          source,
          length: ends[k]! - (ends[k - 1] ?? 0),
          positions: none,
        })),
      }
    })
    const runs = this.#places.get(group)!
    for (let k = 0, i = 0; k < runs.length; k++)
      for (; i < ends[k]!; i++) runs[k]!.push(this.#placeOf[sorted[i]!]!)
    this.#enter(v, group)
  }

  /** Terms of one group one after the other, as they first occur: a sum may be added up in any order. */
  #sorted(numbers: Int32Array, ends: readonly number[]): Int32Array {
    if (ends.length < 3) return numbers // neighbours are of different groups
    const groups = ends.map((end) => this.#groupOf[numbers[end - 1]!]!)
    const byGroup = new Map(groups.map((group) => [group, [] as number[]]))
    if (byGroup.size === groups.length) return numbers
    for (const number of numbers) byGroup.get(this.#groupOf[number]!)!.push(number)
    return Int32Array.from([...byGroup.values()].flat())
  }

  /** Where stretches of operands of one group end; operands of a fixed arity stand for themselves. */
  #stretches(numbers: Int32Array, long: boolean): number[] {
    const ends: number[] = []
    const group = this.#groupOf
    for (let end = 1; end <= numbers.length; end++)
      if (!long || end === numbers.length || group[numbers[end]!] !== group[numbers[end - 1]!])
        ends.push(end)
    return ends
  }

  #signature(op: Row, numbers: Int32Array, ends: readonly number[]): string {
    let text = `${this.#numberOf(op)}`
    for (const end of ends) text += ` ${this.#groupOf[numbers[end - 1]!]}×${end}`
    return text
  }

  #numberOf(op: Row): number {
    const number = this.#rows.get(op) ?? this.#rows.size
    this.#rows.set(op, number)
    return number
  }

  #group(signature: string, what: () => Partial<Growing>): Growing {
    const found = this.#bySignature.get(signature)
    if (found !== undefined) return found
    const fresh = { ...blank(), number: this.#groups.length, ...what() }
    this.#groups.push(fresh)
    this.#places.set(
      fresh,
      fresh.runs.map(() => new Places()),
    )
    this.#bySignature.set(signature, fresh)
    return fresh
  }
}

const textOf = (x: number): string => (Object.is(x, -0) ? '-0' : `${x}`)

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

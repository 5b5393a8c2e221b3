import type { Value } from '../engine.ts'
import { ops, type Row } from '../ops.ts'
import type { Group, Member, Origin } from './group.ts'
import { Numbering, operandsOf } from './notes.ts'
import { Places } from './places.ts'
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
  /** For every Value, by its number: its group's number, and its own place there. */
  readonly #numbers = new Numbering()
  readonly #groupOf: Int32Array
  readonly #placeOf: Int32Array
  #entered = 0
  readonly #rows = new Map<Row, number>()
  /** Groups of operations with two operands: by row, and by the groups of the operands. */
  readonly #pairs = new Triples<Pairs>()
  #latest: Pairs | undefined
  readonly #isLiteral: (v: Value) => boolean

  /** For `most` Values at most. */
  constructor(most: number, isLiteral: (v: Value) => boolean) {
    this.#groupOf = new Int32Array(most)
    this.#placeOf = new Int32Array(most)
    this.#isLiteral = isLiteral
  }

  finish(): Group[] {
    for (const [group, places] of this.#places)
      group.runs = group.runs.map((run, k) => ({ ...run, positions: places[k]!.toArray() }))
    return this.#groups
  }

  member(v: Value): Member & { readonly group: Growing } {
    const number = this.#numbers.get(v)
    return { group: this.#groups[this.#groupOf[number]!]!, at: this.#placeOf[number]! }
  }

  /** Enters `v` as the next member of a group. */
  #enter(v: Value, group: Growing): void {
    const number = this.#entered++
    this.#groupOf[number] = group.number
    this.#placeOf[number] = group.count++
    this.#numbers.set(v, number)
  }

  addLeaves(origin: Origin, leaves: readonly Value[], input = 0, name: string = origin): void {
    const varying = origin === 'input' || origin === 'index'
    const group = this.#group(name, () => ({ origin, input, varying }))
    const start = this.#entered
    this.#numbers.setAll(leaves, start)
    this.#entered += leaves.length
    this.#groupOf.fill(group.number, start, this.#entered)
    for (let i = start; i < this.#entered; i++) this.#placeOf[i] = group.count++
    group.leaves = group.leaves.concat(leaves)
  }

  /** Enters the leaves that are in no group so far. */
  addOthers(leaves: readonly Value[]): void {
    const others = this.#numbers.without(leaves)
    const literals = others.filter(this.#isLiteral)
    const known = new Set(literals.map(({ data }) => data))
    // Are x · 2 and x · 3 different work, or the same work on numbers of a table?
    const told = known.size <= fewLiterals
    for (const v of literals) this.#addLiteral(v, told ? textOf(v.data) : 'any')
    if (literals.length < others.length)
      this.addLeaves(
        'leaf',
        others.filter((v) => !this.#isLiteral(v)),
      )
  }

  /** Enters an operation into its group; `terms`, if it is the end of a chain of additions. */
  add(v: Value, terms: readonly Value[] | undefined): void {
    if (terms !== undefined) this.#addOperation(v, ops.sum, terms)
    else if (v.second !== undefined) this.#addPair(v, v.op!, v.first as Value, v.second)
    else this.#addOperation(v, v.op!, operandsOf(v))
  }

  #addLiteral(v: Value, kind: string): void {
    const group = this.#group(`literal ${kind}`, () => ({ origin: 'literal' as const }))
    this.#enter(v, group)
    group.literals.push(v.data)
  }

  /** What most Values are, without a list or a text for each. */
  #addPair(v: Value, op: Row, first: Value, second: Value): void {
    const a = this.#numbers.get(first)
    const b = this.#numbers.get(second)
    const pairs = this.#pairsOf(op, this.#groupOf[a]!, this.#groupOf[b]!)
    if (pairs === undefined) return this.#addFirstPair(v, op, first, second)
    pairs.firsts.push(this.#placeOf[a]!)
    pairs.seconds.push(this.#placeOf[b]!)
    this.#enter(v, pairs.group)
  }

  #pairsOf(op: Row, first: number, second: number): Pairs | undefined {
    const latest = this.#latest
    if (latest?.op === op && latest.first === first && latest.second === second) return latest
    return (this.#latest = this.#pairs.get(this.#numberOf(op), first, second))
  }

  #addFirstPair(v: Value, op: Row, ...inputs: [Value, Value]): void {
    this.#addOperation(v, op, inputs)
    const { group } = this.member(v)
    const [first, second] = inputs.map((x) => this.member(x).group.number) as [number, number]
    const [firsts, seconds] = this.#places.get(group)!
    const pairs = { op, first, second, group, firsts: firsts!, seconds: seconds! }
    this.#pairs.set(this.#numberOf(op), first, second, pairs)
  }

  #addOperation(v: Value, op: Row, inputs: readonly Value[]): void {
    const found = this.#numbers.all(inputs)
    const long = op.arity === 'variadic'
    const before = this.#stretches(found, long)
    const numbers = op === ops.sum ? this.#sorted(found, before) : found
    const ends = numbers === found ? before : this.#stretches(numbers, long)
    const group = this.#group(this.#signature(op, numbers, ends), () => {
      const sources = ends.map((_, k) => this.#groups[this.#groupOf[numbers[ends[k - 1] ?? 0]!]!]!)
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
    let i = 0
    this.#places.get(group)!.forEach((places, k) => {
      for (; i < ends[k]!; i++) places.push(this.#placeOf[numbers[i]!]!)
    })
    this.#enter(v, group)
  }

  /** Terms of one group one after the other, as they first occur: a sum may be added up in any order. */
  #sorted(numbers: Int32Array, ends: readonly number[]): Int32Array {
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

/**
 * The work of the forward pass: for every group, what computes its members. Groups whose numbers
 * nobody else needs are not stored; whoever reads them computes them on the spot.
 */
import { ops } from '../ops.ts'
import { buffer, type Buffer, type Spelled, total } from './buffer.ts'
import { literal, read, substituted } from './expression.ts'
import type { Flows } from './flow.ts'
import type { Group } from './group.ts'
import { isOfTable } from './lowering.ts'
import type { Work } from './nest.ts'
import { type Fold, foldsIn, hasTotal, isTotal, type Operand, type Rolled } from './operand.ts'
import { loweredOf } from './row.ts'
import { iota, repeated, stretched } from './sequence.ts'

/** Places of a group's members, one for each turn, and in which turn of an inner loop each is. */
interface Turns {
  readonly members: Int32Array
  /** Set inside a loop over a run. */
  readonly inner?: Int32Array
  /** Set where they are all members, in order, so many turns for each. */
  readonly times?: number
}

export class Forward {
  readonly work: Work[] = []
  readonly #buffers = new Map<Group, Buffer>()
  readonly #folds = new Map<Fold, Buffer>()
  readonly #lowered = new Map<Group, Rolled>()
  readonly #inlined: ReadonlySet<Group>
  readonly #flows: Flows
  readonly #tables = new Map<readonly number[], Buffer>()

  /** `inlined` groups get no memory; the partials of `flows` are read by the backward pass. */
  constructor(groups: readonly Group[], inlined: ReadonlySet<Group>, flows: Flows) {
    this.#inlined = inlined
    this.#flows = flows
    for (const group of groups) this.#add(group)
  }

  /** Where a group's numbers are. Inlined groups are nowhere. */
  bufferOf(group: Group): Buffer | undefined {
    return group.origin === 'literal' ? this.#table(group.literals) : this.#buffers.get(group)
  }

  /** The members of `group` at `positions`, to be read or computed there. */
  value(group: Group, positions: Int32Array): Spelled {
    if (group.origin === 'literal') return this.#constants(group.literals, positions)
    const stored = this.#buffers.get(group)
    if (stored !== undefined) return read({ buffer: stored, positions })
    return this.spelled(group, this.#lowered.get(group)!, { members: positions })
  }

  /** An expression about `group` at `turns`: every operand is read where it lies. */
  spelled(group: Group, x: Rolled, turns: Turns): Spelled {
    return substituted(x, (operand) => this.#operand(group, operand, turns))
  }

  #operand(group: Group, operand: Operand, turns: Turns): Spelled {
    const { members, inner } = turns
    switch (operand.from) {
      case 'run':
        return this.#operandOfRun(group, operand.run, operand.at, inner ? { members } : turns)
      case 'each':
        return this.#operandOfRun(group, operand.run, operand.start, turns)
      case 'table':
        return this.#constants(operand.numbers, inner!)
      case 'output':
        return this.value(group, members)
      case 'total':
        return read(total)
      default:
        return read({ buffer: this.#folds.get(operand.fold)!, positions: members })
    }
  }

  /** The operand `at` of a run; inside of a loop over it, as many places further. */
  #operandOfRun(group: Group, run: number, at: number, { members, inner, times }: Turns): Spelled {
    const { source, length, positions } = group.runs[run]!
    if (times === length && at === 0) return this.value(source, positions)
    const found = new Int32Array(members.length)
    for (let t = 0; t < found.length; t++)
      found[t] = positions[members[t]! * length + at + (inner === undefined ? 0 : inner[t]!)]!
    return this.value(source, found)
  }

  /** numbers[positions], as one constant where it is one. */
  #constants(numbers: readonly number[], positions: Int32Array): Spelled {
    const first = numbers[positions[0]!]!
    if (positions.every((p) => Object.is(numbers[p], first))) return literal(first)
    return read({ buffer: this.#table(numbers), positions })
  }

  #table(numbers: readonly number[]): Buffer {
    const table = this.#tables.get(numbers) ?? buffer('table', numbers.length, { numbers })
    this.#tables.set(numbers, table)
    return table
  }

  #add(group: Group): void {
    const { op, origin, count, varying } = group
    if (origin === 'literal') return
    if (op === undefined) {
      this.#buffers.set(group, buffer(origin!, count, { varying, group }))
      return
    }
    const x = loweredOf(group)
    this.#lowered.set(group, x)
    if (this.#inlined.has(group)) return
    const target = buffer('data', count, { varying, group })
    this.#buffers.set(group, target)
    this.#compute(group, x, target)
    // No partial of the table has a loop of its own.
    if (!isOfTable(op))
      for (const { partial } of this.#flows.get(group) ?? []) this.#loops(group, partial)
  }

  /** The work that fills `target` with x, loops on the way to it first. */
  #compute(group: Group, x: Rolled, target: Buffer): void {
    this.#loops(group, x, target)
    if (foldOf(x) !== undefined) return
    const positions = iota(group.count)
    const step = this.spelled(group, x, { members: positions, times: 1 })
    this.work.push({ target, positions, manner: 'each', step, adds: false })
  }

  /** The work of the loops in x, each once. Where x is what a loop comes to, that fills `target`. */
  #loops(group: Group, x: Rolled, target?: Buffer): void {
    const { count, varying } = group
    const whole = foldOf(x)
    for (const fold of foldsIn(x)) {
      if (this.#folds.has(fold)) continue
      const to = fold === whole && target ? target : buffer('data', count, { varying })
      this.#folds.set(fold, to)
      this.work.push(this.#loop(group, fold, to))
    }
  }

  #loop(group: Group, fold: Fold, target: Buffer): Work {
    const length = fold.turns
    const members = stretched(iota(group.count), length)
    const turns = { members, inner: repeated(iota(length), group.count), times: length }
    const summand = summandOf(fold)
    return {
      target,
      positions: members,
      manner: summand ? 'sum' : 'fold',
      start: this.spelled(group, fold.initial, turns),
      step: this.spelled(group, summand ?? fold.step, turns),
      adds: false,
    }
  }
}

/** The loop that an expression is the result of. */
const foldOf = (x: Rolled): Fold | undefined =>
  x.kind === 'read' && x.read.from === 'fold' ? x.read.fold : undefined

/** What a loop adds to its total at every turn, if that is all it does. */
function summandOf({ step }: Fold): Rolled | undefined {
  if (step.kind !== 'apply' || step.op !== ops.add) return undefined
  const [a, b] = step.args as [Rolled, Rolled]
  if (isTotal(a) && !hasTotal(b)) return b
  return isTotal(b) && !hasTotal(a) ? a : undefined
}

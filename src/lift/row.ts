/**
 * A row of the table at a whole group: the same lines that compute one number, or its partials, run
 * once over expressions. Rows of lists are run over a list whose `reduce` becomes a loop.
 */
import type { Algebra, Num, Row } from '../ops.ts'
import { type Expression, expressionOf, expressions, literal, read } from './expression.ts'
import type { Group } from './group.ts'
import { lowerOf } from './lowering.ts'

/** What a row reads at a member of its group. */
export type Operand =
  /** Operand `at` of run `run`, for every member. */
  | { readonly from: 'run'; readonly run: number; readonly at: number }
  /** In a loop over the run: the operand whose turn it is. */
  | { readonly from: 'each'; readonly run: number; readonly start: number; readonly end: number }
  /** In a loop over the run: a number for each turn. */
  | { readonly from: 'table'; readonly numbers: readonly number[] }
  /** The result of the row itself. */
  | { readonly from: 'output' }
  /** In a loop: what the turns so far have come to. */
  | { readonly from: 'total'; readonly fold: Fold }
  /** What a loop has come to after its last turn. */
  | { readonly from: 'fold'; readonly fold: Fold }

export type Rolled = Expression<Operand>

/** total ← step(total) for each operand of a stretch of a run. */
export interface Fold {
  readonly run: number
  readonly start: number
  readonly end: number
  readonly initial: Rolled
  step: Rolled
}

const algebra = expressions as Algebra<Rolled>

/** What computes the members of `group`. Throws if its row is outside the basis and has no `lower`. */
export function loweredOf(group: Group): Rolled {
  const op = group.op!
  const operands = operandsOf(group)
  if (op.arity !== 'variadic') return { kind: 'apply', op, args: operands }
  const lower = lowerOf(op as Row<'variadic'>, 'compiled')
  return expressionOf(lower<Rolled>(algebra, operands))
}

/** One partial for every operand of a run, or a single one that holds for each of them. */
export type RunPartials =
  | { readonly each: Rolled | undefined }
  | { readonly list: readonly (Rolled | undefined)[] }

/** ∂y/∂x for the operands of every run of `group`. */
export function partialsOf(group: Group): RunPartials[] {
  const { partials, arity } = group.op!
  const operands = operandsOf(group)
  const output: Rolled = read({ from: 'output' })
  const found: readonly (Num<Rolled> | undefined)[] =
    arity === 'variadic'
      ? partials<Rolled>(algebra, output, operands)
      : (partials as Row<1>['partials'])<Rolled>(algebra, output, ...(operands as [Rolled]))
  let next = 0
  return group.runs.map(({ length }) => {
    const list = found
      .slice(next, next + length)
      .map((x) => (x === undefined ? x : expressionOf(x)))
    next += length
    return length > 1 ? generalised(list) : { list }
  })
}

function generalised(list: readonly (Rolled | undefined)[]): RunPartials {
  if (list.every((x) => x === undefined)) return { each: undefined }
  if (list.includes(undefined)) return { list }
  const each = common(list as Rolled[])
  return each === undefined ? { list } : { each }
}

function operandsOf({ runs, op }: Group): Rolled[] {
  const all: Rolled[] = op!.arity === 'variadic' ? new Operands() : []
  runs.forEach(({ length }, run) => {
    for (let at = 0; at < length; at++) all.push(read({ from: 'run', run, at }))
  })
  return all
}

/** The operands of a row of lists: an array whose `reduce` is one loop where its elements allow it. */
class Operands extends Array<Rolled> {
  override reduce(...args: unknown[]): never {
    const [step, initial] = args as [Step, Rolled | undefined]
    return (this.#folded(step, initial) ?? this.#unrolled(step, initial)) as never
  }

  /** One loop for each stretch of operands of one run, one after the other. */
  #folded(step: Step, initial: Rolled | undefined): Rolled | undefined {
    let total = initial ?? this[0]!
    let at = initial === undefined ? 1 : 0
    while (at < this.length) {
      const end = this.#endOfStretch(at)
      const next =
        end - at > 1 ? this.#loop(step, total, at, end) : step(total, this[at]!, at, this)
      if (next === undefined) return undefined
      total = next
      at = end
    }
    return total
  }

  #endOfStretch(start: number): number {
    const run = runOf(this[start]!)
    if (run === undefined) return start + 1
    let end = start + 1
    while (end < this.length && runOf(this[end]!) === run) end++
    return end
  }

  #loop(step: Step, initial: Rolled, start: number, end: number): Rolled | undefined {
    const each = common(this.slice(start, end))
    const stretch = each && stretchOf(each)
    if (stretch === undefined) return undefined
    const numbers = Array.from({ length: end - start }, (_, i) => start + i)
    const fold: Fold = { ...stretch, initial, step: literal(0) }
    try {
      const turn = guarded(read({ from: 'table', numbers })) as never
      fold.step = step(read({ from: 'total', fold }), each!, turn, this)
    } catch (error) {
      if (error === asNumber) return undefined
      throw error
    }
    return read({ from: 'fold', fold })
  }

  #unrolled(step: Step, initial: Rolled | undefined): Rolled {
    const rest = [...this]
    let total = initial ?? rest.shift()!
    const skipped = this.length - rest.length
    rest.forEach((x, i) => {
      total = step(total, x, i + skipped, this)
    })
    return total
  }
}

type Step = (total: Rolled, x: Rolled, i: number, all: readonly Rolled[]) => Rolled

const asNumber = new Error('a position in a list was used as a plain number')

/** An expression that stands for a position, and refuses to be computed with outside the algebra. */
function guarded(x: Rolled): Rolled {
  return Object.defineProperty({ ...x }, Symbol.toPrimitive, {
    value: () => {
      throw asNumber
    },
  })
}

/** The first operand in an expression that satisfies `is`. */
function operandIn<O extends Operand>(x: Rolled, is: (o: Operand) => o is O): O | undefined {
  if (x.kind === 'read') return is(x.read) ? x.read : undefined
  if (x.kind !== 'apply') return undefined
  for (const arg of x.args) {
    const found = operandIn(arg, is)
    if (found !== undefined) return found
  }
  return undefined
}

/** The run that an element of a list reads. */
function runOf(x: Rolled): number | undefined {
  return operandIn(x, (o) => o.from === 'run')?.run
}

/** The stretch of a run that an expression loops over. */
function stretchOf(x: Rolled): Pick<Fold, 'run' | 'start' | 'end'> | undefined {
  const { run, start, end } = operandIn(x, (o) => o.from === 'each') ?? {}
  return run === undefined ? undefined : { run, start: start!, end: end! }
}

/**
 * One expression for all of `list`, if they differ only in which operand of a run they read, from
 * one to the next, and in literals, which become a table. Undefined if they differ in more.
 */
function common(list: readonly Rolled[]): Rolled | undefined {
  const [first] = list
  if (first === undefined || list.every((x) => same(x, first))) return first
  if (list.every((x) => x.kind === 'literal')) {
    return read({ from: 'table', numbers: list.map((x) => (x as { value: number }).value) })
  }
  if (first.kind === 'read') return commonRead(list)
  if (first.kind !== 'apply') return undefined
  if (!list.every((x) => x.kind === 'apply' && x.op === first.op)) return undefined
  const applications = list as readonly Extract<Rolled, { kind: 'apply' }>[]
  const args = first.args.map((_, i) => common(applications.map((x) => x.args[i]!)))
  if (args.includes(undefined)) return undefined
  return { kind: 'apply', op: first.op, args: args as Rolled[] }
}

function commonRead(list: readonly Rolled[]): Rolled | undefined {
  const reads = list.map((x) => (x.kind === 'read' && x.read.from === 'run' ? x.read : undefined))
  const [first] = reads
  if (first === undefined) return undefined
  const { run, at: start } = first
  if (!reads.every((x, i) => x?.run === run && x.at === start + i)) return undefined
  return read({ from: 'each', run, start, end: start + list.length })
}

function same(x: Rolled, y: Rolled): boolean {
  if (x === y) return true
  if (x.kind === 'literal') return y.kind === 'literal' && Object.is(x.value, y.value)
  if (x.kind === 'apply')
    return y.kind === 'apply' && x.op === y.op && x.args.every((arg, i) => same(arg, y.args[i]!))
  return y.kind === 'read' && x.read.from === 'run' && sameRun(x.read, y.read)
}

function sameRun(x: Extract<Operand, { from: 'run' }>, y: Operand): boolean {
  return y.from === 'run' && y.run === x.run && y.at === x.at
}

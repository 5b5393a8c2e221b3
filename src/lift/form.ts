/** One expression in the place of many that are of the same form. */
import { application, read } from './expression.ts'
import { type Operand, type Rolled, total } from './operand.ts'

/**
 * One expression for all of `list`, if they differ only in which operand of a run they read, from
 * one to the next, and in literals, which become a table; and in their totals: each reads its own.
 * Undefined if they differ in more.
 */
export function common(
  list: readonly Rolled[],
  totals: readonly Operand[] = [],
): Rolled | undefined {
  const [first] = list
  if (first === undefined || list.every((x) => same(x, first))) return first
  if (list.every((x) => x.kind === 'literal')) {
    return read({ from: 'table', numbers: list.map((x) => (x as { value: number }).value) })
  }
  if (first.kind === 'read') return commonRead(list, totals)
  if (first.kind !== 'apply') return undefined
  if (!list.every((x) => x.kind === 'apply' && x.op === first.op)) return undefined
  const applications = list as readonly Extract<Rolled, { kind: 'apply' }>[]
  const args = first.args.map((_, i) =>
    common(
      applications.map((x) => x.args[i]!),
      totals,
    ),
  )
  if (args.includes(undefined)) return undefined
  return application(first.op, args as Rolled[])
}

function commonRead(list: readonly Rolled[], totals: readonly Operand[]): Rolled | undefined {
  const reads = list.map((x) => (x.kind === 'read' ? x.read : undefined))
  const [first] = reads
  if (first?.from === 'total' && reads.every((x, i) => x === totals[i])) return total
  if (first?.from !== 'run') return undefined
  const { run, at: start } = first
  if (!reads.every((x, i) => x?.from === 'run' && x.run === run && x.at === start + i))
    return undefined
  return read({ from: 'each', run, start, end: start + list.length })
}

function same(x: Rolled, y: Rolled): boolean {
  if (x === y) return true
  if (x.kind === 'literal') return y.kind === 'literal' && Object.is(x.value, y.value)
  if (x.kind === 'apply')
    return y.kind === 'apply' && x.op === y.op && x.args.every((arg, i) => same(arg, y.args[i]!))
  return y.kind === 'read' && sameRead(x.read, y.read)
}

function sameRead(x: Operand, y: Operand): boolean {
  if (x === y) return true
  if (x.from === 'run') return y.from === 'run' && y.run === x.run && y.at === x.at
  if (x.from === 'each')
    return y.from === 'each' && y.run === x.run && y.start === x.start && y.end === x.end
  if (x.from === 'table') return y.from === 'table' && sameNumbers(x.numbers, y.numbers)
  if (x.from !== 'fold' || y.from !== 'fold') return false
  const [a, b] = [x.fold, y.fold]
  return a.turns === b.turns && same(a.initial, b.initial) && same(a.step, b.step)
}

const sameNumbers = (x: readonly number[], y: readonly number[]): boolean =>
  x.length === y.length && x.every((number, i) => Object.is(number, y[i]))

/**
 * How far a list goes on in the form of what is at `start`: what is there has something in `common`,
 * unless it is totals of others that are read. Does not look for long.
 */
export function endOfForm(list: readonly Rolled[], start: number): number {
  let shift: string | undefined
  let end = start + 1
  for (; end < list.length; end++) {
    const next = shiftOf(list[end - 1]!, list[end]!)
    if (next === undefined || (shift !== undefined && next !== shift)) break
    shift = next
  }
  return end
}

/**
 * How the operands of a run that y reads lie to those that x reads. Undefined where the two are of
 * two forms, or longer than is worth to compare.
 */
function shiftOf(x: Rolled, y: Rolled): string | undefined {
  let left = longest
  const visit = (a: Rolled, b: Rolled): string | undefined => {
    if (a === b) return '='
    if (left-- === 0 || a.kind !== b.kind) return undefined
    if (a.kind === 'read') return shiftOfRead(a.read, (b as typeof a).read)
    if (a.kind === 'literal') return '#'
    const { op, args } = b as typeof a
    if (op !== a.op) return undefined
    let shift = '('
    for (let i = 0; i < args.length; i++) {
      const next = visit(a.args[i]!, args[i]!)
      if (next === undefined) return undefined
      shift += next
    }
    return `${shift})`
  }
  return visit(x, y)
}

/** Operations and operands of a turn that are compared with those of the next. */
const longest = 500

function shiftOfRead(x: Operand, y: Operand): string | undefined {
  if (x.from === 'run' && y.from === 'run' && x.run === y.run && x.at + 1 === y.at) return '>'
  if (x.from === 'total' && y.from === 'total') return 'Σ'
  return sameRead(x, y) ? '=' : undefined
}

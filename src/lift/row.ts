/**
 * A row of the table at a whole group: the same lines that compute one number, or its partials, run
 * once over expressions. Rows of lists are run over a list whose `reduce` becomes a loop.
 */
import { type Algebra, type Num, ops, type Row } from '../ops.ts'
import { application, expressionOf, expressions, read, readsOf } from './expression.ts'
import { common, endOfForm } from './form.ts'
import type { Group } from './group.ts'
import { EvenList, List } from './list.ts'
import { isOfTable, lowerOf } from './lowering.ts'
import { foldsIn, hasTotal, type Operand, type Rolled, total } from './operand.ts'

const algebra = expressions as Algebra<Rolled>

/** What computes the members of `group`. Throws if its row is outside the basis and has no `lower`. */
export function loweredOf(group: Group): Rolled {
  const op = group.op!
  if (op.arity !== 'variadic') return application(op, operandsOf(group, []))
  const lower = lowerOf(op as Row<'variadic'>, 'compiled')
  return expressionOf(ofList(group, (x) => [lower<Rolled>(algebra, x)])[0]!)
}

/** One partial for every operand of a run, or a single one that holds for each of them. */
export type RunPartials =
  | { readonly each: Rolled | undefined }
  | { readonly list: readonly (Rolled | undefined)[] }

/** ∂y/∂x for the operands of every run of `group`. */
export function partialsOf(group: Group): RunPartials[] {
  const { partials, arity } = group.op!
  const output: Rolled = read({ from: 'output' })
  const found: Results =
    arity === 'variadic'
      ? ofList(group, (x) => partials<Rolled>(algebra, output, x))
      : (partials as Row<1>['partials'])<Rolled>(
          algebra,
          output,
          ...(operandsOf(group, []) as [Rolled]),
        )
  let next = 0
  return group.runs.map(({ length }) => {
    const list = found
      .slice(next, next + length)
      .map((x) => (x === undefined ? x : expressionOf(x)))
    next += length
    return length > 1 ? generalised(list, group.op!) : { list }
  })
}

function generalised(list: readonly (Rolled | undefined)[], op: Row): RunPartials {
  if (list.every((x) => x === undefined)) return { each: undefined }
  if (list.includes(undefined)) return { list }
  const all = list as Rolled[]
  // A user's may be long, and share so much that `common` would have no end.
  const each = isOfTable(op) || endOfForm(all, 0) === all.length ? common(all) : undefined
  return each === undefined ? { list } : { each }
}

/** `list`, filled with the operands of a group. */
function operandsOf({ runs }: Group, list: Rolled[]): Rolled[] {
  runs.forEach(({ length }, run) => {
    for (let at = 0; at < length; at++) list.push(read({ from: 'run', run, at }))
  })
  return list
}

type Results = readonly (Num<Rolled> | undefined)[]

/** What a row of lists gives, in loops where it lets its list be run through in loops. */
function ofList(group: Group, run: (x: readonly Rolled[]) => Results): Results {
  if (isOfTable(group.op!)) return run(operandsOf(group, new EvenList()))
  try {
    const found = run(operandsOf(group, new List()))
    if (isClosed(found)) return found
  } catch {
    // Its totals are no single numbers; or it has an error of its own, and has it again below.
  }
  return run(operandsOf(group, []))
}

/** Whether every total is read in the loop that it is of: a reducer may keep it for others. */
function isClosed(found: Results): boolean {
  const args = found.map((x) => expressionOf(x ?? 0))
  const all: Rolled = application(ops.sum, args)
  if (hasTotal(all)) return false
  for (const { initial, step } of foldsIn(all))
    if (hasTotal(initial) || readsOf(step).some(isForeign)) return false
  return true
}

const isForeign = (o: Operand): boolean =>
  o.from === 'total' && o !== (total as { read: Operand }).read

/** A user's own operation as a function of Python: its lowering, line by line. */
import { type Expression, expressionOf, expressions, read } from '../../lift/expression.ts'
import { lowerOf } from '../../lift/lowering.ts'
import type { Algebra, Row } from '../../ops.ts'
import { remark } from './names.ts'
import { atom, numberText, type Python, rowText } from './spelling.ts'

const operands = ['a', 'b', 'c'] as const
const algebra = expressions as Algebra<Expression<string>>

/** `def name(a, …)`. Throws if the row has no `lower`. */
export function rowFunction(row: Row, name: string): string[] {
  const given = operands.slice(0, row.arity as number)
  const lower = lowerOf(row as Row<3>, 'exported')
  const [a, b, c] = given.map((operand) => read(operand)) as Parameters3
  const result = expressionOf(lower<Expression<string>>(algebra, a, b, c))
  const { lines, texts } = expressionLines([result])
  return [
    `def ${name}(${given.join(', ')}):`,
    `    """${row.symbol === row.name ? 'An operation' : remark(row.symbol)}, element by element."""`,
    ...[...lines, `return ${texts[0]}`].map((line) => `    ${line}`),
  ]
}

/** Expressions over variables: lines for what is used twice, and the text of each result. */
export function expressionLines(results: readonly Expression<string>[]): {
  lines: readonly string[]
  texts: readonly string[]
} {
  const uses = new Map<Expression<string>, number>()
  for (const result of results) countUses(result, uses)
  const lines: string[] = []
  const visit = writing(uses, lines)
  return { lines, texts: results.map((result) => visit(result).text) }
}

type Parameters3 = [Expression<string>, Expression<string>, Expression<string>]

function countUses(x: Expression<string>, uses: Map<Expression<string>, number>): void {
  uses.set(x, (uses.get(x) ?? 0) + 1)
  if (uses.get(x) === 1 && x.kind === 'apply') x.args.forEach((arg) => countUses(arg, uses))
}

/** Writes an expression; what is used twice gets a line, and a name, of its own. */
function writing(
  uses: ReadonlyMap<Expression<string>, number>,
  lines: string[],
): (x: Expression<string>) => Python {
  const named = new Map<Expression<string>, Python>()
  const visit = (x: Expression<string>): Python => {
    if (x.kind === 'literal') return numberText(x.value)
    if (x.kind === 'read') return atom(x.read)
    const known = named.get(x)
    if (known !== undefined) return known
    const text = rowText(x.op, x.args.map(visit))
    if (text === undefined)
      throw new TypeError(`${x.op.name} is not of the basis: lower it as well.`)
    if (uses.get(x)! < 2) return text
    const name = atom(`t${lines.length + 1}`)
    lines.push(`${name.text} = ${text.text}`)
    named.set(x, name)
    return name
  }
  return visit
}

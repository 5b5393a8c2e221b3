/** Operators on Values, found before the program runs, and what to write in their place. */
import type { SyntaxNode, Tree } from '@lezer/common'
import { operators } from 'chainrule/expression'
import type { Kinds } from './kinds.ts'

export interface Misuse {
  readonly from: number
  readonly to: number
  readonly operator: string
  /** The same in chainrule's words. */
  readonly instead: string
}

/** Operators of formulas are methods in a program; whether two Values are the same one may be asked. */
const { '==': _, '===': __, ...methods } = operators

/** The outermost expression of each misuse. */
export function misuses(tree: Tree, kinds: Kinds): Misuse[] {
  const found: Misuse[] = []
  tree.iterate({
    enter: ({ node }) => {
      const instead = misuseOf(node, kinds)
      if (instead === undefined) return true
      found.push({ from: node.from, to: node.to, ...instead })
      return false
    },
  })
  return found
}

function misuseOf(node: SyntaxNode, kinds: Kinds): Omit<Misuse, 'from' | 'to'> | undefined {
  if (node.name === 'BinaryExpression') {
    const operator = operatorOf(node, kinds)
    return operator !== undefined && kinds.of(node) === 'Value'
      ? { operator, instead: written(node, kinds) }
      : undefined
  }
  if (node.name === 'UnaryExpression' && node.firstChild?.name === 'ArithOp')
    return kinds.text(node.firstChild) === '-' && kinds.of(node.lastChild) === 'Value'
      ? { operator: '-', instead: written(node, kinds) }
      : undefined
  if (node.name !== 'AssignmentExpression') return undefined
  const [name, update, right] = [node.firstChild, node.getChild('UpdateOp'), node.lastChild]
  if (name === null || update === null || right === null || kinds.of(name) !== 'Value')
    return undefined
  const operator = kinds.text(update)
  const method = methods[operator.slice(0, -1)]
  if (method === undefined) return undefined
  const variable = kinds.text(name)
  return {
    operator,
    instead: `${variable} = ${variable}.${method}(${written(right, kinds)})`,
  }
}

function operatorOf(node: SyntaxNode, kinds: Kinds): string | undefined {
  const operator = node.firstChild?.nextSibling
  const text = operator == null ? '' : kinds.text(operator)
  return text in methods ? text : undefined
}

/** `2 * a + b` becomes `a.mul(2).add(b)`. */
function written(node: SyntaxNode, kinds: Kinds): string {
  if (kinds.of(node) !== 'Value') return kinds.text(node)
  if (node.name === 'UnaryExpression') return `${receiver(node.lastChild!, kinds)}.neg()`
  if (node.name === 'ParenthesizedExpression') return written(node.firstChild!.nextSibling!, kinds)
  const operator = node.name === 'BinaryExpression' ? operatorOf(node, kinds) : undefined
  if (operator === undefined) return kinds.text(node)
  const [left, right] = [node.firstChild!, node.lastChild!]
  const method = methods[operator]!
  if (kinds.of(left) === 'Value')
    return `${receiver(left, kinds)}.${method}(${written(right, kinds)})`
  // A number has no methods: the order is changed where it does not matter, else it is a function.
  return operator === '+' || operator === '*'
    ? `${receiver(right, kinds)}.${method}(${written(left, kinds)})`
    : `${method}(${written(left, kinds)}, ${written(right, kinds)})`
}

/** Something that a dot may follow. */
const receiver = (node: SyntaxNode, kinds: Kinds): string => written(node, kinds)

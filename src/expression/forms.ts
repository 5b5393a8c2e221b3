/** What each form of JavaScript's expressions means here, and why the others mean nothing. */
import type {
  BinaryExpression,
  CallExpression,
  Expression,
  Literal,
  MemberExpression,
  Node,
  SequenceExpression,
  SpreadElement,
  UnaryExpression,
} from 'acorn'
import type { Operand } from '../engine.ts'
import type { Algebra } from '../ops.ts'
import { functions, type Kind, type Result, type Signature, suggestion } from './vocabulary.ts'

/** An expression taken apart: what it is computed from, and how. */
export interface Form {
  readonly parts: readonly Node[]
  /** What each part has to be; 'any' is for those of a call that takes whatever comes. */
  readonly takes: readonly Kind[] | 'any'
  readonly gives: Kind
  run(args: readonly Result[]): Result
}

/** Refuses a form: throws, with the reason, at a place in the text. */
type Refuse = (reason: string, position: number) => never

/** What forms need to know of the text they stand in. */
export interface Context {
  readonly text: string
  readonly functions: ReadonlyMap<string, Signature>
  readonly refuse: Refuse
}

/** The operators of formulas, and the operations that they spell: `*` is `mul`. */
export const operators: Readonly<Record<string, keyof Algebra<unknown>>> = {
  '+': 'add',
  '-': 'sub',
  '*': 'mul',
  '/': 'div',
  '**': 'pow',
  '>': 'gt',
  '<': 'lt',
  '>=': 'ge',
  '<=': 'le',
  '==': 'eq',
  '===': 'eq',
}

const order: readonly string[] = ['<', '>', '<=', '>=']

/** Operators of JavaScript that are none here, and what to write instead. */
const foreign: Readonly<Record<string, (left: string, right: string) => string>> = {
  '^': (a, b) => `^ is no power here: write ${a} ** ${b}.`,
  '!=': (a, b) => `write 1 - (${a} == ${b}) for 1 where they differ.`,
  '!==': (a, b) => `write 1 - (${a} == ${b}) for 1 where they differ.`,
  '&&': (a, b) => `comparisons are 1 or 0: write (${a}) * (${b}) for both.`,
  '||': (a, b) => `comparisons are 1 or 0: write max(${a}, ${b}) for either.`,
}

const row = (name: keyof Algebra<unknown>): Signature => functions.get(name)!
const calling = (signature: Signature, parts: readonly Node[]): Form => ({ ...signature, parts })
const constant = (x: number): Form => ({ parts: [], takes: [], gives: 'number', run: () => x })

/** Takes a node apart; names and assignments are the program's own. Refuses what has no meaning. */
export function formOf(node: Node, context: Context): Form {
  const form = Object.hasOwn(forms, node.type) ? forms[node.type] : undefined
  if (form !== undefined) return form(node as never, context)
  const reason = Object.hasOwn(strangers, node.type) ? strangers[node.type] : undefined
  const what = excerpt(context.text, node)
  return context.refuse(reason ?? `'${what}' has no meaning in an expression.`, node.start)
}

const forms: Readonly<Record<string, (node: never, context: Context) => Form>> = {
  Literal: literal,
  UnaryExpression: signed,
  BinaryExpression: binary,
  LogicalExpression: binary,
  ConditionalExpression: ({
    test,
    consequent,
    alternate,
  }: Extract<Expression, { type: 'ConditionalExpression' }>) =>
    calling(row('select'), [test, consequent, alternate]),
  CallExpression: call,
  MemberExpression: member,
  ArrayExpression: list,
  SequenceExpression: ({ expressions: [first] }: SequenceExpression, { text, refuse }) =>
    refuse(
      'a comma stands between arguments only; a decimal number has a point: 1.5.',
      text.indexOf(',', first!.end),
    ),
}

const strangers: Readonly<Record<string, string>> = {
  ArrowFunctionExpression: 'a function cannot be made here: write the formula itself.',
  FunctionExpression: 'a function cannot be made here: write the formula itself.',
  AssignmentExpression: 'a name is given at the beginning only: write it as a line of its own.',
  TemplateLiteral: 'a text is no number: write numbers and names without quotes.',
  TaggedTemplateExpression: 'a text is no number: write numbers and names without quotes.',
  UpdateExpression: '++ and -- change a variable, which a formula cannot: write a + 1.',
  ObjectExpression: 'braces have no meaning here: use ( ) to group.',
  ChainExpression: 'a number has no parts: call functions as in relu(a).',
}

function literal({ value, raw = '', start }: Literal, { refuse }: Context): Form {
  if (typeof value === 'number' && !/^0\d/.test(raw)) return constant(value)
  if (typeof value === 'number')
    return refuse(`a number does not begin with 0: write ${raw.replace(/^0+(?=\d)/, '')}.`, start)
  if (typeof value === 'bigint') return refuse(`write ${raw.slice(0, -1)} without the n.`, start)
  if (typeof value === 'boolean')
    return refuse(`write ${Number(value)} for ${value}: comparisons are 1 or 0.`, start)
  return refuse(
    typeof value === 'string'
      ? 'a text is no number: write numbers and names without quotes.'
      : `${raw} is no number.`,
    start,
  )
}

function signed({ operator, argument, start }: UnaryExpression, { refuse, text }: Context): Form {
  const one: readonly Kind[] = ['number']
  if (operator === '+') return { parts: [argument], takes: one, gives: 'number', run: ([x]) => x! }
  // −2 is a number, as in JavaScript, not the negation of one.
  if (operator === '-' && argument.type === 'Literal' && typeof argument.value === 'number')
    return constant(-argument.value)
  if (operator === '-') return calling(row('neg'), [argument])
  const x = excerpt(text, argument)
  if (operator === '!') return refuse(`write 1 - (${x}): comparisons are 1 or 0.`, start)
  return refuse(`${operator} has no meaning here.`, start)
}

function binary(node: BinaryExpression, { refuse, text }: Context): Form {
  const { left, right, operator } = node
  const at = text.indexOf(operator, left.end)
  const [a, b] = [excerpt(text, left), excerpt(text, right)]
  if (Object.hasOwn(foreign, operator)) return refuse(foreign[operator]!(a, b), at)
  if (!Object.hasOwn(operators, operator)) return refuse(`${operator} has no meaning here.`, at)
  // Brackets are no nodes of their own: with them, `left` would begin after the whole.
  const chained = left.type === 'BinaryExpression' && left.start === node.start
  if (order.includes(operator) && chained && order.includes(left.operator)) {
    const middle = excerpt(text, left.right)
    const both = `(${a}) * (${middle} ${operator} ${b})`
    return refuse(`this would compare the 1 or 0 of ${a}: write ${both} for both.`, at)
  }
  return calling(row(operators[operator]!), [left, right])
}

/** The text of a node for a hint, or `…` where it is long. */
function excerpt(text: string, { start, end }: Node): string {
  const written = text.slice(start, end)
  return written.length > 20 || written.includes('\n') ? '…' : written
}

function call(node: CallExpression, context: Context): Form {
  const { callee, arguments: parts, start } = node
  const { refuse, text } = context
  const name = calledName(node, context)
  const signature = context.functions.get(name)
  if (signature === undefined)
    return refuse(
      `there is no function ${name}.${suggestion(name, context.functions.keys()) || ` For a product write ${name} * (…).`}`,
      start,
    )
  const { takes } = signature
  if (takes !== 'any' && takes.length !== parts.length) {
    const wanted = `${takes.length} ${takes[0]}${takes.length === 1 ? '' : 's'}`
    const written = text.slice(callee.end, callee.end + 1) === '(' ? callee.end : start
    return refuse(
      `${name} takes ${wanted}, got ${parts.length}.`,
      parts[takes.length]?.start ?? written,
    )
  }
  return calling(signature, values(parts, start, refuse))
}

function calledName(
  { callee, arguments: parts, start }: CallExpression,
  { refuse, text, functions }: Context,
): string {
  if (callee.type === 'Identifier') return callee.name
  if (callee.type === 'MemberExpression') {
    const { object, property } = callee
    const name = text.slice(property.start, property.end)
    if (excerpt(text, object) === 'Math') return name
    const all = [object, ...parts].map((part) => excerpt(text, part)).join(', ')
    const instead = functions.has(name) ? `${name}(${all})` : 'relu(a)'
    return refuse(`functions are called by their name: write ${instead}.`, property.start)
  }
  const factor = text.slice(start, text.indexOf('(', callee.end)).trim()
  return refuse(`only a function is called: write ${factor} * (…) for a product.`, start)
}

/** Arguments or entries that are expressions: none missing, none spread. */
function values(
  parts: readonly (Expression | SpreadElement | null)[],
  start: number,
  refuse: Refuse,
): Expression[] {
  return parts.map((part) => {
    if (part === null) return refuse('an entry is missing between two commas.', start)
    if (part.type !== 'SpreadElement') return part
    return refuse('write the entries out, without dots.', part.start)
  })
}

function list(node: Extract<Expression, { type: 'ArrayExpression' }>, { refuse }: Context): Form {
  const parts = values(node.elements, node.start, refuse)
  const takes = parts.map((): Kind => 'number')
  return { parts, takes, gives: 'list', run: (x) => x as readonly Operand[] }
}

/** `softmax([a, b])[0]`, and `Math.PI`. */
function member(node: MemberExpression, { refuse, text }: Context): Form {
  const { object, property, computed } = node
  const name = excerpt(text, property)
  if (!computed && excerpt(text, object) === 'Math') {
    if (typeof Math[name as 'PI'] === 'number') return constant(Math[name as 'PI'])
    return refuse(`Math.${name} is no constant; functions are called, as in relu(a).`, node.start)
  }
  if (!computed)
    return refuse('a number has no parts: call functions as in relu(a).', property.start)
  const index = (property as Literal).value
  if (typeof index !== 'number' || !Number.isInteger(index) || index < 0)
    return refuse(
      `the place in a list is a whole number: write [0], or pick(…, i).`,
      property.start,
    )
  const run = ([x]: readonly Result[]): Result => {
    const entries = x as readonly Operand[]
    if (index < entries.length) return entries[index]!
    throw new RangeError(
      `the list has ${entries.length} entries, the last is [${entries.length - 1}].`,
    )
  }
  return { parts: [object], takes: ['list'], gives: 'number', run }
}

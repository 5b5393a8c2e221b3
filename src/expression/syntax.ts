/** Text → acorn's tree, statement by statement; what JavaScript itself refuses is explained here. */
import { type Expression, type Options, parseExpressionAt, type Token, tokenizer } from 'acorn'
import { ExpressionError } from './expression-error.ts'

const options: Options = { ecmaVersion: 2022 }

/** More would be a mistake, and would come close to what a parser's stack holds. */
const deepest = 250

/** The expressions of a text, with `;` or a new line between them. Throws an ExpressionError. */
export function statementsOf(text: string): Expression[] {
  const tokens = tokensOf(text)
  checkNames(text, tokens)
  checkBrackets(text, tokens)
  const statements: Expression[] = []
  let at = nextToken(tokens, 0, true)
  if (at === undefined) throw new ExpressionError('an empty text is no expression.', text, 0)
  while (at !== undefined) {
    const start = afterDeclaration(text, tokens, at)
    const statement = expressionAt(text, tokens, start)
    const end = endOf(tokens, start, statement)
    statements.push(statement)
    checkSeparated(text, tokens, end)
    at = nextToken(tokens, end, true)
  }
  return statements
}

function tokensOf(text: string): Token[] {
  try {
    return [...tokenizer(text, options)]
  } catch (error) {
    throw explained(text, [], error)
  }
}

function expressionAt(text: string, tokens: readonly Token[], position: number): Expression {
  try {
    return parseExpressionAt(text, position, options)
  } catch (error) {
    throw explained(text, tokens, error)
  }
}

/** Where the next token from `position` on begins, semicolons aside. */
function nextToken(tokens: readonly Token[], position: number, skip: boolean): number | undefined {
  return tokens.find((t) => t.start >= position && !(skip && t.type.label === ';'))?.start
}

/** `let f = …` is `f = …`. */
function afterDeclaration(text: string, tokens: readonly Token[], position: number): number {
  const i = tokens.findIndex((t) => t.start === position)
  const [word, name] = [tokens[i], tokens[i + 1]]
  const declares = ['let', 'const', 'var'].includes(text.slice(word?.start, word?.end))
  return declares && name?.type.label === 'name' ? name.start : position
}

/** Where an expression ends that begins at `start`: acorn's tree leaves out brackets around all of it. */
function endOf(tokens: readonly Token[], start: number, { start: inner, end }: Expression): number {
  const around = tokens.filter((t) => t.start >= start && t.end <= inner).length
  if (around === 0) return end
  return tokens.filter((t) => t.start >= end)[around - 1]!.end
}

/** One expression ends at a `;`, at the end of its line, or at the end of the text. */
function checkSeparated(text: string, tokens: readonly Token[], end: number): void {
  const next = nextToken(tokens, end, false)
  if (next === undefined || text[next] === ';' || text.slice(end, next).includes('\n')) return
  const left = /[\w.)\]]+$/.exec(text.slice(0, end))?.[0] ?? 'a'
  const right = /^[\w.]+/.exec(text.slice(next))?.[0] ?? 'b'
  throw new ExpressionError(
    `an operator is missing here: write ${left} * ${right} for a product.`,
    text,
    next,
  )
}

/** `a·b` and `#note` are names to JavaScript, which nobody means who types a formula. */
function checkNames(text: string, tokens: readonly Token[]): void {
  for (const { type, start, end } of tokens) {
    if (type.label === 'privateId') throw new ExpressionError(comment, text, start)
    const dot = type.label === 'name' ? text.slice(start, end).indexOf('·') : -1
    if (dot >= 0) throw new ExpressionError(typographic('·')!, text, start + dot)
  }
}

const closers: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' }

function checkBrackets(text: string, tokens: readonly Token[]): void {
  const open: Token[] = []
  for (const token of tokens) {
    const bracket = token.type.label
    if (bracket in closers) open.push(token)
    if (open.length > deepest)
      throw new ExpressionError(
        `brackets are nested more than ${deepest} deep: name the inner parts, as in d = a * b; f = relu(d).`,
        text,
        token.start,
      )
    if (!Object.values(closers).includes(bracket)) continue
    const opener = open.pop()
    if (opener === undefined)
      throw new ExpressionError(
        `there is no bracket for this ${bracket} to close.`,
        text,
        token.start,
      )
    const expected = closers[opener.type.label]!
    if (expected !== bracket)
      throw new ExpressionError(
        `expected ${expected} for the ${opener.type.label} before, got ${bracket}.`,
        text,
        token.start,
      )
  }
  const unclosed = open[0]
  if (unclosed === undefined) return
  const { label } = unclosed.type
  throw new ExpressionError(
    `this ${label} is never closed: add a ${closers[label]}.`,
    text,
    unclosed.start,
  )
}

/** What acorn could not read, in words of this grammar. */
function explained(text: string, tokens: readonly Token[], error: unknown): Error {
  if (!(error instanceof Error)) return new Error(String(error))
  const { pos } = error as { pos?: number }
  if (pos === undefined || error.message.startsWith('Not enough stack'))
    return new ExpressionError(
      'this is too long or too deep for one expression: name parts of it, as in d = a * b; f = relu(d).',
      text,
      pos ?? 0,
    )
  // acorn looks one further after a lone #
  const place = text[pos - 1] === '#' ? pos - 1 : Math.min(pos, text.length - 1)
  return new ExpressionError(
    (text[place] === '#' ? comment : typographic(characterAt(text, place))) ??
      unary(text, tokens, pos) ??
      product(text, error.message, pos) ??
      known(error.message) ??
      unexpected(text, tokens, error.message, pos),
    text,
    error.message.startsWith('Unexpected character') ? place : pos,
  )
}

const comment = "'#' has no meaning here: a comment begins with //."

const characterAt = (text: string, position: number): string =>
  String.fromCodePoint(text.codePointAt(position) ?? 32)

/** acorn's messages, by how they begin, where this grammar has more to say. */
const reasons: Readonly<Record<string, string>> = {
  'Unterminated string': 'a text is no number: write numbers and names without quotes.',
  'Unterminated template': 'a text is no number: write numbers and names without quotes.',
  'Unterminated regular expression': "expected a number, a name or a bracket before this '/'.",
  'Unterminated comment': 'this comment is never closed: add */.',
  'Assigning to rvalue': 'a result is named as in f = a * b.',
  'Invalid number': 'this is no number: write it as in 0.5 or 1e-3.',
}

function known(message: string): string | undefined {
  return Object.entries(reasons).find(([start]) => message.startsWith(start))?.[1]
}

/** Signs of printed formulas, and how they are typed. */
const typed: Readonly<Record<string, string>> = {
  '−': '-',
  '–': '-',
  '·': '*',
  '×': '*',
  '÷': '/',
  '∶': '/',
  '²': '** 2',
  '³': '** 3',
  '≤': '<=',
  '≥': '>=',
  '≠': '1 - (a == b)',
  '√': 'sqrt(a)',
}

function typographic(character: string): string | undefined {
  const instead = Object.hasOwn(typed, character) ? typed[character] : undefined
  return instead && `'${character}' is for print: type ${instead} instead.`
}

/** `-b ** 2`, which JavaScript refuses. */
function unary(text: string, tokens: readonly Token[], pos: number): string | undefined {
  const before = tokens.findLast((t) => t.end <= pos)
  const operand = ['name', 'num', ')', ']'].includes(before?.type.label ?? '')
  if (!text.startsWith('**', pos) || !operand) return undefined
  const base = /[-+]\s*([\w.]+)\s*$/.exec(text.slice(0, pos))?.[1] ?? 'b'
  const exponent = /^\s*([\w.]+)/.exec(text.slice(pos + 2))?.[1] ?? '2'
  return `a sign before a power has two readings: write -(${base} ** ${exponent}) or (-${base}) ** ${exponent}.`
}

/** `2a`. */
function product(text: string, message: string, pos: number): string | undefined {
  if (!message.startsWith('Identifier directly after number')) return undefined
  const number = /[\d.]+$/.exec(text.slice(0, pos))?.[0] ?? '2'
  const name = /^[\p{L}_$][\w]*/u.exec(text.slice(pos))?.[0] ?? 'a'
  return `a number cannot touch a name: write ${number} * ${name} for a product.`
}

function unexpected(text: string, tokens: readonly Token[], message: string, pos: number): string {
  if (message.startsWith('Unexpected character'))
    return `'${characterAt(text, Math.min(pos, text.length - 1))}' has no meaning here.`
  if (!message.startsWith('Unexpected token')) return `${message.replace(/ \(\d+:\d+\)$/, '')}.`
  const token = tokens.find((t) => t.start === pos)
  if (token === undefined || token.type.label === 'eof')
    return 'the text ends where a number, a name or a bracket should follow.'
  return `expected a number, a name or a bracket here, got '${text.slice(token.start, token.end)}'.`
}

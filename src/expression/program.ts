/** An expression as instructions for a stack: read once, checked once, run as often as one likes. */
import type { Expression, Identifier, Node } from 'acorn'
import { lift, type Operand, Value } from '../engine.ts'
import { ExpressionError } from './expression-error.ts'
import { type Context, formOf } from './forms.ts'
import { statementsOf } from './syntax.ts'
import { constants, type Kind, type Result, type Signature } from './vocabulary.ts'

type Locals = Map<string, Result>

/** Takes its arguments off the stack and puts its result there. */
interface Instruction {
  readonly arity: number
  readonly position: number
  run(args: readonly Result[], locals: Locals): Result
}

interface Statement {
  /** The name it gives its result. */
  readonly name: string | undefined
  readonly instructions: readonly Instruction[]
}

export class Program {
  readonly text: string
  /** Names that a caller gives numbers to, and where each stands first. */
  readonly free: Map<string, number> = new Map()
  readonly statements: readonly Statement[]
  readonly #context: Context
  /** Names that statements have given so far. */
  readonly #bound = new Map<string, Kind>()

  constructor(text: string, functions: ReadonlyMap<string, Signature>) {
    this.text = text
    const refuse = (reason: string, position: number): never => {
      throw new ExpressionError(reason, text, position)
    }
    this.#context = { text, functions, refuse }
    const read = statementsOf(text)
    this.statements = read.map((node, i) => this.#statement(node, i === read.length - 1))
  }

  #statement(node: Expression, last: boolean): Statement {
    const { name, body } = this.#named(node)
    const { instructions, kind } = this.#instructions(body)
    if (last && kind === 'list')
      this.#context.refuse('the result is a list: take one of it, as in …[0].', body.start)
    if (name !== undefined) this.#checkNew(name, node.start)
    if (name !== undefined) this.#bound.set(name, kind)
    return { name, instructions }
  }

  #named(node: Expression): { name: string | undefined; body: Expression } {
    if (node.type !== 'AssignmentExpression') return { name: undefined, body: node }
    const { left, operator, right } = node
    const { refuse, text } = this.#context
    if (left.type !== 'Identifier' || operator !== '=')
      return refuse('a result is named as in f = a * b.', left.start)
    this.#checkFree(left)
    if (right.type === 'AssignmentExpression')
      return refuse(
        `one name each: ${text.slice(left.start, left.end)} has one already.`,
        right.start,
      )
    return { name: left.name, body: right }
  }

  /** Refuses to name a result as a number that is given: two Values would have one name. */
  #checkNew(name: string, position: number): void {
    if (!this.free.has(name)) return
    this.#context.refuse(
      `${name} is used before it has a value, as a number that is given: name the result otherwise, as in ${name}1 = …`,
      position,
    )
  }

  /** Refuses the names of functions and constants as names of numbers. */
  #checkFree({ name, start }: Identifier): void {
    const { refuse, functions } = this.#context
    if (constants.has(name))
      refuse(`${name} is the constant ${constants.get(name)}: choose another name.`, start)
    if (functions.has(name))
      refuse(`${name} is a function: call it, as in ${name}(…), or choose another name.`, start)
  }

  /** Operands before operations, without recursion: a sum of thousands is thousands deep. */
  #instructions(root: Expression): { instructions: Instruction[]; kind: Kind } {
    const instructions: Instruction[] = []
    const kinds: Kind[] = []
    const work: (Node | (() => void))[] = [root]
    for (let next = work.pop(); next !== undefined; next = work.pop()) {
      if (typeof next === 'function') {
        next()
        continue
      }
      if (next.type === 'Identifier') {
        kinds.push(this.#name(next as Identifier, instructions))
        continue
      }
      const node = next
      const { parts, takes, gives, run } = formOf(node, this.#context)
      work.push(() => {
        const given = kinds.splice(kinds.length - parts.length)
        if (takes !== 'any') this.#checkKinds(parts, given, takes)
        kinds.push(gives)
        instructions.push({ arity: parts.length, position: node.start, run })
      })
      for (const part of parts.toReversed()) work.push(part)
    }
    return { instructions, kind: kinds[0]! }
  }

  #name(node: Identifier, instructions: Instruction[]): Kind {
    const { name, start } = node
    const known = constants.get(name)
    if (known === undefined) this.#checkFree(node)
    const free = known === undefined && !this.#bound.has(name)
    if (free && !this.free.has(name)) this.free.set(name, start)
    const run: Instruction['run'] =
      known === undefined ? (_, locals) => locals.get(name)! : () => known
    instructions.push({ arity: 0, position: start, run })
    return this.#bound.get(name) ?? 'number'
  }

  #checkKinds(parts: readonly Node[], given: readonly Kind[], takes: readonly Kind[]): void {
    const i = given.findIndex((kind, k) => kind !== takes[k])
    if (i < 0) return
    const hint = takes[i] === 'list' ? 'write [a, b]' : 'take one of it, as in …[0]'
    this.#context.refuse(
      `expected a ${takes[i]} here, got a ${given[i]}: ${hint}.`,
      parts[i]!.start,
    )
  }

  /** Runs the statements one after the other; each name that one gives is a label and a local. */
  run(given: ReadonlyMap<string, Value>): Value {
    const locals: Locals = new Map(given)
    const outside = new Set<Result>(given.values())
    let result: Result = NaN
    for (const { name, instructions } of this.statements) {
      result = this.#execute(instructions, locals)
      if (name === undefined) continue
      const fresh = result instanceof Value && !outside.has(result)
      if (fresh && result instanceof Value) result.label ??= name
      locals.set(name, result)
    }
    if (result instanceof Value) return result
    const y = lift(result as Operand)
    y.label = this.statements.at(-1)!.name
    return y
  }

  #execute(instructions: readonly Instruction[], locals: Locals): Result {
    const stack: Result[] = []
    for (const { arity, position, run } of instructions) {
      const args = stack.splice(stack.length - arity)
      try {
        stack.push(run(args, locals))
      } catch (cause) {
        const reason = cause instanceof Error ? cause.message : String(cause)
        throw Object.assign(new ExpressionError(reason, this.text, position), { cause })
      }
    }
    return stack[0]!
  }
}

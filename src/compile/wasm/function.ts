/** A function of a module, written statement by statement. */
import type { Bytes } from './bytes.ts'
import { Code, type Indices, type Statement } from './code.ts'
import type { InstructionName, Type } from './instructions.ts'
import { i32, type Immediates, type Node, op } from './node.ts'

/** A register that statements change. */
export interface Variable {
  readonly index: number
  readonly type: Type
  get(): Node
}

export class FunctionBuilder {
  readonly name: string
  readonly parameters: readonly Type[]
  readonly result: Type | undefined
  /** The functions that it calls. */
  readonly callees = new Set<string>()
  readonly #types: Type[]
  readonly #free = new Map<Type, number[]>()
  #taken: number[] = []
  #body: Statement[] = []

  constructor(name: string, parameters: readonly Type[], result?: Type) {
    this.name = name
    this.parameters = parameters
    this.result = result
    this.#types = [...parameters]
  }

  parameter(index: number): Node {
    return { kind: 'local', type: this.parameters[index]!, index }
  }

  /** A register until the loop or scope that it is made in ends. */
  local(type: Type): Variable {
    const index = this.#free.get(type)?.pop() ?? this.#types.push(type) - 1
    this.#taken.push(index)
    return { index, type, get: () => ({ kind: 'local', type, index }) }
  }

  set({ index }: Variable, value: Node): void {
    const once = this.#shared(value)
    this.#body.push((code) => {
      code.value(once)
      code.local('set', index)
    })
  }

  /**
   * The same expression, in which what occurs more than once is computed before: also what only
   * one side of an `either` uses, so that such a side is best a call.
   */
  #shared(root: Node): Node {
    const uses = new Map<Node, number>()
    if (!this.#count(root, uses)) return root
    const done = new Map<Node, Node>()
    const visit = (node: Node): Node => {
      if (!('operands' in node) || node.operands.length === 0) return node
      const known = done.get(node)
      if (known !== undefined) return known
      const same = { ...node, operands: node.operands.map(visit) } as Node
      const ready = uses.get(node)! > 1 ? this.#computed(same) : same
      done.set(node, ready)
      return ready
    }
    return visit(root)
  }

  /** Counts how often what is not just read occurs in an expression; whether anything does more than once. */
  #count(node: Node, uses: Map<Node, number>): boolean {
    if (node.kind === 'call') this.callees.add(node.callee)
    if (!('operands' in node) || node.operands.length === 0) return false
    const before = uses.get(node) ?? 0
    uses.set(node, before + 1)
    if (before > 0) return true
    let several = false
    for (let i = 0; i < node.operands.length; i++)
      if (this.#count(node.operands[i]!, uses)) several = true
    return several
  }

  #computed(value: Node): Node {
    const variable = this.local(value.type)
    this.#body.push((code) => {
      code.value(value)
      code.local('set', variable.index)
    })
    return variable.get()
  }

  /** Computes `value` now; what is returned reads it. */
  let(value: Node): Node {
    const variable = this.local(value.type)
    this.set(variable, value)
    return variable.get()
  }

  store(name: InstructionName, address: Node, value: Node, immediates: Immediates): void {
    const statement = this.#shared(op(name, address, value, immediates))
    this.#body.push((code) => code.value(statement))
  }

  /** The result of the function, if it has one. */
  give(value: Node): void {
    const once = this.#shared(value)
    this.#body.push((code) => code.value(once))
  }

  /** Registers made inside are free again afterwards. */
  scope(body: () => void): void {
    const outer = this.#taken
    this.#taken = []
    body()
    for (const index of this.#taken) {
      const type = this.#types[index]!
      const free = this.#free.get(type)
      if (free === undefined) this.#free.set(type, [index])
      else free.push(index)
    }
    this.#taken = outer
  }

  /** `body`, `count` times. */
  repeat(count: number, body: () => void): void {
    this.scope(() => {
      const left = this.local('i32')
      this.set(left, i32(count))
      const outer = this.#body
      this.#body = []
      this.scope(body)
      const inner = this.#body
      this.#body = outer
      this.#body.push((code) => {
        code.loop(inner, () => {
          code.value(op('i32.sub', left.get(), i32(1)))
          code.local('tee', left.index)
        })
      })
    })
  }

  /** The function's locals and code. */
  write(bytes: Bytes, indices: Indices): void {
    const code = new Code(bytes, indices)
    code.locals(this.#types.slice(this.parameters.length))
    for (const statement of this.#body) statement(code)
    code.end()
  }
}

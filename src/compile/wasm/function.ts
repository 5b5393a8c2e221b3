/** A function of a module, written statement by statement. */
import type { Bytes } from './bytes.ts'
import { type Instruction, type InstructionName, instructions, type Type } from './instructions.ts'
import { i32, type Immediates, type Node, op } from './node.ts'

/** A register that statements change. */
export interface Variable {
  readonly index: number
  readonly type: Type
  get(): Node
}

/** Code by its byte, and the types of blocks. */
const codes = {
  local: 0x20,
  set: 0x21,
  tee: 0x22,
  call: 0x10,
  callByNumber: 0x11,
  loop: 0x03,
  if: 0x04,
  else: 0x05,
  end: 0x0b,
  branchIf: 0x0d,
}
const empty = 0x40
const typeCodes: Record<Type, number> = { i32: 0x7f, i64: 0x7e, f32: 0x7d, f64: 0x7c, v128: 0x7b }

export type Statement = (code: Code) => void

/** Where a module has what functions refer to. */
export interface Indices {
  functionOf(name: string): number
  typeOf(takes: readonly Type[], gives: Type): number
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
    const several = this.#severalIn(root)
    if (several === undefined) return root
    const done = new Map<Node, Node>()
    const visit = (node: Node): Node => {
      if (!('operands' in node) || node.operands.length === 0) return node
      const known = done.get(node)
      if (known !== undefined) return known
      const same = { ...node, operands: node.operands.map(visit) } as Node
      const ready = several.has(node) ? this.#computed(same) : same
      done.set(node, ready)
      return ready
    }
    return visit(root)
  }

  /** What occurs more than once in an expression and is not just read; undefined if there is nothing. */
  #severalIn(root: Node): Set<Node> | undefined {
    const seen = new Set<Node>()
    let several: Set<Node> | undefined
    const visit = (node: Node): void => {
      if (node.kind === 'call') this.callees.add(node.callee)
      if (!('operands' in node) || node.operands.length === 0) return
      if (seen.has(node)) {
        several ??= new Set()
        several.add(node)
        return
      }
      seen.add(node)
      for (const operand of node.operands) visit(operand)
    }
    visit(root)
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
      this.#free.set(type, [...(this.#free.get(type) ?? []), index])
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
    const locals = this.#types.slice(this.parameters.length)
    bytes.list(locals, (type) => {
      bytes.unsigned(1)
      bytes.byte(typeCodes[type])
    })
    const code = new Code(bytes, indices)
    for (const statement of this.#body) statement(code)
    bytes.byte(codes.end)
  }
}

class Code {
  readonly #bytes: Bytes
  readonly #indices: Indices

  constructor(bytes: Bytes, indices: Indices) {
    this.#bytes = bytes
    this.#indices = indices
  }

  local(what: 'set' | 'tee', index: number): void {
    this.#bytes.byte(codes[what])
    this.#bytes.unsigned(index)
  }

  loop(body: readonly Statement[], again: () => void): void {
    this.#bytes.byte(codes.loop)
    this.#bytes.byte(empty)
    for (const statement of body) statement(this)
    again()
    this.#bytes.byte(codes.branchIf)
    this.#bytes.unsigned(0)
    this.#bytes.byte(codes.end)
  }

  value(node: Node): void {
    const bytes = this.#bytes
    if (node.kind === 'i32') {
      bytes.byte(0x41)
      bytes.signed(node.value)
      return
    }
    if (node.kind === 'local') {
      bytes.byte(codes.local)
      bytes.unsigned(node.index)
      return
    }
    if (node.kind === 'either') {
      this.#either(node)
      return
    }
    for (const operand of node.operands) this.value(operand)
    if (node.kind === 'call') {
      bytes.byte(codes.call)
      bytes.unsigned(this.#indices.functionOf(node.callee))
      return
    }
    if (node.kind === 'call by number') {
      const takes = node.operands.slice(0, -1).map(({ type }) => type)
      bytes.byte(codes.callByNumber)
      bytes.unsigned(this.#indices.typeOf(takes, node.type))
      bytes.unsigned(0) // the only table
      return
    }
    const { code, immediate }: Instruction = instructions[node.name]
    bytes.all(code)
    const { offset = 0, lane = 0, bytes: constant } = node.immediates
    if (immediate.startsWith('offset')) {
      bytes.unsigned(0) // alignment: any
      bytes.unsigned(offset)
    }
    if (immediate.endsWith('lane')) bytes.byte(lane)
    if (immediate === 'bytes') bytes.all(constant!)
  }

  #either({ type, operands: [condition, then, otherwise] }: Node & { kind: 'either' }): void {
    this.value(condition)
    this.#bytes.byte(codes.if)
    this.#bytes.byte(typeCodes[type])
    this.value(then)
    this.#bytes.byte(codes.else)
    this.value(otherwise)
    this.#bytes.byte(codes.end)
  }
}

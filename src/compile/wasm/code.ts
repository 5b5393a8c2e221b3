/** The bytes of statements and expressions. */
import type { Bytes } from './bytes.ts'
import { type Instruction, instructions, type Type, typeCodes } from './instructions.ts'
import type { Node } from './node.ts'

/** Code by its byte, and the type of a block that leaves nothing. */
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

/** Where a module has what functions refer to. */
export interface Indices {
  functionOf(name: string): number
  typeOf(takes: readonly Type[], gives: Type): number
}

export type Statement = (code: Code) => void

/** Writes the code of one function. */
export class Code {
  readonly #bytes: Bytes
  readonly #indices: Indices

  constructor(bytes: Bytes, indices: Indices) {
    this.#bytes = bytes
    this.#indices = indices
  }

  /** Registers that the function has beside its parameters. */
  locals(types: readonly Type[]): void {
    this.#bytes.unsigned(types.length)
    for (const type of types) {
      this.#bytes.unsigned(1)
      this.#bytes.byte(typeCodes[type])
    }
  }

  end(): void {
    this.#bytes.byte(codes.end)
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
    this.end()
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
    const { operands } = node
    for (let i = 0; i < operands.length; i++) this.value(operands[i]!)
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
    if (immediate === 'offset' || immediate === 'offset lane') {
      bytes.unsigned(0) // alignment: any
      bytes.unsigned(offset)
    }
    if (immediate === 'offset lane') bytes.byte(lane)
    if (immediate === 'bytes') bytes.all(constant!)
  }

  #either({ type, operands: [condition, then, otherwise] }: Node & { kind: 'either' }): void {
    this.value(condition)
    this.#bytes.byte(codes.if)
    this.#bytes.byte(typeCodes[type])
    this.value(then)
    this.#bytes.byte(codes.else)
    this.value(otherwise)
    this.end()
  }
}

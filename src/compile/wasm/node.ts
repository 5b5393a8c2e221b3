/** An expression in WebAssembly: an instruction and its operands. */
import {
  type Instruction,
  type InstructionName,
  instructions,
  type Type,
  typeOf,
} from './instructions.ts'

/** What follows an opcode. */
export interface Immediates {
  readonly offset?: number
  readonly lane?: number
  readonly bytes?: Uint8Array
}

export type Node =
  | {
      readonly kind: 'op'
      readonly type: Type
      readonly name: InstructionName
      readonly operands: readonly Node[]
      readonly immediates: Immediates
    }
  | { readonly kind: 'i32'; readonly type: 'i32'; readonly value: number }
  | { readonly kind: 'local'; readonly type: Type; readonly index: number }
  | {
      readonly kind: 'call'
      readonly type: Type
      readonly callee: string
      readonly operands: readonly Node[]
    }
  | {
      /** The function that the last operand numbers, of those in the module's table. */
      readonly kind: 'call by number'
      readonly type: Type
      readonly operands: readonly Node[]
    }
  | {
      /** The second operand where the first is not 0, else the third; only that one is computed. */
      readonly kind: 'either'
      readonly type: Type
      readonly operands: readonly [condition: Node, then: Node, otherwise: Node]
    }

const none: Immediates = {}

/** `name` of these operands; immediates, if any, come last. */
export function op(name: InstructionName, ...rest: readonly (Node | Immediates)[]): Node {
  const { takes, gives }: Instruction = instructions[name]
  const immediates = (rest[takes.length] ?? none) as Immediates
  const operands = (rest.length > takes.length ? rest.slice(0, takes.length) : rest) as Node[]
  return { kind: 'op', type: typeOf[gives]!, name, operands, immediates }
}

export const i32 = (value: number): Node => ({ kind: 'i32', type: 'i32', value })

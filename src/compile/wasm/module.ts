/** A WebAssembly module that imports its memory and exports its functions. */
import { Bytes } from './bytes.ts'
import type { Indices } from './code.ts'
import type { FunctionBuilder } from './function.ts'
import { type Type, typeCodes } from './instructions.ts'

const magic = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]
const sections = { type: 1, import: 2, function: 3, table: 4, export: 7, element: 9, code: 10 }
const firstPlace = [0x41, 0, 0x0b] // i32.const 0, end
const functionType = 0x60
const memoryKind = 2
const functionKind = 0
const functionReference = 0x70

/** Most pages of 64 KiB that a memory of 32-bit addresses has. */
export const mostPages = 65536
const sharedLimits = 3 // a maximum is named, and threads share the memory

/** What a module is besides its functions. */
export interface ModuleOptions {
  /** Its memory is shared among threads. */
  readonly shared?: boolean
  /** Functions that are called by their number in this list. */
  readonly numbered?: readonly FunctionBuilder[]
}

/** The bytes of a module of these functions, all exported by name. */
export function encodeModule(
  functions: readonly FunctionBuilder[],
  { shared = false, numbered = [] }: ModuleOptions = {},
): Uint8Array {
  const signatures = functions.map(({ parameters, result }) => signatureOf(parameters, result))
  const types = [...new Set(signatures)]
  const places = new Map(functions.map(({ name }, i) => [name, i]))
  const indices: Indices = {
    functionOf: (name) => places.get(name)!,
    typeOf: (takes, gives) => types.indexOf(signatureOf(takes, gives)),
  }
  const bytes = new Bytes()
  bytes.all(magic)
  const section = (number: number, write: (inner: Bytes) => void): void => {
    bytes.byte(number)
    bytes.sized(write)
  }
  section(sections.type, (s) => {
    s.unsigned(types.length)
    for (const type of types) {
      const { parameters, result } = functions[signatures.indexOf(type)]!
      s.byte(functionType)
      s.list(parameters, typeCodes)
      s.list(result === undefined ? [] : [result], typeCodes)
    }
  })
  section(sections.import, (s) => {
    s.unsigned(1)
    s.text('')
    s.text('memory')
    s.byte(memoryKind)
    s.byte(shared ? sharedLimits : 0)
    s.unsigned(1)
    if (shared) s.unsigned(mostPages)
  })
  section(sections.function, (s) => {
    s.unsigned(functions.length)
    for (const signature of signatures) s.unsigned(types.indexOf(signature))
  })
  if (numbered.length > 0)
    section(sections.table, (s) => {
      s.unsigned(1)
      s.byte(functionReference)
      s.byte(0)
      s.unsigned(numbered.length)
    })
  section(sections.export, (s) => {
    s.unsigned(functions.length)
    for (const { name } of functions) {
      s.text(name)
      s.byte(functionKind)
      s.unsigned(indices.functionOf(name))
    }
  })
  if (numbered.length > 0)
    section(sections.element, (s) => {
      s.unsigned(1)
      s.unsigned(0)
      s.all(firstPlace)
      s.unsigned(numbered.length)
      for (const { name } of numbered) s.unsigned(indices.functionOf(name))
    })
  section(sections.code, (s) => {
    s.unsigned(functions.length)
    for (const f of functions) s.sized((inner) => f.write(inner, indices))
  })
  return bytes.done()
}

function signatureOf(takes: readonly Type[], gives: Type | undefined): string {
  return `${takes.join()}:${gives}`
}

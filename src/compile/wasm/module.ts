/** A WebAssembly module that imports its memory and exports its functions. */
import { Bytes } from './bytes.ts'
import type { FunctionBuilder } from './function.ts'
import type { Type } from './instructions.ts'

const magic = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]
const sections = { type: 1, import: 2, function: 3, export: 7, code: 10 }
const typeCodes: Record<Type, number> = { i32: 0x7f, i64: 0x7e, f32: 0x7d, f64: 0x7c, v128: 0x7b }
const functionType = 0x60
const memoryKind = 2
const functionKind = 0

/** Most pages of 64 KiB that a memory of 32-bit addresses has. */
export const mostPages = 65536
const sharedLimits = 3 // a maximum is named, and threads share the memory

/** The bytes of a module of these functions, all exported by name; `shared` is what its memory is. */
export function encodeModule(functions: readonly FunctionBuilder[], shared = false): Uint8Array {
  const signatures = functions.map(({ parameters, result }) =>
    JSON.stringify([parameters, result === undefined ? [] : [result]]),
  )
  const types = [...new Set(signatures)]
  const numbers = new Map(functions.map(({ name }, i) => [name, i]))
  const bytes = new Bytes()
  bytes.all(magic)
  const section = (number: number, write: (inner: Bytes) => void): void => {
    bytes.byte(number)
    bytes.sized(write)
  }
  section(sections.type, (s) =>
    s.list(types, (type) => {
      s.byte(functionType)
      for (const list of JSON.parse(type) as Type[][]) s.list(list, (t) => s.byte(typeCodes[t]))
    }),
  )
  section(sections.import, (s) => {
    s.unsigned(1)
    s.text('')
    s.text('memory')
    s.byte(memoryKind)
    s.byte(shared ? sharedLimits : 0)
    s.unsigned(1)
    if (shared) s.unsigned(mostPages)
  })
  section(sections.function, (s) => s.list(signatures, (x) => s.unsigned(types.indexOf(x))))
  section(sections.export, (s) =>
    s.list(functions, ({ name }) => {
      s.text(name)
      s.byte(functionKind)
      s.unsigned(numbers.get(name)!)
    }),
  )
  section(sections.code, (s) =>
    s.list(functions, (f) => s.sized((inner) => f.write(inner, (name) => numbers.get(name)!))),
  )
  return bytes.done()
}

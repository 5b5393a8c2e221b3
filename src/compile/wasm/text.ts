/** A module's bytes as WebAssembly text: what a kernel really says, read back from what it is. */
import { type Instruction, instructions, type Type } from './instructions.ts'
import { mostPages } from './module.ts'

const types: Readonly<Record<number, Type>> = {
  0x7f: 'i32',
  0x7e: 'i64',
  0x7d: 'f32',
  0x7c: 'f64',
  0x7b: 'v128',
}
const importSection = 2
const codeSection = 10
const typeSection = 1
const functionSection = 3
const elementSection = 9
const exportSection = 7

interface Signature {
  readonly takes: readonly Type[]
  readonly gives: readonly Type[]
}

/** The functions of a module that `encodeModule` made, instruction by instruction. Throws on others. */
export function toWat(binary: Uint8Array): string {
  const reader = new Reader(binary, 8)
  let [signatures, indices, names]: [Signature[], number[], string[]] = [[], [], []]
  const functions: string[] = []
  let shared = false
  let numbered: number[] = []
  while (!reader.isAtEnd) {
    const section = reader.byte()
    const length = reader.unsigned()
    const end = reader.at + length
    if (section === typeSection)
      signatures = reader.list(() => {
        reader.byte()
        return { takes: reader.list(() => reader.type()), gives: reader.list(() => reader.type()) }
      })
    // The last bytes name the memory's limits; those of a shared one end with its maximum.
    if (section === importSection) shared = binary[end - 1] !== 1
    if (section === functionSection) indices = reader.list(() => reader.unsigned())
    if (section === exportSection)
      names = reader.list(() => {
        const name = reader.text()
        reader.byte()
        reader.unsigned()
        return name
      })
    if (section === elementSection) {
      reader.at += 5 // one list, into the table's first place
      numbered = reader.list(() => reader.unsigned())
    }
    if (section === codeSection)
      functions.push(
        ...reader.list((i) => functionText(reader, indices[i]!, { names, signatures }, i)),
      )
    reader.at = end
  }
  const limits = shared ? `1 ${mostPages} shared` : '1'
  const memory = `  (import "" "memory" (memory ${limits}))`
  const table = numbered.map((i) => ` $${names[i]}`).join('')
  const tables = table === '' ? [] : [`  (table funcref (elem${table}))`]
  return ['(module', memory, ...tables, ...functions, ')'].join('\n')
}

/** What instructions refer to. */
interface Context {
  readonly names: readonly string[]
  readonly signatures: readonly Signature[]
}

const signatureText = ({ takes, gives }: Signature): string[] => [
  ...takes.map((type) => `(param ${type})`),
  ...gives.map((type) => `(result ${type})`),
]

function functionText(reader: Reader, type: number, context: Context, at: number): string {
  const name = context.names[at]!
  const end = reader.unsigned() + reader.at
  const locals = reader
    .list(() => ({ count: reader.unsigned(), type: reader.type() }))
    .flatMap(({ count, type }) => new Array<Type>(count).fill(type))
  const lines: string[] = []
  let depth = 2
  while (reader.at < end - 1) {
    const line = instructionText(reader, context)
    if (line === 'end' || line === 'else') depth--
    lines.push(`${'  '.repeat(depth)}${line}`)
    if (line === 'loop' || line === 'else' || line.startsWith('if')) depth++
  }
  reader.at = end
  const head = [
    `  (func $${name} (export "${name}")`,
    ...signatureText(context.signatures[type]!),
  ].join(' ')
  const declared = locals.length > 0 ? [`    (local ${locals.join(' ')})`] : []
  return [head, ...declared, ...lines, '  )'].join('\n')
}

/** Instructions that are not in the table: control, locals, constants. */
const others: Readonly<Record<number, (reader: Reader, context: Context) => string>> = {
  0x03: (reader) => (reader.byte(), 'loop'),
  0x04: (reader) => `if (result ${reader.type()})`,
  0x05: () => 'else',
  0x0b: () => 'end',
  0x0d: (reader) => `br_if ${reader.unsigned()}`,
  0x10: (reader, { names }) => `call $${names[reader.unsigned()]}`,
  0x11: (reader, { signatures }) => {
    const type = signatures[reader.unsigned()]!
    reader.byte()
    return ['call_indirect', ...signatureText(type)].join(' ')
  },
  0x20: (reader) => `local.get ${reader.unsigned()}`,
  0x21: (reader) => `local.set ${reader.unsigned()}`,
  0x22: (reader) => `local.tee ${reader.unsigned()}`,
  0x41: (reader) => `i32.const ${reader.signed()}`,
}

/** The table by opcode: the first byte, and after the prefix of SIMD the number. */
const byCode = new Map(
  Object.entries<Instruction>(instructions).map(([name, row]) => [row.code.join(), { name, row }]),
)

function instructionText(reader: Reader, context: Context): string {
  const first = reader.byte()
  const other = others[first]
  if (other !== undefined) return other(reader, context)
  const code = [first]
  if (first === 0xfd) {
    do code.push(reader.byte())
    while (code.at(-1)! >= 0x80)
  }
  const found = byCode.get(code.join())
  if (found === undefined)
    throw new TypeError(`an instruction of another compiler: ${code.join()}.`)
  const { name, row } = found
  const parts = [name]
  if (row.immediate.startsWith('offset')) {
    reader.unsigned()
    const offset = reader.unsigned()
    if (offset > 0) parts.push(`offset=${offset}`)
    parts.push('align=1')
  }
  if (row.immediate.endsWith('lane')) parts.push(String(reader.byte()))
  if (row.immediate === 'bytes') parts.push(...bytesText(name, reader.bytes(16)))
  return parts.join(' ')
}

const bytesText = (name: string, bytes: readonly number[]): string[] =>
  name === 'v128.const' ? ['i8x16', ...bytes.map(String)] : bytes.map(String)

/** Reads what bytes.ts writes. */
class Reader {
  at: number
  readonly #bytes: Uint8Array

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes
    this.at = at
  }

  get isAtEnd(): boolean {
    return this.at >= this.#bytes.length
  }

  byte(): number {
    return this.#bytes[this.at++]!
  }

  bytes(count: number): number[] {
    return Array.from({ length: count }, () => this.byte())
  }

  unsigned(): number {
    let [x, scale] = [0, 1]
    for (;;) {
      const next = this.byte()
      x += (next & 0x7f) * scale
      if (next < 0x80) return x
      scale *= 0x80
    }
  }

  signed(): number {
    let [x, shift] = [0, 0]
    for (;;) {
      const next = this.byte()
      x |= (next & 0x7f) << shift
      shift += 7
      if (next < 0x80) return shift < 32 && next & 0x40 ? x | (-1 << shift) : x
    }
  }

  text(): string {
    return new TextDecoder().decode(Uint8Array.from(this.bytes(this.unsigned())))
  }

  type(): Type {
    return types[this.byte()]!
  }

  list<T>(read: (i: number) => T): T[] {
    return Array.from({ length: this.unsigned() }, (_, i) => read(i))
  }
}

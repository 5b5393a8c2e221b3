/** The parts of an ONNX file that are read back, from the bytes of protobuf. */
import type { BinaryReader } from '@bufbuild/protobuf/wire'
import { types } from './message.ts'

/** One field of a message: a number, or bytes. */
type Field = number | Uint8Array
type Fields = ReadonlyMap<number, readonly Field[]>
type Reader = new (bytes: Uint8Array) => BinaryReader

export interface ReadNode {
  readonly op: string
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  /** Numbers alone: those are all that dense networks have. */
  readonly attributes: ReadonlyMap<string, number>
}

export interface ReadTensor {
  readonly shape: readonly number[]
  readonly data: number[]
}

export interface ReadModel {
  readonly nodes: readonly ReadNode[]
  readonly tensors: ReadonlyMap<string, ReadTensor>
  /** Inputs that are no weights. */
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly metadata: ReadonlyMap<string, string>
}

/** Reads a file. Throws one line on bytes that are none. */
export function parsed(bytes: Uint8Array, reader: Reader): ReadModel {
  try {
    return modelOf(bytes, reader)
  } catch (error) {
    throw new TypeError(
      'these bytes are no ONNX model: they are damaged, or another kind of file.',
      {
        cause: error,
      },
    )
  }
}

function modelOf(bytes: Uint8Array, reader: Reader): ReadModel {
  const read = (field: Field): Fields => fieldsOf(field as Uint8Array, reader)
  const model = fieldsOf(bytes, reader)
  const graph = read(all(model, 7)[0]!)
  const tensors = new Map(
    all(graph, 5).map((field) => {
      const tensor = read(field)
      return [text(tensor, 8), tensorOf(tensor)]
    }),
  )
  const ports = (field: number): string[] => all(graph, field).map((port) => text(read(port), 1))
  return {
    nodes: all(graph, 1).map((field) => nodeOf(read(field), read)),
    tensors,
    inputs: ports(11).filter((name) => !tensors.has(name)),
    outputs: ports(12),
    metadata: new Map(all(model, 14).map((e) => [text(read(e), 1), text(read(e), 2)])),
  }
}

function nodeOf(node: Fields, read: (field: Field) => Fields): ReadNode {
  const attributes = all(node, 5).map((field) => {
    const attribute = read(field)
    return [text(attribute, 1), Number(all(attribute, 3)[0] ?? all(attribute, 2)[0] ?? 0)] as const
  })
  return {
    op: text(node, 4),
    inputs: all(node, 1).map(string),
    outputs: all(node, 2).map(string),
    attributes: new Map(attributes),
  }
}

/** Numbers wherever the format lets them be: as raw bytes, or one by one. */
function tensorOf(tensor: Fields): ReadTensor {
  const type = Number(all(tensor, 2)[0])
  const shape = wholes(tensor, 1)
  const [raw] = all(tensor, 9) as Uint8Array[]
  const list = { [types.float]: 4, [types.double]: 10 }[type]
  if (list === undefined) return { shape, data: [] }
  const size = type === types.float ? 4 : 8
  const packed = raw ?? joined(all(tensor, list))
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength)
  const data = Array.from({ length: packed.byteLength / size }, (_, i) =>
    size === 4 ? view.getFloat32(i * size, true) : view.getFloat64(i * size, true),
  )
  return { shape, data }
}

function joined(parts: readonly Field[]): Uint8Array {
  const bytes = parts.flatMap((part) => (typeof part === 'number' ? [] : [...part]))
  return Uint8Array.from(bytes)
}

function fieldsOf(bytes: Uint8Array, Wire: Reader): Fields {
  const reader = new Wire(bytes)
  const fields = new Map<number, Field[]>()
  while (reader.pos < reader.len) {
    const [number, wire] = reader.tag()
    const value = valueOf(reader, wire)
    fields.set(number, [...(fields.get(number) ?? []), value])
  }
  return fields
}

/** By wire type: varint, 64 bits, a length and so many bytes, 32 bits. */
function valueOf(reader: BinaryReader, wire: number): Field {
  if (wire === 0) return Number(reader.int64())
  if (wire === 1) return reader.double()
  if (wire === 2) return reader.bytes()
  if (wire === 5) return reader.float()
  throw new RangeError(`wire type ${wire}`)
}

const all = (fields: Fields, number: number): readonly Field[] => fields.get(number) ?? []
const string = (field: Field): string => new TextDecoder().decode(field as Uint8Array)
const text = (fields: Fields, number: number): string => {
  const [first] = all(fields, number)
  return first === undefined ? '' : string(first)
}

/** Whole numbers, one by one or packed. */
function wholes(fields: Fields, number: number): number[] {
  return all(fields, number).flatMap((field) =>
    typeof field === 'number' ? [field] : varints(field),
  )
}

function varints(bytes: Uint8Array): number[] {
  const list: number[] = []
  let x = 0
  let scale = 1
  for (const byte of bytes) {
    x += (byte & 127) * scale
    scale *= 128
    if (byte > 127) continue
    list.push(x)
    ;[x, scale] = [0, 1]
  }
  return list
}

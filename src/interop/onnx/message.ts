/** The messages of an ONNX file, as plain data, and as the bytes of protobuf (onnx.proto, IR version 8). */
import type { BinaryWriter } from '@bufbuild/protobuf/wire'

/** ONNX's numbers of its types. */
export const types = { float: 1, int64: 7, bool: 9, double: 11 } as const
export type Type = keyof typeof types

/** An attribute of a node; numbers are whole unless they are told as `float`. */
export type Attributes = Readonly<
  Record<string, number | readonly number[] | string | { readonly float: number }>
>

export interface OnnxNode {
  readonly op: string
  readonly inputs: readonly string[]
  readonly output: string
  readonly attributes: Attributes
}

export interface OnnxTensor {
  readonly name: string
  readonly type: Type
  readonly shape: readonly number[]
  readonly numbers: readonly number[]
}

/** An input or an output; a length that is a name is free. */
export interface OnnxPort {
  readonly name: string
  readonly type: Type
  readonly shape: readonly (number | string)[]
}

export interface OnnxModel {
  readonly title: string
  readonly nodes: readonly OnnxNode[]
  readonly initializers: readonly OnnxTensor[]
  readonly inputs: readonly OnnxPort[]
  readonly outputs: readonly OnnxPort[]
  readonly metadata: Readonly<Record<string, string>>
}

/** The set of operators that is written, and the version of the format. */
const opset = 17
const irVersion = 8

type Fill = (writer: BinaryWriter) => unknown

const [varint, fixed32, delimited] = [0, 5, 2] as const

class Message {
  readonly writer: BinaryWriter

  constructor(writer: BinaryWriter) {
    this.writer = writer
  }

  whole(field: number, x: number): this {
    this.writer.tag(field, varint).int64(x)
    return this
  }

  text(field: number, x: string): this {
    this.writer.tag(field, delimited).string(x)
    return this
  }

  inside(field: number, fill: (inner: Message) => unknown): this {
    this.#fork(field, () => fill(this))
    return this
  }

  wholes(field: number, list: readonly number[]): this {
    for (const x of list) this.whole(field, x)
    return this
  }

  #fork(field: number, fill: Fill): void {
    this.writer.tag(field, delimited).fork()
    fill(this.writer)
    this.writer.join()
  }
}

/** The bytes of an ONNX file. */
export function modelBytes(model: OnnxModel, writer: BinaryWriter): Uint8Array {
  const message = new Message(writer)
  message
    .whole(1, irVersion)
    .text(2, 'chainrule')
    .inside(7, (graph) => writeGraph(graph, model))
    .inside(8, (own) => own.text(1, '').whole(2, opset))
  for (const [key, value] of Object.entries(model.metadata))
    message.inside(14, (entry) => entry.text(1, key).text(2, value))
  return writer.finish()
}

function writeGraph(graph: Message, model: OnnxModel): void {
  for (const node of model.nodes) graph.inside(1, (own) => writeNode(own, node))
  graph.text(2, model.title)
  for (const tensor of model.initializers) graph.inside(5, (own) => writeTensor(own, tensor))
  for (const port of model.inputs) graph.inside(11, (own) => writePort(own, port))
  for (const port of model.outputs) graph.inside(12, (own) => writePort(own, port))
}

function writeNode(message: Message, { op, inputs, output, attributes }: OnnxNode): void {
  for (const input of inputs) message.text(1, input)
  message.text(2, output).text(3, output).text(4, op)
  for (const [name, x] of Object.entries(attributes))
    message.inside(5, (own) => writeAttribute(own.text(1, name), x))
}

function writeAttribute(message: Message, x: Attributes[string]): void {
  if (typeof x === 'number') message.whole(3, x).whole(20, 2)
  else if (typeof x === 'string') message.text(4, x).whole(20, 3)
  else if ('float' in x) {
    message.writer.tag(2, fixed32).float(x.float)
    message.whole(20, 1)
  } else message.wholes(8, x).whole(20, 7)
}

function writeTensor(message: Message, { name, type, shape, numbers }: OnnxTensor): void {
  message.wholes(1, shape).whole(2, types[type]).text(8, name)
  message.writer.tag(9, delimited).bytes(rawBytes(type, numbers))
}

/** Numbers as ONNX wants them, little-endian on every machine. */
function rawBytes(type: Type, numbers: readonly number[]): Uint8Array {
  const size = type === 'float' ? 4 : 8
  const view = new DataView(new ArrayBuffer(numbers.length * size))
  numbers.forEach((x, i) => {
    if (type === 'float') view.setFloat32(i * size, x, true)
    else if (type === 'double') view.setFloat64(i * size, x, true)
    else view.setBigInt64(i * size, BigInt(x), true)
  })
  return new Uint8Array(view.buffer)
}

function writePort(message: Message, { name, type, shape }: OnnxPort): void {
  message.text(1, name).inside(2, (own) =>
    own.inside(1, (tensor) =>
      tensor.whole(1, types[type]).inside(2, (dims) => {
        for (const extent of shape)
          dims.inside(1, (dim) =>
            typeof extent === 'number' ? dim.whole(1, extent) : dim.text(2, extent),
          )
      }),
    ),
  )
}

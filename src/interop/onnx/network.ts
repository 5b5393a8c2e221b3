/** Dense networks read back from ONNX. */
import { type Ops, ops } from '../../ops.ts'
import { parsed, type ReadModel, type ReadNode, type ReadTensor } from './parse.ts'

/** An activation: an operation of one operand by its name, or 'linear' for none. */
type ActivationName = { [K in keyof Ops]: Ops[K] extends { arity: 1 } ? K : never }[keyof Ops]

/** A dense network as plain data: `new MLP(inputs, sizes, { activation, outputActivation })` loads `state`. */
export interface DenseNetwork {
  readonly inputs: number
  readonly sizes: number[]
  readonly activation: ActivationName | 'linear'
  readonly outputActivation: ActivationName | 'linear'
  /** `layers.0.weight` of shape [fanOut, fanIn], `layers.0.bias`, … */
  readonly state: Record<string, { shape: number[]; data: number[] }>
  /** What the file does to raw inputs before the first layer. */
  readonly standardisation?: { readonly mean: number[]; readonly deviation: number[] }
  readonly classes?: string[]
}

interface Dense {
  readonly weight: ReadTensor
  readonly bias: number[]
  activation: ActivationName | 'linear'
}

/**
 * Reads a network of dense layers, one after the other, with an activation of the table after each: Gemm, or
 * MatMul and Add. Throws, with the operator that it met, on anything else.
 */
export async function fromOnnx(bytes: Uint8Array): Promise<DenseNetwork> {
  const { BinaryReader } = await import('@bufbuild/protobuf/wire')
  const model = parsed(bytes, BinaryReader)
  const walk = new Walk(model)
  const standardisation = walk.standardisation()
  const layers = walk.layers()
  const hidden = new Set(layers.slice(0, -1).map(({ activation }) => activation))
  if (hidden.size > 1)
    throw new TypeError(
      `this network has several activations, ${[...hidden].join(', ')}: an MLP has one.`,
    )
  const classes = model.metadata.get('classes')
  const [first] = layers as [Dense]
  return {
    inputs: first.weight.shape[1]!,
    sizes: layers.map(({ bias }) => bias.length),
    activation: [...hidden][0] ?? 'linear',
    outputActivation: layers.at(-1)!.activation,
    state: Object.fromEntries(layers.flatMap(entriesOf)),
    ...(standardisation && { standardisation }),
    ...(classes !== undefined && { classes: JSON.parse(classes) as string[] }),
  }
}

function entriesOf(
  { weight, bias }: Dense,
  i: number,
): [string, { shape: number[]; data: number[] }][] {
  return [
    [`layers.${i}.weight`, { shape: [...weight.shape], data: weight.data }],
    [`layers.${i}.bias`, { shape: [bias.length], data: bias }],
  ]
}

/** Follows the one path from the input to the output. */
class Walk {
  readonly #model: ReadModel
  #at: string

  constructor(model: ReadModel) {
    this.#model = model
    const [input] = model.inputs
    if (input === undefined || model.inputs.length > 1 || model.outputs.length !== 1)
      throw new TypeError(
        `a dense network has one input and one output, got ${model.inputs.length} and ${model.outputs.length}.`,
      )
    this.#at = input
  }

  /** The next node, if it is one of `wanted`. */
  #next(...wanted: string[]): ReadNode | undefined {
    const readers = this.#model.nodes.filter(({ inputs }) => inputs.includes(this.#at))
    const [node] = readers
    if (node === undefined || readers.length > 1) return undefined
    if (node.op === 'Identity') {
      this.#at = node.outputs[0]!
      return this.#next(...wanted)
    }
    return wanted.includes(node.op) ? node : undefined
  }

  #pass(node: ReadNode): void {
    this.#at = node.outputs[0]!
  }

  /** The weights that a node has beside what comes along the path. */
  #weights({ inputs }: ReadNode): ReadTensor[] {
    return inputs.flatMap((name) => this.#model.tensors.get(name) ?? [])
  }

  /** (x − mean) / deviation in front of the first layer. */
  standardisation(): { mean: number[]; deviation: number[] } | undefined {
    const sub = this.#next('Sub')
    if (sub === undefined) return undefined
    this.#pass(sub)
    const div = this.#next('Div') ?? this.#refuse()
    this.#pass(div)
    return { mean: this.#weights(sub)[0]!.data, deviation: this.#weights(div)[0]!.data }
  }

  layers(): Dense[] {
    const layers: Dense[] = []
    for (;;) {
      const node = this.#next('Gemm', 'MatMul', ...activations.keys())
      if (node === undefined) break
      const last = layers.at(-1)
      const activation = activationOf(node)
      if (activation === undefined) layers.push(this.#dense(node))
      else if (last?.activation !== 'linear') this.#refuse()
      else last.activation = activation
      if (activation !== undefined) this.#pass(node)
    }
    if (layers.length === 0 || this.#at !== this.#model.outputs[0]) this.#refuse()
    return layers
  }

  #dense(node: ReadNode): Dense {
    const attribute = (name: string, usual: number): number => node.attributes.get(name) ?? usual
    const plain =
      attribute('alpha', 1) === 1 && attribute('beta', 1) === 1 && attribute('transA', 0) === 0
    const [weight, own] = this.#weights(node)
    if (!plain || weight?.shape.length !== 2 || node.inputs[0] !== this.#at) this.#refuse()
    if (weight.data.length !== weight.shape[0]! * weight.shape[1]!) this.#refuse()
    const inOrder = attribute('transB', 0) === 1 ? weight : transposed(weight)
    this.#pass(node)
    const add = own === undefined ? this.#next('Add') : undefined
    const bias = own ?? (add && this.#weights(add)[0])
    if (add !== undefined) this.#pass(add)
    const data = bias?.data ?? inOrder.data.slice(0, inOrder.shape[0]).fill(0)
    if (data.length !== inOrder.shape[0]) this.#refuse()
    return { weight: inOrder, bias: data, activation: 'linear' }
  }

  #refuse(): never {
    const readers = this.#model.nodes.filter(({ inputs }) => inputs.includes(this.#at))
    const met = readers.length === 0 ? 'an end' : readers.map(({ op }) => op).join(' and ')
    throw new TypeError(
      `this is no dense network, or one with an activation that is not in the table: after ${this.#at} comes ${met}.`,
    )
  }
}

/** Rows of one operand, by the name that ONNX gives such an operator. */
const activations: ReadonlyMap<string, ActivationName> = new Map(
  Object.values(ops)
    .filter((row) => row.arity === 1)
    .map(({ name }) => [`${name[0]!.toUpperCase()}${name.slice(1)}`, name as ActivationName]),
)

/** What some of them are told, where they are the row. */
const usual: Readonly<Record<string, number>> = { leakyRelu: 0.01, elu: 1 }

function activationOf({ op, attributes }: ReadNode): ActivationName | undefined {
  const name = activations.get(op)
  const alpha = attributes.get('alpha')
  if (name === undefined || alpha === undefined) return name
  if (Math.fround(alpha) === Math.fround(usual[name] ?? NaN)) return name
  throw new TypeError(
    `${op} has an alpha of ${alpha}; the table has that of ${usual[name] ?? 'none'}.`,
  )
}

function transposed({ shape, data }: ReadTensor): ReadTensor {
  const [rows, columns] = shape as [number, number]
  const turned = data.map((_, i) => data[(i % rows) * columns + Math.floor(i / rows)]!)
  return { shape: [columns, rows], data: turned }
}

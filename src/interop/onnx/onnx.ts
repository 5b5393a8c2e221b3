/** A function of scalars as an ONNX model. */
import type { InputKinds, Traceable } from '../../lift/index.ts'
import { ops, type Row } from '../../ops.ts'
import { namedParameters, type Parameters } from '../tensor/parameters.ts'
import { type TensorProgram, tensorProgramOf } from '../tensor/program.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { ExpressionNodes } from './expression.ts'
import { OnnxGraph } from './graph.ts'
import { modelBytes, type OnnxModel, type OnnxPort } from './message.ts'
import { pruned } from './pruned.ts'

/** What `toOnnx` is told. */
export interface OnnxOptions<K extends InputKinds = InputKinds> {
  /** How many numbers the function takes, or for each argument 'number', 'index' or { length }. */
  readonly inputs: K
  /** Weights: a list of leaves, a module of `chainrule/nn`, or these by name. */
  readonly parameters?: Parameters
  /** What the arguments are called. Default x, or x0, x1, … */
  readonly names?: readonly string[]
  /** Numbers of the file: 'f32' (default), which every runtime has, or 'f64'. */
  readonly precision?: 'f32' | 'f64'
  /** The file takes raw numbers in its first argument, and computes (x − mean) / deviation itself. */
  readonly standardisation?:
    | { readonly mean: readonly number[]; readonly deviation: readonly number[] }
    | undefined
  /** Kept as `classes` in the file's metadata, as JSON. */
  readonly classes?: readonly string[] | undefined
  /** The name of the graph. */
  readonly title?: string
}

/**
 * `f`, a function of one example written with Values, as the bytes of an ONNX file (operator set 17): its
 * inputs and its one result, `output`, have the examples as their first axis, however many there are.
 * Throws as `lift` does, and where an operation has no `lower`.
 */
export async function toOnnx<const K extends InputKinds>(
  f: Traceable<K>,
  options: OnnxOptions<K>,
): Promise<Uint8Array> {
  const parameters = namedParameters(options.parameters ?? [])
  const program = tensorProgramOf(f as Traceable, {
    ...options,
    parameters,
    changing: 'nothing',
    reduces,
  })
  const { BinaryWriter } = await import('@bufbuild/protobuf/wire')
  return modelBytes(pruned(modelOf(program, options)), new BinaryWriter())
}

/** Rows of lists that ONNX has as one operator. */
const reduces = (row: Row): boolean => [ops.sum, ops.logSumExp, ops.pick].includes(row as never)

function modelOf(program: TensorProgram, options: OnnxOptions): OnnxModel {
  const { precision = 'f32', classes, title = 'chainrule' } = options
  const graph = new OnnxGraph(precision === 'f64' ? 'double' : 'float')
  const names = new Map<Tensor, string>()
  const inputs = program.inputs.map((tensor): OnnxPort => {
    const name = graph.name(tensor.name)
    names.set(tensor, name)
    const type = tensor.purpose === 'index' ? 'int64' : graph.type
    return { name, type, shape: ['batch', ...tensor.shape] }
  })
  const output = graph.name('output')
  for (const tensor of [...program.parameters, ...program.constants])
    names.set(tensor, graph.tensor(tensor.name, tensor.numbers, tensor.shape, graph.type))
  const examples = once(() => sizeOfBatch(graph, inputs[0]))
  standardised(graph, program, names, options)
  const nodes = new ExpressionNodes(graph, (tensor) => names.get(tensor)!, examples)
  for (const { target, value } of program.statements) names.set(target, nodes.of(value).name)
  const result = resultOf(graph, program, nodes, names)
  graph.nodes.push({ op: 'Identity', inputs: [result], output, attributes: {} })
  const row = program.outputs === undefined ? [] : [program.outputs]
  return {
    title,
    nodes: graph.nodes,
    initializers: graph.initializers,
    inputs,
    outputs: [{ name: output, type: graph.type, shape: ['batch', ...row] }],
    metadata: classes === undefined ? {} : { classes: JSON.stringify(classes) },
  }
}

function resultOf(
  graph: OnnxGraph,
  { output, outputs }: TensorProgram,
  nodes: ExpressionNodes,
  names: ReadonlyMap<Tensor, string>,
): string {
  // A list of one output is a tensor already where that is all the tensor holds.
  const line = output.kind === 'view' && output.tensor.shape.join() === '1'
  if (outputs === 1 && line && output.varying) return names.get(output.tensor)!
  const { name } = nodes.of(output)
  const axis = output.varying ? 1 : 0
  const whole = outputs === 1 ? graph.node('Unsqueeze', [name, graph.whole([axis])]) : name
  if (output.varying) return whole
  return nodes.expanded(whole, true, outputs === undefined ? [] : [outputs])
}

function once(f: () => string): () => string {
  let known: string | undefined
  return () => (known ??= f())
}

/** The length of an input's first axis, as a list of one number. */
function sizeOfBatch(graph: OnnxGraph, input: OnnxPort | undefined): string {
  if (input === undefined) return graph.whole([1])
  return graph.node('Shape', [input.name], { start: 0, end: 1 })
}

/** Raw numbers of the first input become what the model was trained on. */
function standardised(
  graph: OnnxGraph,
  { inputs }: TensorProgram,
  names: Map<Tensor, string>,
  { standardisation }: OnnxOptions,
): void {
  const [first] = inputs
  if (standardisation === undefined || first === undefined) return
  const [mean, deviation] = [standardisation.mean, standardisation.deviation].map((list) =>
    graph.constant(list, first.shape),
  ) as [string, string]
  const moved = graph.node('Sub', [names.get(first)!, mean])
  names.set(first, graph.node('Div', [moved, deviation], {}, 'standardised'))
}

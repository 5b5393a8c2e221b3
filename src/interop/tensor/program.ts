/** A traced function as a program of tensors: its loop nests, each as one statement or a few. */
import type { Buffer } from '../../lift/buffer.ts'
import {
  type Changing,
  type InputKinds,
  type Located,
  type LoopProgram,
  programOf,
  steadyTraceOf,
  type Traceable,
} from '../../lift/index.ts'
import { type Names, namesOf } from '../../lift/names.ts'
import type { Row } from '../../ops.ts'
import { gridRead, type Layout } from './layout.ts'
import { type NamedValues, tensorOf } from './parameters.ts'
import { sizeOf, type Statement, type Tensor, type TensorExpression, tensorsIn } from './tensor.ts'
import { Writer } from './writer.ts'

/** A function of an example as tensors: what holds for all of a batch at once. */
export interface TensorProgram {
  readonly inputs: readonly Tensor[]
  readonly parameters: readonly Tensor[]
  /** Numbers that are neither: other leaves as they are now, and literals that follow no pattern. */
  readonly constants: readonly Tensor[]
  readonly statements: readonly Statement[]
  /** All outputs; of a list, side by side along counter 0. */
  readonly output: TensorExpression
  /** The function returned a list of so many; undefined where it returned one Value. */
  readonly outputs: number | undefined
  /** The loop nests that this was. */
  readonly loops: LoopProgram
}

/** What a target and a user say about a tensor program. */
export interface TensorOptions {
  readonly inputs: InputKinds
  readonly parameters: readonly NamedValues[]
  /** What may have other numbers where the program runs. */
  readonly changing: Changing
  /** What the arguments are called. Default x, or x0, x1, … */
  readonly names?: readonly string[] | undefined
  /** The target has this row of lists as one operation on an axis. */
  reduces(op: Row): boolean
}

/**
 * Lifts `f` and reads its nests as tensors. Throws as `lift` does, and where the parameters that a loop
 * reads come from several tensors in no order.
 */
export function tensorProgramOf(f: Traceable, options: TensorOptions): TensorProgram {
  const named = options.parameters
  const values = named.flatMap((own) => own.values)
  const trace = steadyTraceOf(f, options.inputs, values, options.changing)
  const loops = programOf(trace, 'nothing')
  const parameters = named.map(tensorOf)
  const inputs = inputsOf(loops, options.names)
  const names = ownNames(loops, inputs)
  const constants = constantsOf(loops, names)
  const writer = new Writer(names, options.reduces.bind(options), [
    [loops.parameters, layoutOf(parameters)] as const,
    ...inputLayouts(loops, inputs),
    ...[...constants].map(([buffer, tensor]) => [buffer, { tensors: [tensor] }] as const),
  ])
  for (const nest of [...loops.before, ...loops.each]) writer.add(nest)
  const output = outputOf(loops.outputs, writer)
  const statements = needed(writer.statements, output)
  const read = new Set(statements.flatMap(({ value }) => [...tensorsIn(value)]))
  tensorsIn(output, read)
  return {
    inputs,
    parameters,
    constants: [...constants.values()].filter((tensor) => read.has(tensor)),
    statements,
    output,
    outputs: trace.list ? trace.outputs.length : undefined,
    loops,
  }
}

/** As the loops are printed, but with arguments by the names they have here. */
function ownNames(loops: LoopProgram, inputs: readonly Tensor[]): Names {
  const names = namesOf(loops)
  const own = new Map<Buffer, string>()
  for (const { buffer } of loops.inputs) {
    const among = inputs.filter((_, i) => loops.inputs[i]!.buffer === buffer)
    if (among.length === 1) own.set(buffer, among[0]!.name)
  }
  return (buffer) => own.get(buffer) ?? names(buffer)
}

/** Parameters one after the other, as they are numbered in the loops. */
function layoutOf(tensors: readonly Tensor[]): Layout {
  const spread = <T>(of: (i: number, k: number) => T): T[] =>
    tensors.flatMap(({ numbers }, k) => numbers.map((_, i) => of(i, k)))
  return { tensors, owners: spread((_, k) => k), places: spread((i) => i) }
}

function inputsOf({ inputs }: LoopProgram, names: readonly string[] | undefined): Tensor[] {
  return inputs.map(({ kind }, i) => ({
    name: names?.[i] ?? (inputs.length === 1 ? 'x' : `x${i}`),
    purpose: kind === 'index' ? 'index' : 'input',
    shape: typeof kind === 'object' ? [kind.length] : [],
    varying: true,
    numbers: [],
  }))
}

/** Arguments that are single numbers share a buffer; to a tensor program each is one by itself. */
function inputLayouts({ inputs }: LoopProgram, tensors: readonly Tensor[]): [Buffer, Layout][] {
  return [...new Set(inputs.map(({ buffer }) => buffer))].map((buffer) => {
    const own = inputs.flatMap((input, i) => (input.buffer === buffer ? [tensors[i]!] : []))
    const owners = own.flatMap((tensor, k) => Array.from({ length: sizeOf(tensor.shape) }, () => k))
    const places = own.flatMap((tensor) =>
      Array.from({ length: sizeOf(tensor.shape) }, (_, i) => i),
    )
    return [buffer, { tensors: own, owners, places }]
  })
}

/** Leaves that are no parameters, as they are now, and tables of literals. */
function constantsOf(loops: LoopProgram, names: Names): Map<Buffer, Tensor> {
  const found = new Map<Buffer, Tensor>()
  const add = (buffer: Buffer, numbers: readonly number[]): void => {
    if (found.has(buffer)) return
    const name = `${names(buffer)}${found.size === 0 ? '' : found.size + 1}`
    const shape = [numbers.length]
    found.set(buffer, { name, purpose: 'constant', shape, varying: false, numbers })
  }
  for (const { buffer } of loops.leaves) {
    const own = loops.leaves.filter((other) => other.buffer === buffer)
    add(
      buffer,
      own.map(({ leaf }) => leaf.data),
    )
  }
  for (const buffer of Writer.buffersOf([...loops.before, ...loops.each]))
    if (buffer.purpose === 'table') add(buffer, buffer.numbers)
  for (const { buffer } of loops.outputs)
    if (buffer.purpose === 'table') add(buffer, buffer.numbers)
  return found
}

/** The outputs, wherever they lie, as one tensor. */
function outputOf(outputs: readonly Located[], writer: Writer): TensorExpression {
  const layouts = outputs.map(({ buffer }) => writer.layoutOf(buffer))
  const tensors = [...new Set(layouts.flatMap((layout) => layout.tensors))]
  const at = outputs.map(({ at }, i) => {
    const { tensors: own, owners, places } = layouts[i]!
    return { owner: tensors.indexOf(own[owners?.[at] ?? 0]!), place: places?.[at] ?? at }
  })
  return gridRead({
    tensors,
    owners: at.map(({ owner }) => owner),
    places: at.map(({ place }) => place),
    axes: outputs.length === 1 ? [] : [{ counter: 0, extent: outputs.length }],
  })
}

/** The statements whose results somebody reads. */
function needed(statements: readonly Statement[], output: TensorExpression): Statement[] {
  const read = tensorsIn(output)
  const kept = statements.toReversed().filter(({ target, value }) => {
    if (!read.has(target)) return false
    tensorsIn(value, read)
    return true
  })
  return kept.toReversed()
}

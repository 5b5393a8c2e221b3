/** Loop nests as a WebAssembly SIMD kernel: scalars in, vectors out. */
import type { Operand, Value } from '../engine.ts'
import {
  type Arguments,
  type InputKinds,
  type LoopProgram,
  programOf,
  steadyTraceOf,
  toLoops,
  type Trace,
  type Traceable,
} from '../lift/index.ts'
import {
  asArgument,
  type Batch,
  batchOf,
  onlyFirst,
  refuseBadNumbers,
  refuseNonNumbers,
} from './batch.ts'
import { compilable, refuseDisagreement, Trial } from './check.ts'
import type { BatchArgument } from './column.ts'
import { type CompileOptions, refuseBadOptions } from './options.ts'
import type { ValueAndGradient } from './point.ts'
import { eagerly, outlineOf } from './reference.ts'
import { Runner } from './runner.ts'
import { Store } from './store.ts'
import { updateOf } from './update.ts'

export type { BatchArgument, List } from './column.ts'
export type { CompileOptions } from './options.ts'
export type { ValueAndGradient } from './point.ts'
export { ship, type Shipment, type Shipped, type Training } from './ship/ship.ts'
export type { Facts } from './ship/module.ts'
export type { Precision } from './store.ts'
export type { UpdateRule } from './update.ts'

/** What every compiled function has. */
export interface Compiled {
  /** The loop nests that the function became. */
  readonly program: LoopProgram
  /** The same as text. */
  toString(): string
  /** Threads that share a batch: as many as asked for, or 1 where none can be had. */
  readonly threads: number
  /** Bytes of the module that computes a batch of so many examples, all side by side. */
  binary(examples?: number): Uint8Array
  /** Gives the memory back; parameters keep their numbers. */
  dispose(): void
}

/** f and ∂f/∂inputs at a point; lists of inputs count by their numbers, indices not. */
export interface CompiledFunction extends Compiled {
  (...inputs: readonly (number | BatchArgument)[]): ValueAndGradient
}

/**
 * The mean loss over a batch; gradients are in the parameters' `grad`, and applied already by an optimizer inside.
 * Where the loss is no finite number, an optimizer changes nothing, and NaN or infinity in the batch throws. So does
 * what is no number, such as null or text.
 */
export interface CompiledStep extends Compiled {
  (...batch: readonly BatchArgument[]): { loss: number }
}

/** The outputs for every example of a batch. */
export interface CompiledPredict extends Compiled {
  (...batch: readonly BatchArgument[]): number[][]
}

/** Returns a list: outputs for every example. */
export function compile<const K extends InputKinds>(
  f: (...inputs: Arguments<K>) => readonly Operand[],
  options: CompileOptions<K>,
): Promise<CompiledPredict>
/** With parameters: the mean of f over a batch, and its gradient. */
export function compile<const K extends InputKinds>(
  f: (...inputs: Arguments<K>) => Operand,
  options: CompileOptions<K> & { readonly parameters: readonly Value[] },
): Promise<CompiledStep>
/** Without: f and its gradient at a point. */
export function compile<const K extends InputKinds>(
  f: (...inputs: Arguments<K>) => Operand,
  options: CompileOptions<K>,
): Promise<CompiledFunction>
/**
 * Compiles a function written with Values: it is run twice on inputs without numbers, its graph is
 * lifted into loop nests, and these become a WebAssembly SIMD kernel.
 * Throws if the function needs a number while it is traced, or computes something else each time.
 */
export async function compile(
  f: Traceable,
  options: CompileOptions,
): Promise<CompiledFunction | CompiledStep | CompiledPredict> {
  refuseBadOptions(options)
  const { inputs, parameters, optimizer } = options
  const trace = steadyTraceOf(f, inputs, parameters ?? [])
  if (trace.list && optimizer !== undefined)
    throw new TypeError(
      'an optimizer lowers one loss, and the function returns a list: return a single Value.',
    )
  if (trace.list) return predictOf(f, trace, options)
  if (parameters === undefined) return functionOf(f, trace, options)
  if (parameters.length > 0) return stepOf(f, trace, options)
  throw new RangeError('there are no parameters to train: expected at least one, got [].')
}

async function stepOf(
  f: Traceable,
  trace: Trace,
  { optimizer, precision, threads, relaxed, check = true }: CompileOptions,
): Promise<CompiledStep> {
  const program = compilable(programOf(trace, 'parameters'))
  const { parameters } = trace
  const outline = outlineOf(trace) // all else that a step keeps of it: the graph itself may go
  const update = optimizer && updateOf(optimizer, program.parameters, program.gradient!)
  const store = Store.for(parameters, { precision, threads, relaxed })
  const runner = await Runner.start(store, program, { update, rule: optimizer })
  const count = parameters.length
  const mean = (batch: Batch): number =>
    runner.run(batch) / (program.outputs[0]!.buffer.varying ? batch.examples : 1)
  const trial = new Trial(check)
  const step = (...given: readonly BatchArgument[]): { loss: number } => {
    if (parameters.length !== count)
      throw new RangeError(
        `the list of parameters had ${count} when this step was compiled and has ${parameters.length} ` +
          'now: compile again.',
      )
    const batch = batchOf(program.inputs, given, runner.store.precision)
    if (trial.due) {
      refuseNonNumbers(batch)
      const loss = mean(onlyFirst(batch))
      const gradient = runner.uniform(program.gradient!).slice() // f may write to what the leaves have of it
      const expected = eagerly(f, outline, batch, parameters)
      refuseDisagreement('loss', [loss], expected, runner.store)
      refuseDisagreement('gradient', gradient, expected, runner.store)
      trial.passed(expected)
    }
    const loss = mean(batch)
    if (!Number.isFinite(loss)) refuseBadNumbers(batch, runner.store.precision)
    else if (optimizer !== undefined) runner.advance()
    return { loss }
  }
  return Object.assign(step, described(runner))
}

async function predictOf(
  f: Traceable,
  trace: Trace,
  options: CompileOptions,
): Promise<CompiledPredict> {
  const { parameters = [], check = true } = options
  const program = compilable(programOf(trace, 'nothing'))
  const outline = outlineOf(trace)
  const runner = await Runner.start(Store.for(parameters, options), program)
  const { outputs } = program
  const trial = new Trial(check)
  const rows = (batch: Batch): number[][] => {
    const found: number[][] = []
    runner.run(batch, ({ layout, shape }, _, count) => {
      const columns = outputs.map(({ buffer, at }) => {
        const side = buffer.varying ? shape.examples : 1
        const all = runner.store.numbers(layout.addressOf(buffer), buffer.size * side)
        return (example: number) => all[at * side + (buffer.varying ? example : 0)]!
      })
      for (let example = 0; example < count; example++)
        found.push(columns.map((column) => column(example)))
    })
    return found
  }
  const predict = (...given: readonly BatchArgument[]): number[][] => {
    const batch = batchOf(program.inputs, given, runner.store.precision)
    if (trial.due) {
      refuseNonNumbers(batch)
      const [row] = rows(onlyFirst(batch))
      const expected = eagerly(f, outline, batch, [])
      refuseDisagreement('output', row!, expected, runner.store)
      trial.passed(expected)
    }
    return rows(batch)
  }
  return Object.assign(predict, described(runner))
}

function functionOf(f: Traceable, trace: Trace, options: CompileOptions): CompiledFunction {
  const { precision, relaxed, check = true } = options
  const program = compilable(programOf(trace, 'inputs'))
  const runner = new Runner(Store.for([], { precision, relaxed }), program, { trace })
  const trial = new Trial(check)
  const point = (...given: readonly (number | BatchArgument)[]): ValueAndGradient => {
    const found = runner.at(given)
    if (trial.due) {
      const batch = batchOf(program.inputs, given.map(asArgument), runner.store.precision)
      const expected = eagerly(f, outlineOf(trace), batch, 'inputs')
      refuseDisagreement('value', [found.value], expected, runner.store)
      refuseDisagreement('gradient', found.gradient, expected, runner.store)
      trial.passed(expected)
    }
    return found
  }
  return Object.assign(point, described(runner))
}

function described(runner: Runner): Compiled {
  return {
    program: runner.program,
    threads: runner.threads,
    toString: () => toLoops(runner.program),
    binary(examples = 1) {
      if (Number.isInteger(examples) && examples > 0)
        return runner.kernel(examples).moduleOf('first').binary
      throw new RangeError(`binary takes a whole number of examples from 1 on, got ${examples}.`)
    },
    dispose: () => runner.dispose(),
  }
}

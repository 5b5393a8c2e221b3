import type { Operand, Value } from '../../engine.ts'
import { programOf, steadyTraceOf } from '../../lift/index.ts'
import { compilable } from '../check.ts'
import { Runner } from '../runner.ts'
import { sumsOf } from '../shard.ts'
import { type Precision, Store } from '../store.ts'
import { updateOf, type UpdateRule } from '../update.ts'
import { kernelImage, memoryImage } from './image.ts'
import { declarationText, type Facts, moduleText } from './module.ts'
import type { TrainingImage } from './training.ts'

/** What becomes a module: a function of one list of numbers, and all that it is made with. */
export interface Shipment extends Facts {
  readonly forward: (x: readonly Value[]) => readonly Value[]
  /** How long the list is. */
  readonly inputs: number
  /** They are in the module as they are now. */
  readonly parameters: readonly Value[]
  readonly precision: Precision
  /** Lets the module learn. */
  readonly training?: Training | undefined
}

/** How a module learns. */
export interface Training {
  readonly loss: (outputs: readonly Value[], target: Operand) => Operand
  /** What a target is to the loss. */
  readonly target: 'index' | 'number'
  /** A target as the loss wants it. */
  encode(y: number): number
  readonly optimizer: UpdateRule
  /** How the module speaks of it. */
  readonly title: string
}

/** A module and its types. */
export interface Shipped {
  readonly code: string
  readonly types: string
  /** Bytes of the WebAssembly in it. */
  readonly binary: number
}

/** Examples that a shipped kernel computes side by side. */
const side = 16

/**
 * A function as an ES module that depends on nothing: its WebAssembly and its parameters are in it, and
 * with `training` a step of gradient descent. Throws as `compile` does.
 */
export function ship(shipment: Shipment): Shipped {
  const { forward, inputs, parameters, precision, training } = shipment
  const trace = steadyTraceOf(
    (x: Value[]) => forward(x),
    [{ length: inputs }],
    parameters,
    'nothing',
  )
  const store = Store.copyOf(parameters, precision)
  const predictor = new Runner(store, compilable(programOf(trace, 'nothing')))
  try {
    const kernel = kernelImage(predictor, side, ['before', 'first', 'after'])
    const trainer = training && trainingImage(shipment, training, store)
    const memory = memoryImage(store)
    const binaries = [kernel, ...(trainer?.kernels ?? [])].map(({ binary }) => binary.length)
    return {
      code: moduleText({ kernel, memory, inputs, facts: shipment, training: trainer }),
      types: declarationText(shipment, trainer),
      binary: binaries.reduce((a, b) => a + b),
    }
  } finally {
    predictor.dispose()
  }
}

function trainingImage(
  { forward, inputs, parameters, classes }: Shipment,
  { loss, target, encode, optimizer, title }: Training,
  store: Store,
): TrainingImage {
  const f = (x: Value[], y: Value): Operand => loss(forward(x), y)
  const trace = steadyTraceOf(f, [{ length: inputs }, target], parameters, 'parameters')
  const program = programOf(trace, 'parameters')
  const rule = copied(optimizer)
  const update = updateOf(rule, program.parameters, program.gradient!)
  const runner = new Runner(store, program, { update, rule })
  try {
    const place = (buffer: typeof program.seed): number => runner.addressOf(buffer) / store.bytes
    // Whole blocks by the first; what is left over by the second, a vector at a time.
    const width = 16 / store.bytes
    // Both add to sums that are emptied before: `first` would be the same code once more.
    const kernels = [
      kernelImage(runner, side, ['before', 'next', 'after', 'update']),
      kernelImage(runner, width, ['next']),
    ]
    return {
      title,
      kernels,
      width,
      seed: place(program.seed),
      sums: sumsOf(program).map((buffer) => ({ at: place(buffer), count: buffer.size })),
      total: place(program.total),
      weights: { at: store.data / store.bytes, count: parameters.length },
      settings: update.settings.map(({ buffer, of }) => ({ at: place(buffer), of })),
      learningRate: optimizer.rate(),
      steps: optimizer.steps,
      codes: classes?.map((_, i) => encode(i)),
    }
  } finally {
    runner.dispose()
  }
}

/** The same rule, with a memory of its own. */
function copied(rule: UpdateRule): UpdateRule {
  const { parameters, slots, steps } = rule
  const state = rule.state.map((slot) => Array.from(slot))
  return {
    parameters,
    slots,
    steps,
    state,
    rate: () => rule.rate(),
    update: (m, of) => rule.update(m, of),
  }
}

import { Value } from '../engine.ts'
import type { InputKinds } from '../lift/index.ts'
import type { Precision } from './store.ts'
import type { UpdateRule } from './update.ts'

/** What `compile` is told. */
export interface CompileOptions<K extends InputKinds = InputKinds> {
  /** How many numbers the function takes, or for each argument 'number', 'index' or { length }. */
  readonly inputs: K
  /** The leaves that are trained. They live in the kernel's memory until it is disposed of. */
  readonly parameters?: readonly Value[]
  /** Applied inside every call: an optimizer of `chainrule/optim`, or anything with such an update. */
  readonly optimizer?: UpdateRule
  /** 'f64' (default) agrees with eager to rounding, 'f32' is about twice as fast, and ends at 3.4e38. */
  readonly precision?: Precision
  /**
   * How many threads share a batch, this one among them, where it is worth it; a page that is not cross-origin
   * isolated has one, and so has one whose policy has no `worker-src blob:`. Their sums are added in a fixed order: at one number of threads results repeat bit for
   * bit. Where one is lost, the call throws, and later ones work on with new ones. Default 1.
   */
  readonly threads?: number
  /**
   * Adds products without rounding them first (relaxed SIMD): long sums are faster, but no longer the same
   * bits on every machine. Engines that cannot (Node 20) compute as ever. Default false.
   */
  readonly relaxed?: boolean
  /** Compares the first example of the first call with eager; of the next one, if that gives no finite number. Default true. */
  readonly check?: boolean
}

const known: Record<keyof CompileOptions, true> = {
  inputs: true,
  parameters: true,
  optimizer: true,
  precision: true,
  threads: true,
  relaxed: true,
  check: true,
}

/** Throws, naming the option, on what is wrong or unknown. */
export function refuseBadOptions(options: CompileOptions): void {
  const names = Object.keys(known).join(', ')
  if (typeof options !== 'object' || options === null)
    throw new TypeError(
      `the options of compile are an object with ${names}, got ${String(options)}.`,
    )
  const stranger = Object.keys(options).find((key) => !Object.hasOwn(known, key))
  if (stranger !== undefined)
    throw new RangeError(`unknown option ${stranger} of compile; it has ${names}.`)
  const { parameters, optimizer, precision = 'f64', threads = 1 } = options
  if (!Number.isInteger(threads) || threads < 1 || threads > 64)
    throw new RangeError(`threads is a whole number from 1 to 64, got ${threads}.`)
  if (precision !== 'f64' && precision !== 'f32')
    throw new RangeError(`precision is 'f64' or 'f32', got ${String(precision)}.`)
  if (parameters !== undefined) refuseBadParameters(parameters)
  if (optimizer !== undefined) refuseBadOptimizer(optimizer, parameters)
}

function refuseBadParameters(parameters: readonly Value[]): void {
  if (!Array.isArray(parameters)) refuseOthers()
  for (let i = 0; i < parameters.length; i++) {
    const p: unknown = parameters[i]
    if (!(p instanceof Value) || p.op !== undefined) refuseOthers()
    if (p.first === null)
      throw new RangeError(
        `parameter ${i + 1} is a number without a gradient, as detach() gives one: make it a leaf by ` +
          'value(x.data).',
      )
  }
}

function refuseOthers(): never {
  throw new TypeError('parameters is a list of leaves such as model.parameters().')
}

function refuseBadOptimizer(optimizer: UpdateRule, parameters: readonly Value[] | undefined): void {
  if (parameters === undefined)
    throw new TypeError(
      'an optimizer needs the parameters as well: pass parameters: model.parameters().',
    )
  if (typeof optimizer?.update !== 'function' || !Array.isArray(optimizer.parameters))
    throw new TypeError(
      `optimizer is one such as new Adam(model.parameters()), got ${typeof optimizer}.`,
    )
  const own = optimizer.parameters
  let same = own.length === parameters.length
  for (let i = 0; same && i < own.length; i++) same = own[i] === parameters[i]
  if (!same)
    throw new RangeError(
      `the optimizer has ${own.length} parameters, compile was given ${parameters.length}: expected ` +
        'the same list, in the same order.',
    )
}

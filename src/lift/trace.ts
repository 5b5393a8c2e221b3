/**
 * One run of a function on inputs that have no number yet. What depends on an input becomes a Value
 * without a number; everything else is computed as ever, and remembers how.
 */
import { evaluate } from '../adjoints.ts'
import { type Inputs, interpretBy, lift, type Operand, Value } from '../engine.ts'
import type { Row } from '../ops.ts'
import { named } from './stranger.ts'
import type { Graph } from './tape.ts'

/** What a function takes: one number, a whole number (a label, a position), or a list of numbers. */
export type InputKind = 'number' | 'index' | (object & { readonly length: number })

/** A count of single numbers, or what each argument is. */
export type InputKinds = number | readonly InputKind[]

/** What a function receives for inputs of these kinds: a Value each, of several numbers a list of them. */
export type Arguments<K extends InputKinds = InputKinds> = InputKinds extends K
  ? TracedInput[]
  : K extends readonly InputKind[]
    ? { -readonly [I in keyof K]: Argument<K[I]> }
    : Value[]

type Argument<K> = [K] extends [string] ? Value : [K] extends [object] ? Value[] : TracedInput

/** What an input may be to a function of which only a run tells the kinds. */
export type TracedInput = Value & Value[]

/** A function written with Values; `index` inputs are Values that `pick` and comparisons take. */
export type Traceable<K extends InputKinds = InputKinds> = (
  ...inputs: Arguments<K>
) => Operand | readonly Operand[]

/** What one run left behind. */
export interface Run {
  /** The leaves of each input, in order. */
  readonly inputs: readonly (readonly Value[])[]
  readonly kinds: readonly InputKind[]
  /** What the function returned. */
  readonly outputs: readonly Value[]
  /** The function returned a list rather than one Value. */
  readonly list: boolean
  /** A number that is part of the function. Literals from outside, detached Values, can still be written to. */
  isLiteral(v: Value): boolean
}

/** A run, and what it made by numbers: parameters first, then inputs, then all else as it was met. */
export interface Trace extends Run {
  readonly parameters: readonly Value[]
  readonly graph: Graph
  /** The numbers of the outputs. */
  readonly roots: readonly number[]
  /** What they were computed from, and they: 1, by number. */
  readonly live: Uint8Array
}

/** A Value that depends on an input: it has a history, or is an input itself, but no number. */
export class Traced extends Value {
  override get data(): number {
    throw new TypeError(
      `this Value ${this.op === undefined ? 'is' : 'depends on'} an input and has no number while the ` +
        'function is traced for compiling: write select(condition, x, y), a.max(b) or a comparison such ' +
        'as a.gt(b) instead of reading .data, and an index input with pick(values, index) instead of ' +
        'values[i].',
    )
  }
  override set data(_: number) {
    // The constructor of Value stores a number; this one has none.
  }

  override toString(): string {
    return `Value(${this.label ?? this.op?.name ?? 'input'}: no number while traced)`
  }

  /** A condition that JavaScript would decide, or arithmetic that it would do. */
  override [Symbol.toPrimitive](hint: string): string {
    if (hint === 'string') return this.toString()
    throw new TypeError(
      'operators cannot follow a Value, which has no number while the function is traced for compiling: write ' +
        'a.mul(2) for 2 * a, select(a.gt(0), x, y) for a > 0 ? x : y.',
    )
  }
}

/** An index; as a place in a list or an object, JavaScript would take its text, and find nothing. */
class TracedIndex extends Traced {
  override [Symbol.toPrimitive](hint: string): string {
    if (hint !== 'string') return super[Symbol.toPrimitive](hint)
    throw new TypeError(
      'an index has no number while the function is traced for compiling: write pick(values, index) for ' +
        'values[index]; index.toString() prints it.',
    )
  }
}

/** Makes the Values of a run. */
export interface Maker {
  /** The leaves of each input. */
  readonly inputs: readonly (readonly Value[])[]
  make(op: Row, first: Inputs, second: Value | undefined): Value
}

/** Runs `f` once on inputs without numbers. Throws what `f` throws, and unless it returns Values. */
export function runOf(f: Traceable, kinds: readonly InputKind[], maker: Maker): Run {
  const { inputs } = maker
  const start = new Value(0)
  const given = inputs.map((list, i) => (typeof kinds[i] === 'object' ? list : list[0]))
  const reading = (op: Row, first: Inputs, second: Value | undefined): Value =>
    maker.make(op, first, second)
  const result = interpretBy(reading, () => tried(f, given as TracedInput[]))
  const { outputs, list } = returned(result)
  const isLiteral = (v: Value): boolean => v.first === null && !isOlder(v, start)
  return { inputs, kinds, outputs, list, isLiteral }
}

/** What `f` returns. Where it throws, and names arguments that there are none for, that is said as well. */
function tried(f: Traceable, given: readonly TracedInput[]): unknown {
  try {
    return f(...given)
  } catch (error) {
    if (f.length <= given.length) throw error
    throw new TypeError(
      `${(error as Error).message} The function names ${f.length} arguments, and inputs describes ${given.length}.`,
      { cause: error },
    )
  }
}

/** Leaves without numbers for each input. */
export function leavesOf(kinds: readonly InputKind[]): Value[][] {
  return kinds.map((kind, i) => {
    const name = kinds.length === 1 ? 'x' : `x${i}`
    return Array.from({ length: lengthOf(kind) }, (_, j) => {
      const label = typeof kind === 'object' ? `${name}[${j}]` : name
      return kind === 'index' ? new TracedIndex(0, label) : new Traced(0, label)
    })
  })
}

/** An operation on what has no number has none either; any other is computed as ever. */
export function made(op: Row, first: Inputs, second: Value | undefined): Value {
  const traced =
    second instanceof Traced ||
    (Array.isArray(first) ? first.some((x) => x instanceof Traced) : first instanceof Traced)
  return traced
    ? new Traced(0, undefined, op, first, second)
    : new Value(evaluate(op, first, second), undefined, op, first, second)
}

function returned(result: unknown): Pick<Run, 'outputs' | 'list'> {
  const list = Array.isArray(result)
  const outputs = (list ? result : [result]) as Operand[]
  if (outputs.length > 0 && outputs.every((y) => typeof y === 'number' || y instanceof Value))
    return { outputs: outputs.map(lift), list }
  const promise = result instanceof Promise
  if (promise) result.catch(() => {}) // it fails for want of a number, and this says why
  const got = promise ? 'a promise' : list ? 'another list' : typeof result
  throw new TypeError(
    `a compiled function returns a Value or a list of Values, got ${got}: it is run once, ` +
      'synchronously, and what it returns is what a call will compute.',
  )
}

/** Whether a Value was made before another. */
export function isOlder(value: Value, than: Value): boolean {
  const { page, at } = value // not in the signature: declarations of the package leave them out
  return page.number < than.page.number || (page === than.page && at < than.at)
}

/** Every input's kind. Throws on what is none, and on more numbers than there is memory for their Values. */
export function kindsOf(inputs: InputKinds): readonly InputKind[] {
  const most = 1e6
  const isCount = typeof inputs === 'number'
  if (isCount && Number.isInteger(inputs) && inputs >= 0 && inputs <= most)
    return Array.from({ length: inputs }, () => 'number' as const)
  const wrong = Array.isArray(inputs)
    ? inputs.findIndex((kind) => !isKind(kind) || lengthOf(kind) > most)
    : undefined
  if (wrong === -1) return inputs as readonly InputKind[]
  const stranger: unknown = wrong === undefined ? inputs : (inputs as readonly unknown[])[wrong]
  const { length } = Object(stranger) as { readonly length?: unknown }
  const got =
    typeof stranger === 'object' && length !== undefined
      ? `{ length: ${named(length)} }`
      : named(stranger)
  throw new TypeError(
    "inputs is a count such as 2, or a list with 'number', 'index' or { length: 64 } for each, at most " +
      `${most} numbers, got ${got}${wrong === undefined ? '' : ` for argument ${wrong + 1}`}.`,
  )
}

function isKind(kind: InputKind): boolean {
  if (typeof kind === 'string') return kind === 'number' || kind === 'index'
  return Number.isInteger(kind?.length) && kind.length > 0
}

/** How many numbers an input of this kind is. */
export function lengthOf(kind: InputKind): number {
  return typeof kind === 'object' ? kind.length : 1
}

import { evaluate } from '../adjoints.ts'
import type { Inputs, Value } from '../engine.ts'
import { value } from '../functions.ts'
import type { Row } from '../ops.ts'
import { named } from './stranger.ts'
import { liveIn, Tape } from './tape.ts'
import {
  type InputKind,
  type InputKinds,
  isOlder,
  kindsOf,
  leavesOf,
  type Maker,
  made,
  runOf,
  type Trace,
  Traced,
  type Traceable,
} from './trace.ts'

/** What may have another number at a later call: all leaves from outside, parameters alone, or nothing. */
export type Changing = 'leaves' | 'parameters' | 'nothing'

/**
 * The trace of a function, which is run twice. Throws what it throws, and unless both runs make the same
 * graph: a function that draws random numbers, counts its calls or reads a clock computes something
 * else at every call, and compiling would freeze one of them. It would freeze the number of a leaf as
 * well, where the function reads that: so those that are `changing` have another one in the second run.
 */
export function steadyTraceOf(
  f: Traceable,
  inputs: InputKinds,
  parameters: readonly Value[],
  changing: Changing = 'leaves',
): Trace {
  if (typeof f !== 'function')
    throw new TypeError(
      `the first argument is a function of Values such as (x, y) => x.mul(y), got ${named(f)}: ` +
        'for a model write (x) => model.forward(x).',
    )
  const kinds = kindsOf(inputs)
  const first = new First(kinds, parameters)
  const run = runOf(f, kinds, first)
  const repeat = (): void => {
    const second = new Second(first)
    second.end(run.outputs, runOf(f, kinds, second).outputs)
  }
  const leaves = first.changing(changing)
  try {
    nudged(leaves, repeat)
  } catch (error) {
    // Is it for the other numbers? What a function says of those, it will never see them, is nothing to the user.
    if (leaves.length === 0) throw error
    repeat()
    repeat()
    if (error instanceof Differs)
      throw new TypeError(
        'the function computes with the number of a Value (.data) that is read anew at each call, such as a ' +
          'parameter: traced, that number would stay as it is now. Write the Value itself, or ' +
          'its detach() for its number without a gradient.',
        { cause: error },
      )
  }
  // What the parameters alone decide was computed from the other numbers.
  if (leaves.length > 0) first.evaluate()
  const { tape } = first
  const roots = run.outputs.map((y) => tape.numberOf(y))
  const { graph } = tape
  return { ...run, parameters, graph, roots, live: liveIn(graph, roots) }
}

/** Runs `body` while every leaf has another number, but a near one: what converges with this one still does. */
function nudged(leaves: readonly Value[], body: () => void): void {
  const numbers = new Float64Array(leaves.length)
  let changed = 0
  try {
    // An input of another function that is traced has no number, and throws.
    for (; changed < leaves.length; changed++) {
      const leaf = leaves[changed]!
      const number = leaf.data
      numbers[changed] = number
      leaf.data = number === 0 ? 1e-6 : number * (1 + 1e-6)
    }
    body()
  } finally {
    // The other way round: a leaf may be among them twice.
    while (changed-- > 0) leaves[changed]!.data = numbers[changed]!
  }
}

/** Makes a run, and remembers it in order. */
class First implements Maker {
  /** Older than all that the run makes. */
  readonly start = value(0)
  readonly inputs: readonly (readonly Value[])[]
  readonly tape: Tape
  readonly made: Value[] = []
  /** Those of them that have a number. */
  readonly #numbered: Value[] = []
  readonly #parameters: readonly Value[]

  constructor(kinds: readonly InputKind[], parameters: readonly Value[]) {
    this.inputs = leavesOf(kinds)
    this.tape = new Tape(parameters, this.inputs)
    this.#parameters = parameters
  }

  make(op: Row, first: Inputs, second: Value | undefined): Value {
    const v = made(op, first, second)
    this.made.push(v)
    this.tape.record(v)
    if (!(v instanceof Traced)) this.#numbered.push(v)
    return v
  }

  /** The function makes leaves itself, and may ask for gradients by them. */
  get makesLeaves(): boolean {
    const { values, leaves } = this.tape.graph
    return leaves.some((v) => values[v]!.first !== null && !isOlder(values[v]!, this.start))
  }

  /** Leaves that may have another number at a later call. */
  changing(which: Changing): readonly Value[] {
    if (which === 'nothing') return []
    if (which === 'parameters') return this.#parameters
    const { values, leaves } = this.tape.graph
    const others = leaves.map((v) => values[v]!).filter((v) => isOlder(v, this.start))
    return this.#parameters.concat(others)
  }

  /** Computes again what has a number. */
  evaluate(): void {
    for (const v of this.#numbered) v.data = evaluate(v.op!, v.first, v.second)
  }
}

/** Two runs that differ. */
class Differs extends TypeError {}

/**
 * Goes through another run with the Values of the first, as long as it makes the same ones. With Values of its
 * own where the function makes leaves: it may look for these among what theirs were computed from.
 */
class Second implements Maker {
  readonly inputs: readonly (readonly Value[])[]
  readonly #first: First
  /** What this run makes itself, and what the first one made in its place. */
  readonly #twins = new Map<Value, Value>()
  readonly #apart: boolean
  readonly #start = value(0)
  #count = 0

  constructor(first: First) {
    this.inputs = first.inputs
    this.#first = first
    this.#apart = first.makesLeaves
  }

  make(op: Row, first: Inputs, second: Value | undefined): Value {
    const v = this.#first.made[this.#count++]
    if (v?.op !== op || !this.#agree(v.first, first) || !this.#agree(v.second, second))
      this.#refuse(op.name)
    if (!(v instanceof Traced)) v.data = evaluate(op, first, second)
    if (!this.#apart) return v
    const own = made(op, first, second)
    this.#twins.set(own, v)
    return own
  }

  end(outputs: readonly Value[], others: readonly Value[]): void {
    const whole = this.#count === this.#first.made.length
    if (!whole || !this.#agree(outputs, others)) this.#refuse()
  }

  #agree(x: Inputs, y: Inputs): boolean {
    if (x === y) return true
    if (!x || !y) return false
    if (!Array.isArray(x)) return !Array.isArray(y) && this.#areTwins(x as Value, y as Value)
    if (!Array.isArray(y) || x.length !== y.length) return false
    for (let i = 0; i < x.length; i++) if (!this.#agree(x[i], y[i])) return false
    return true
  }

  /** A leaf from outside is the same one every time; one made in the function has the same number. */
  #areTwins(x: Value, y: Value): boolean {
    const known = this.#twins.get(y)
    if (known !== undefined) return known === x
    if (!isNumber(x) || !isNumber(y) || x.first !== y.first) return false
    if (!Object.is(x.data, y.data)) return false
    if (x.first === null) return true
    this.#twins.set(y, x)
    return !isOlder(x, this.#first.start) && !isOlder(y, this.#start)
  }

  #refuse(at?: string): never {
    throw new Differs(
      `two runs of the function made different graphs${at === undefined ? '' : `, first at ${at}`}: it draws ` +
        'random numbers, counts its calls, keeps Values for the next one, or depends on something that ' +
        'changes. Draw them once outside of it, or pass them as an input.',
    )
  }
}

/** A leaf that is no input. */
const isNumber = (v: Value): boolean => v.op === undefined && !(v instanceof Traced)

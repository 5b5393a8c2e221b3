import type { Value } from '../engine.ts'
import { value } from '../functions.ts'
import { Numbering, operandAt, operandCount } from './notes.ts'
import {
  type InputKinds,
  isOlder,
  runOf,
  type Trace,
  type Traceable,
  traceOf,
  type Witness,
} from './trace.ts'

/**
 * The trace of a function, which is run twice. Throws what it throws, and unless both runs make the same
 * graph: a function that draws random numbers, counts its calls or reads a clock computes something
 * else at every call, and compiling would freeze one of them. What is called with `parameters` that change would
 * freeze the number of a leaf as well, where the function reads that: then the second run sees other numbers.
 */
export function steadyTraceOf(
  f: Traceable,
  inputs: InputKinds,
  parameters?: readonly Value[],
): Trace {
  const first = new First()
  const trace = traceOf(runOf(f, inputs, first))
  const repeat = (second: Second): void => {
    const again = runOf(f, inputs, second)
    second.end(trace.outputs, again.outputs)
  }
  const second = new Second(first)
  const leaves = parameters ? changing(trace, first.start, parameters) : []
  try {
    nudged(leaves, () => repeat(second))
  } catch (error) {
    // Is it for the other numbers? What a function says of those, it will never see them, is nothing to the user.
    if (leaves.length === 0) throw error
    repeat(new Second(first))
    repeat(new Second(first))
    if (second.differs)
      throw new TypeError(
        'the function computes with the number of a Value (.data) that is read anew at each call, such as a ' +
          'parameter: compiled, that number would stay as it is now. Write the Value itself, or ' +
          'its detach() for its number without a gradient.',
        { cause: error },
      )
  }
  return trace
}

/** Leaves that may have another number at a later call: those from outside. */
function changing({ leaves }: Trace, start: Value, parameters: readonly Value[]): Value[] {
  const known = new Numbering()
  known.setAll(parameters)
  return parameters.concat(known.without(leaves).filter((v) => isOlder(v, start)))
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
    for (let i = 0; i < changed; i++) leaves[i]!.data = numbers[i]!
  }
}

/** Remembers what a run makes, in order. */
class First implements Witness {
  readonly values: Value[] = []
  readonly places = new Numbering()
  /** Older than all that the run makes. */
  readonly start = value(0)

  inputs(leaves: readonly Value[]): void {
    for (const leaf of leaves) this.made(leaf)
  }

  made(v: Value): void {
    this.places.set(v, this.values.push(v) - 1)
  }
}

/** Compares what another run makes with it, Value by Value. */
class Second implements Witness {
  readonly #first: First
  /** Leaves that the function makes itself, and those of the first run in their place. */
  readonly #leaves = new Map<Value, Value>()
  readonly #places = new Numbering()
  #count = 0
  /** It made something else. */
  differs = false

  readonly #start = value(0)

  constructor(first: First) {
    this.#first = first
  }

  inputs(leaves: readonly Value[]): void {
    for (const leaf of leaves) this.#places.set(leaf, this.#count++)
  }

  made(v: Value): void {
    const other = this.#first.values[this.#count]
    if (other?.op !== v.op || !this.#readsTheSame(other!, v)) this.#refuse(v.op?.name)
    this.#places.set(v, this.#count++)
  }

  end(outputs: readonly Value[], others: readonly Value[]): void {
    const same =
      this.#count === this.#first.values.length &&
      outputs.length === others.length &&
      outputs.every((x, i) => this.#agree(x, others[i]!))
    if (!same) this.#refuse(undefined)
  }

  #readsTheSame(x: Value, y: Value): boolean {
    const count = operandCount(x)
    if (operandCount(y) !== count) return false
    for (let i = 0; i < count; i++) if (!this.#agree(operandAt(x, i), operandAt(y, i))) return false
    return true
  }

  #agree(x: Value, y: Value): boolean {
    if (x === y) return true
    if (x.first === null && y.first === null) return Object.is(x.data, y.data)
    const place = this.#places.get(y)
    if (place >= 0) return place === this.#first.places.get(x)
    return isLeaf(x) && isLeaf(y) && this.#agreeAsLeaves(x, y)
  }

  /** A leaf from outside is the same one every time; one made in the function has the same number. */
  #agreeAsLeaves(x: Value, y: Value): boolean {
    const known = this.#leaves.get(y)
    if (known !== undefined) return known === x
    const old = isOlder(x, this.#first.start) || isOlder(y, this.#start)
    this.#leaves.set(y, x)
    return !old && Object.is(x.data, y.data)
  }

  #refuse(at: string | undefined): never {
    this.differs = true
    throw new TypeError(
      `two runs of the function made different graphs${at === undefined ? '' : `, first at ${at}`}: it draws ` +
        'random numbers, counts its calls, or depends on something that changes. Draw them once outside ' +
        'of it, or pass them as an input.',
    )
  }
}

const isLeaf = (v: Value): boolean => v.op === undefined && v.first === undefined

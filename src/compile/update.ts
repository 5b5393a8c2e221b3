/**
 * An optimizer's update as loop nests over all parameters: the same lines that the eager optimizer
 * runs, over expressions. What depends on the learning rate and the step alone is one number for
 * all parameters: it is computed in double precision before the loops, and read by them.
 */
import { algebraOf } from '../algebra.ts'
import { buffer, type Buffer, type Source, type Spelled } from '../lift/buffer.ts'
import { applied, type Expression, literal, read, readsOf, Unknown } from '../lift/expression.ts'
import { type Nest, nestOf } from '../lift/nest.ts'
import { iota } from '../lift/sequence.ts'
import type { UpdateOf } from '../lift/update.ts'
import type { Algebra, Num, Row } from '../ops.ts'

/** Numbers in a list that can be written to. */
interface Slot extends Iterable<number> {
  readonly length: number
  [parameter: number]: number
}

/** What `compile` needs of an optimizer; those of `chainrule/optim` are such. */
export interface UpdateRule {
  readonly parameters: readonly unknown[]
  /** How many numbers the rule remembers of each parameter. */
  readonly slots: number
  /** Steps taken. */
  steps: number
  /** What it remembers, a list for each slot; `compile` keeps them in the kernel's memory. */
  state: readonly Slot[]
  /** The rule whose memory this is, where one only adds to what another does. */
  readonly within?: UpdateRule
  /** The learning rate of the next step. */
  rate(): number
  update<T>(m: Algebra<T>, of: UpdateOf<T>): { parameter: T; state: readonly T[] }
}

/** An update as loop nests. */
export interface Update {
  readonly nests: readonly Nest[]
  /** The optimizer's memory, a buffer for each number it remembers of a parameter. */
  readonly slots: readonly Buffer[]
  readonly settings: readonly Setting[]
}

/** What a number of the step alone is computed from. */
export type Hyperparameter = 'learningRate' | 'step'
type Scalar = Expression<Hyperparameter>

/** A number that is the same for all parameters, where the loops read it, and what it comes to. */
interface Setting {
  readonly buffer: Buffer
  readonly of: Scalar
  at(learningRate: number, step: number): number
}

/** A number of the step alone, or one for each parameter. */
type Staged = Once | Spelled
class Once extends Unknown {
  readonly kind = 'scalar'
  constructor(readonly of: Scalar) {
    super()
  }
}

/** Rules whose memory is in a kernel's: in one at a time, or each would go on from a memory of its own. */
const atWork = new WeakSet<UpdateRule>()
const ownerOf = (rule: UpdateRule): UpdateRule => rule.within ?? rule

/** From now on its memory is in a kernel's; and no longer. */
export const begin = (rule: UpdateRule): unknown => atWork.add(ownerOf(rule))
export const end = (rule: UpdateRule): unknown => atWork.delete(ownerOf(rule))

/**
 * The nests by which `rule` changes `parameters` along `gradient`. Throws if it is at work already, or remembers
 * something else than a number of each parameter for each slot (or nothing yet).
 */
export function updateOf(rule: UpdateRule, parameters: Buffer, gradient: Buffer): Update {
  if (atWork.has(ownerOf(rule)))
    throw new RangeError(
      'this optimizer is at work in another compiled step, which has its memory: dispose() of that one ' +
        'first, or make another optimizer.',
    )
  refuseBadState(rule, parameters.size)
  const all = iota(parameters.size)
  const slots = Array.from({ length: rule.slots }, () => buffer('state', parameters.size))
  const stage = new Stage(parameters.size)
  const [parameter, ...state] = [parameters, ...slots].map((b) => ({ buffer: b, positions: all }))
  const next = rule.update<Staged>(stage.algebra, {
    parameter: read(parameter!),
    gradient: read({ buffer: gradient, positions: all }),
    state: state.map((slot) => read(slot)),
    learningRate: new Once(read('learningRate')),
    step: new Once(read('step')),
  })
  const changes = [
    ...state.map((slot, k) => ({ old: slot, value: stage.expression(next.state[k]!) })),
    { old: parameter!, value: stage.expression(next.parameter) },
  ]
  return { nests: inOrder(changes), slots, settings: stage.settings }
}

/** Throws unless a rule remembers a number of each parameter for each slot, or nothing yet. */
export function refuseBadState({ slots, state }: UpdateRule, size: number): void {
  const lengths = Array.isArray(state) ? state.map((slot: Slot | undefined) => slot?.length) : []
  if (lengths.length === slots && lengths.every((length) => length === size || length === 0)) return
  throw new RangeError(
    `the optimizer has ${slots} slot${slots === 1 ? '' : 's'}, and its state is ${lengths.length} lists of ` +
      `[${lengths.join(', ')}] numbers: expected a list for each slot, of ${size} numbers.`,
  )
}

/** Tells what is the same for all parameters from what is not, while an update runs. */
class Stage {
  readonly settings: Setting[] = []
  readonly algebra: Algebra<Staged>
  readonly #first: Int32Array
  readonly #reads = new Map<Scalar, Spelled>()

  constructor(parameters: number) {
    this.#first = new Int32Array(parameters)
    this.algebra = algebraOf((op, x) => this.#applied(op, x))
  }

  /** A scalar as a setting, which is computed when a step begins. */
  expression(x: Num<Staged>): Spelled {
    if (typeof x === 'number') return literal(x)
    if (x.kind !== 'scalar') return x
    const known = this.#reads.get(x.of)
    if (known !== undefined) return known
    const setting = { buffer: buffer('setting', 1), of: x.of, at: functionOf(x.of) }
    const fresh: Spelled = read({ buffer: setting.buffer, positions: this.#first })
    this.settings.push(setting)
    this.#reads.set(x.of, fresh)
    return fresh
  }

  #applied(op: Row, x: readonly Num<Staged>[]): Staged {
    const scalars = x.map(scalarOf)
    if (scalars.includes(undefined))
      return applied(
        op,
        x.map((arg) => this.expression(arg)),
      )
    return new Once(applied(op, scalars as readonly Scalar[]))
  }
}

/** An expression as a function that computes it. */
function functionOf(x: Scalar): Setting['at'] {
  if (x.kind === 'literal') return () => x.value
  if (x.kind === 'read')
    return x.read === 'step' ? (_, step) => step : (learningRate) => learningRate
  const args = x.args.map(functionOf)
  const compute = x.op.eval as (...x: number[]) => number
  return (...now) => compute(...args.map((at) => at(...now)))
}

function scalarOf(x: Num<Staged>): Scalar | undefined {
  if (typeof x === 'number') return literal(x)
  return x.kind === 'scalar' ? x.of : undefined
}

interface Change {
  readonly old: Source
  readonly value: Spelled
}

/**
 * Writes one after the other. What is written already is read, not computed again; a change whose
 * old number is still to be read waits in a buffer of its own.
 */
function inOrder(changes: readonly Change[]): Nest[] {
  const nests: Nest[] = []
  const late: Nest[] = []
  let rest = changes
  while (rest.length > 0) {
    const [{ old, value }, ...others] = rest as [Change, ...Change[]]
    const after = others.map((change) => {
      const target = { ...old }
      return { ...change, value: replaced(change.value, value, read(target)) }
    })
    const awaited = after.some((change) => readsOf(change.value).includes(old))
    const { buffer: own, positions } = old
    const target = awaited ? buffer('state', own.size) : own
    nests.push(nestOf({ target, positions, manner: 'each', step: value, adds: false }))
    if (awaited) {
      const step = read({ buffer: target, positions })
      late.push(nestOf({ target: own, positions, manner: 'each', step, adds: false }))
    }
    rest = awaited ? others : after
  }
  return [...nests, ...late]
}

/** `x` with one of its parts, wherever it occurs, replaced. */
function replaced(x: Spelled, part: Spelled, by: Spelled): Spelled {
  if (x === part && part.kind === 'apply') return by
  if (x.kind !== 'apply') return x
  const args = x.args.map((arg) => replaced(arg, part, by))
  return args.every((arg, i) => arg === x.args[i]) ? x : applied(x.op, args)
}

import { Value } from '../engine.ts'
import { type Algebra, numbers } from '../ops.ts'
import { type LearningRate, type ScheduleSettings, settingsOf } from './schedule.ts'

/** What every optimizer takes. */
export interface OptimizerOptions {
  /** A number, or a schedule of the step. */
  readonly learningRate?: LearningRate
}

/** What an update rule sees of one parameter, in the arithmetic of whoever runs it. */
export interface Update<T> {
  readonly parameter: T
  readonly gradient: T
  /** The rule's own memory of this parameter, all 0 at the start. */
  readonly state: readonly T[]
  readonly learningRate: T
  /** 1 at the first step. */
  readonly step: T
}

/** Numbers that an update changes in place: a list of its own, or a stretch of a kernel's memory. */
export interface Slot extends Iterable<number> {
  readonly length: number
  [parameter: number]: number
}

/** An optimizer's memory as plain data: what a checkpoint stores. */
export interface OptimizerState {
  readonly steps: number
  /** One list a slot of memory, one number a parameter. */
  readonly state: readonly (readonly number[])[]
}

/**
 * Changes parameters by their gradients. A subclass says how one parameter changes, as a scalar
 * program over an abstract number: plain numbers run it here, a compiler lifts the same lines.
 */
export abstract class Optimizer {
  readonly parameters: readonly Value[]
  /** The rate of the next step; assign a number or a schedule to change it. */
  learningRate: LearningRate
  /** Steps taken. */
  steps = 0
  #state: readonly Slot[] | undefined

  /** How many numbers the rule remembers of each parameter. */
  abstract readonly slots: number
  abstract readonly name: string
  /** The settings apart from the learning rate, as plain data; they stay, as a compiled step has them in its code. */
  abstract readonly settings: Readonly<Record<string, number | boolean>>
  /** The rule: the new parameter, and the new state, one for each slot. */
  abstract update<T>(m: Algebra<T>, of: Update<T>): { parameter: T; state: readonly T[] }

  constructor(parameters: readonly Value[], learningRate: LearningRate) {
    if (typeof learningRate === 'number' && !(learningRate >= 0 && learningRate < Infinity))
      throw new RangeError(`the learning rate is a number from 0 on, got ${learningRate}.`)
    if (typeof learningRate !== 'number' && typeof learningRate !== 'function')
      throw new TypeError(
        `the learning rate is a number or a schedule, got ${JSON.stringify(learningRate)}.`,
      )
    if (!Array.isArray(parameters) || !parameters.every((p) => p instanceof Value))
      throw new TypeError('expected a list of Values such as model.parameters().')
    if (parameters.length === 0) throw new RangeError('an optimizer needs parameters, got none.')
    this.parameters = parameters
    this.learningRate = learningRate
  }

  /** The learning rate that the next step will use. Throws unless it is a number from 0 on. */
  rate(): number {
    const { learningRate, steps } = this
    const rate = typeof learningRate === 'number' ? learningRate : learningRate(steps)
    if (rate >= 0 && rate < Infinity) return rate
    throw new RangeError(`the learning rate of step ${steps} is a number from 0 on, got ${rate}.`)
  }

  /** The learning rate as plain data. */
  get schedule(): ScheduleSettings {
    return settingsOf(this.learningRate)
  }

  /** One update of every parameter by its `grad`. */
  step(): void {
    const learningRate = this.rate()
    const step = ++this.steps
    const memory = this.state
    this.parameters.forEach((leaf, i) => {
      const state = memory.map((slot) => slot[i]!)
      const of = { parameter: leaf.data, gradient: leaf.grad, state, learningRate, step }
      const next = this.update(numbers, of)
      leaf.data = next.parameter
      next.state.forEach((x, slot) => {
        memory[slot]![i] = x
      })
    })
  }

  /** Sets every parameter's gradient back to 0. */
  zeroGrad(): void {
    for (const leaf of this.parameters) leaf.grad = 0
  }

  /** The memory so far, to go on from later. */
  saveState(): OptimizerState {
    return { steps: this.steps, state: this.state.map((slot) => [...slot]) }
  }

  /** Goes on from a saved memory. Throws, with nothing changed, unless it fits. */
  loadState({ steps, state }: OptimizerState): void {
    const fits =
      state.length === this.slots && state.every((slot) => slot.length === this.parameters.length)
    if (!fits)
      throw new RangeError(
        `optimizer state: expected ${this.slots} lists of ${this.parameters.length} numbers, got ` +
          `${state.length} of ${state.map((slot) => slot.length).join(', ')}.`,
      )
    this.steps = steps
    this.state.forEach((slot, k) => state[k]!.forEach((x, i) => (slot[i] = x)))
  }

  /** What the rule remembers, one list a slot. A compiled step keeps the lists in its own memory. */
  get state(): readonly Slot[] {
    return (this.#state ??= Array.from({ length: this.slots }, () => this.parameters.map(() => 0)))
  }
  set state(state: readonly Slot[]) {
    this.#state = state
  }
}

/** gradient + weightDecay · parameter: the gradient of a loss that also has ½ · weightDecay · p². */
export function decayed<T>(m: Algebra<T>, of: Update<T>, weightDecay: number): T {
  if (weightDecay === 0) return of.gradient
  return m.add(of.gradient, m.mul(weightDecay, of.parameter))
}

/** A setting within its bounds. Throws with the setting's name otherwise. */
export function within(name: string, x: number, low: number, high: number): number {
  if (x >= low && x < high) return x
  throw new RangeError(`${name} lies in [${low}, ${high}), got ${x}.`)
}

import type { Examples } from '../data/index.ts'
import type { Value } from '../engine.ts'
import { l2 } from '../loss/index.ts'
import type { Optimizer } from '../optim/index.ts'
import { beyondBackward, beyondForward, largest, told } from '../compile/range.ts'
import type { Precision } from '../compile/index.ts'
import { topologicalOrder } from '../order.ts'
import { noGrad } from '../transforms.ts'
import { digits, Finding, place, ranked } from '../view/doctor/finding.ts'
import { diagnose, type DiagnoseOptions } from '../view/doctor/diagnose.ts'
import type { Model } from './evaluate.ts'
import type { Guard } from './guard.ts'
import type { Objective } from './objective.ts'

/** What the doctor looks at. */
export interface Patient {
  readonly model: Model
  /** The examples that are trained on, and the data they come from, whose rows have the numbers. */
  readonly data: Examples
  readonly origin: Examples
  readonly objective: Objective
  readonly optimizer: Optimizer
  /** Strength of the l2 term. */
  readonly decay: number
  /** Of the steps; the doctor's own numbers are in double precision. */
  readonly precision: Precision
  /** Steps to take. */
  readonly steps: number
}

/** Examples a look takes: enough to see what holds for all of them, and at most so many Values. */
const [fewest, most, values] = [8, 16, 8_000]
/** Steps after which the losses alone are looked at: a learning rate too high shows at once. */
const firstSteps = [1, 2, 4, 8]
/** Shares of the training after which the doctor looks again, beside its beginning and its end. */
const visits = [1 / 8, 1 / 2]
/** Share of the time that looking may have taken for the doctor to look again on the way. */
const affordable = 0.02

/**
 * Looks at a training now and then: runs the model by itself on a few examples, whatever computes
 * the steps, so it changes no number of the training.
 */
export class Doctor {
  /** Everything found so far. */
  readonly findings: Finding[] = []
  #told = 0
  readonly #patient: Patient
  readonly #guard: Guard
  /** Steps of earlier runs, in which this one goes on. */
  readonly #taken: number
  /** Examples whose graphs are read, and more whose losses are. */
  #probe: readonly number[] = []
  #many: readonly number[] = []
  readonly #history: number[] = []
  readonly #updates: number[] = []
  #step = 0
  #seen = -1
  #seconds = 0

  constructor(patient: Patient, guard: Guard) {
    this.#patient = patient
    this.#guard = guard
    this.#taken = patient.optimizer.steps
  }

  /** Before the first step: the network as it is made, and the inputs as they are. */
  before(): void {
    if (this.#seen < 0) this.#look()
  }

  /** After each step, `seconds` after the beginning; looks only at the moments that were chosen. */
  after(seconds: number): void {
    this.#step++
    if (firstSteps.includes(this.#step)) this.#judgeFirst()
    const due = visits.some((share) => this.#step === Math.ceil(share * this.#patient.steps))
    if (due && this.#seconds <= affordable * seconds) this.#look()
  }

  /** After the last step. */
  end(): void {
    if (this.#step > 0 && this.#step !== this.#seen) this.#look()
  }

  /** What was found since the last time this was asked. */
  news(): Finding[] {
    const news = this.findings.slice(this.#told)
    this.#told = this.findings.length
    return news
  }

  /** Why the next step on this batch gives a loss or parameters that are NaN or infinite. */
  postMortem(batch: readonly number[]): Finding {
    const { optimizer, decay, data, origin, precision } = this.#patient
    const { parameters } = optimizer
    const single = precision === 'f32'
    const broken = (loss: Value, examples?: number[]): Finding | undefined =>
      diagnose(loss, { ...this.#circumstances(), examples }).find(isNotFinite)
    for (const i of batch) {
      const row = origin.X.indexOf(data.X[i]!)
      const loss = this.#loss(i)
      const found = broken(loss, [row])
      if (found !== undefined) return found
      const outlier = single
        ? (beyondForward(loss) ?? beyondBackward(loss, 1 / batch.length))
        : undefined
      if (outlier !== undefined) return this.#inSingle(told(outlier), `example ${row}`)
    }
    const found = decay > 0 ? broken(l2(parameters, decay)) : undefined
    if (found !== undefined) return found
    if (single)
      return this.#inSingle(
        `each of the ${batch.length} examples by itself is in the range of single precision, which ends at ` +
          `${largest}, but what they add up to, or the update by it, is not`,
        'the update',
      )
    return overflow(this.#taken + this.#step, batch.length, parameters)
  }

  /** A step that was ruined by the end of single precision. */
  #inSingle(measured: string, where: string): Finding {
    const step = this.#taken + this.#step
    return new Finding({
      kind: 'notFinite',
      severity: 'error',
      where: place(step, where),
      measured,
      advice: adviceInSingle(step),
      numbers: { step },
    })
  }

  #look(): void {
    this.#timed(() => {
      if (this.#seen < 0) this.#choose()
      this.#seen = this.#step
      this.#remember()
      const losses = this.#probe.map((i) => this.#loss(i))
      const found = diagnose(losses, this.#circumstances())
      if (found.length > 0) this.#note(this.#confirmed(found))
    })
  }

  #choose(): void {
    const { length } = this.#patient.data.X
    const wanted = Math.floor(values / topologicalOrder(this.#loss(0)).length)
    const few = Math.max(fewest, Math.min(most, wanted))
    this.#probe = spread(length, few)
    this.#many = spread(length, 4 * few)
  }

  /** The first steps show what a learning rate does: the same examples again, after them. */
  #judgeFirst(): void {
    this.#timed(() => {
      this.#remember()
      this.#note(diagnose([], this.#circumstances()))
    })
  }

  #remember(): void {
    const losses = this.#many.map((i) => noGrad(() => this.#loss(i)).data)
    this.#history.push(losses.reduce((total, loss) => total + loss / losses.length, 0))
    if (this.#step > 0) this.#updates.push(this.#guard.moved)
  }

  /** What few examples show, many have to show as well. */
  #confirmed(found: readonly Finding[]): Finding[] {
    const losses = this.#many.map((i) => this.#loss(i))
    const again = diagnose(losses, this.#circumstances())
    return again.filter(({ kind }) => found.some((first) => first.kind === kind))
  }

  /** Of a kind only the first finding is news, and only if it does not follow from an earlier one. */
  #note(found: readonly Finding[]): void {
    const fresh = ranked(found, this.findings).filter(
      ({ kind }) => !this.findings.some((known) => known.kind === kind),
    )
    this.findings.push(...fresh)
  }

  #circumstances(): DiagnoseOptions {
    const { optimizer, steps, data } = this.#patient
    const { parameters, learningRate: rate } = optimizer
    return {
      parameters,
      history: this.#history,
      updates: this.#updates,
      // A schedule has no one rate to give advice on.
      learningRate: typeof rate === 'number' ? rate : undefined,
      steps,
      step: this.#taken + this.#step,
      features: data.features,
    }
  }

  #loss(i: number): Value {
    const { model, objective, data } = this.#patient
    return objective.loss(model.forward(data.X[i]!), objective.encode(data.y[i]!))
  }

  #timed(work: () => void): void {
    const began = performance.now()
    work()
    this.#seconds += (performance.now() - began) / 1000
  }
}

/** What to do where single precision ends; after some steps the weights may be what has grown. */
export function adviceInSingle(step: number): string {
  const data = 'Scale the data (standardise of chainrule/data), or train with precision f64'
  return step === 0
    ? `${data}.`
    : `${data}; if the losses were growing, try a tenth of the learning rate.`
}

const isNotFinite = ({ kind }: Finding): boolean => kind === 'notFinite'

/** Nothing is wrong with any example: what they add up to, or the update, left the range. */
function overflow(step: number, examples: number, parameters: readonly Value[]): Finding {
  const gradient = parameters.reduce((most, p) => Math.max(most, Math.abs(p.grad)), 0)
  return new Finding({
    kind: 'notFinite',
    severity: 'error',
    where: place(step, 'the update'),
    measured:
      `each of the ${examples} examples has a finite loss and finite gradients (the largest of their ` +
      `sum is ${digits(gradient)}), but what they add up to, or the update by it, is not finite`,
    advice: 'Try a tenth of the learning rate.',
    numbers: { step, examples, gradient },
  })
}

/** Places evenly over `count` examples, which may be sorted. */
function spread(count: number, wanted: number): number[] {
  const size = Math.min(count, wanted)
  return Array.from({ length: size }, (_, k) => Math.floor((k * count) / size))
}

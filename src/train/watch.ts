import type { Finding } from '../view/doctor/finding.ts'
import { largest } from '../compile/range.ts'
import { adviceInSingle, Doctor, type Patient } from './doctor.ts'
import { Guard } from './guard.ts'

/** Watches over the steps of a training: what a step ruins is undone, and the doctor looks in. */
export class Watch {
  readonly #guard: Guard
  readonly #patient: Patient
  readonly #doctor: Doctor | undefined

  constructor(patient: Patient, doctor: boolean) {
    this.#patient = patient
    this.#guard = new Guard(patient.optimizer.parameters)
    this.#doctor = doctor && patient.steps > 0 ? new Doctor(patient, this.#guard) : undefined
  }

  /** What the doctor has found so far. */
  get findings(): readonly Finding[] {
    return this.#doctor?.findings ?? []
  }

  /** What was found since the last time this was asked. */
  news(): Finding[] {
    return this.#doctor?.news() ?? []
  }

  /** Before a step. */
  before(): void {
    this.#guard.keep()
    this.#doctor?.before()
  }

  /**
   * After a step. Throws if its loss, or a parameter, is not finite, with the parameters as they were
   * before it; `when` says which step it was.
   */
  after(loss: number, batch: readonly number[], when: string, seconds: number): void {
    const { ruined } = this.#guard
    if (Number.isFinite(loss) && ruined === undefined) return this.#doctor?.after(seconds)
    const what = Number.isFinite(loss)
      ? `a parameter became ${ruined!.data}`
      : `the loss became ${loss}`
    this.#guard.restore()
    const cause = this.#doctor?.postMortem(batch)
    const earlier = this.findings.filter(({ kind }) => kind !== 'notFinite')
    const before = earlier.map((finding) => ` Found before: ${String(finding)}`)
    const why = cause === undefined ? this.#unexamined() : [cause, ...before].join('')
    throw new RangeError(`${what} in ${when}: ${why}`, { cause })
  }

  /** What is said where nobody looks for the cause. */
  #unexamined(): string {
    const { precision, optimizer } = this.#patient
    if (precision === 'f64') return 'try a tenth of it.'
    return `single precision ends at ${largest}. ${adviceInSingle(optimizer.steps)}`
  }

  /** After the last step. */
  end(): void {
    this.#doctor?.end()
  }
}

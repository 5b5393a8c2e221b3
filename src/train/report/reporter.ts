import type { Examples } from '../../data/index.ts'
import { refuseWorkers } from '../../view/surroundings.ts'
import type { Store } from '../checkpoint.ts'
import type { Model } from '../evaluate.ts'
import type { FitOptions } from '../fit.ts'
import { Looks } from './looks.ts'
import type { Training } from './report.ts'

/** Training accuracy is measured on so many examples at most. */
const most = 2000

/** Keeps what a report needs while a training runs, and writes it at the end. */
export class Reporter {
  readonly #model: Model
  readonly #data: Examples
  readonly #report: Exclude<FitOptions['report'], string | undefined>
  readonly #store: Store
  readonly #looks: Looks
  /** What training accuracy is measured on. */
  readonly #sample: Examples
  readonly #accuracies = new Map<number, number>()

  constructor(
    model: Model,
    data: Examples,
    report: NonNullable<FitOptions['report']>,
    store: Store,
    epochs: number,
  ) {
    refuseWorkers('a report')
    this.#model = model
    this.#data = data
    this.#report = typeof report === 'string' ? { name: report } : report
    this.#store = store
    this.#looks = new Looks(model, data, epochs)
    this.#sample = { ...data, X: data.X.slice(0, most), y: data.y.slice(0, most) }
  }

  /** After an epoch, with the accuracy on examples if there is one; 0 is before the first. */
  look(epoch: number, accuracyOn?: (data: Examples) => number | undefined): void {
    if (!this.#looks.take(epoch)) return
    const accuracy = accuracyOn?.(this.#sample)
    if (accuracy !== undefined) this.#accuracies.set(epoch, accuracy)
  }

  async write(ended: Pick<Training, 'objective' | 'result' | 'settings'>): Promise<void> {
    const { reportOf } = await import('./report.ts')
    const html = await reportOf({
      ...ended,
      model: this.#model,
      data: this.#data,
      looks: this.#looks.all,
      accuracies: this.#accuracies,
      repeat: this.#report.repeat,
    })
    await this.#store.write(this.#report.name, html)
  }
}

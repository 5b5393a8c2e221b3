import type { Examples } from '../../data/index.ts'
import type { Store } from '../checkpoint.ts'
import type { Model } from '../evaluate.ts'
import type { FitOptions } from '../fit.ts'
import { Looks } from './looks.ts'
import type { Training } from './report.ts'

/** Keeps what a report needs while a training runs, and writes it at the end. */
export class Reporter {
  readonly #model: Model
  readonly #data: Examples
  readonly #report: Exclude<FitOptions['report'], string | undefined>
  readonly #store: Store
  readonly #looks: Looks

  constructor(
    model: Model,
    data: Examples,
    report: NonNullable<FitOptions['report']>,
    store: Store,
    epochs: number,
  ) {
    this.#model = model
    this.#data = data
    this.#report = typeof report === 'string' ? { name: report } : report
    this.#store = store
    this.#looks = new Looks(model, data, epochs)
  }

  /** After an epoch; 0 is before the first. */
  look(epoch: number): void {
    this.#looks.take(epoch)
  }

  async write(ended: Pick<Training, 'objective' | 'result' | 'settings'>): Promise<void> {
    const { reportOf } = await import('./report.ts')
    const html = await reportOf({
      ...ended,
      model: this.#model,
      data: this.#data,
      looks: this.#looks.all,
      repeat: this.#report.repeat,
    })
    await this.#store.write(this.#report.name, html)
  }
}

/** An expression that a worker reads and lays out anew whenever it changes. */
import { Asker } from '../asker.ts'
import type { ExpressionState } from '../share/state.ts'
import { studio } from '../studio.svelte.ts'
import type { Answer, Shown } from './worker.ts'
import ExpressionWorker from './worker.ts?worker'

export class LiveExpression {
  /** The last that could be read; undefined before there was one. */
  shown = $state.raw<Shown | undefined>()
  /** What is wrong with the text now. */
  wrong = $state.raw<Answer['wrong']>()
  readonly #asker = new Asker<ExpressionState, Answer>(() => new ExpressionWorker())
  #stopped = false

  async show(state: ExpressionState): Promise<void> {
    try {
      const answer = await this.#asker.ask(state)
      if (answer === undefined) return
      this.wrong = answer.wrong
      if (answer.shown !== undefined) this.shown = answer.shown
    } catch (error) {
      if (this.#stopped) return
      studio.notice = `The graph was not drawn: ${(error as Error).message} Change the formula to try again.`
    }
  }

  /** Nothing is shown any more; a question that is still open is nobody’s failure. */
  stop(): void {
    this.#stopped = true
    this.#asker.stop()
  }
}

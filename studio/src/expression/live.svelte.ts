/** An expression that a worker reads and lays out anew whenever it changes. */
import { Asker } from '../asker.ts'
import type { ExpressionState } from '../share/state.ts'
import { studio } from '../studio.svelte.ts'
import type { Answer, Shown } from './worker.ts'

/** One for the page: what lays graphs out is large, and is started once. */
const asker = new Asker<ExpressionState, Answer>(
  () => new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' }),
)

export class LiveExpression {
  /** The last that could be read; undefined before there was one. */
  shown = $state.raw<Shown | undefined>()
  /** What is wrong with the text now. */
  wrong = $state.raw<Answer['wrong']>()
  #left = false

  async show(state: ExpressionState): Promise<void> {
    try {
      const answer = await asker.ask(state)
      if (answer === undefined || this.#left) return
      this.wrong = answer.wrong
      if (answer.shown !== undefined) this.shown = answer.shown
    } catch (error) {
      if (this.#left) return
      studio.notice = `The graph was not drawn: ${(error as Error).message} Change the formula to try again.`
    }
  }

  /** Nobody looks any more: a question that is still open is nobody’s failure. */
  leave(): void {
    this.#left = true
  }
}

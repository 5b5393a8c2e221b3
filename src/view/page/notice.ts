/** One line over the picture: what one waits for, or what went wrong. */
import type { Layout } from '../layout.ts'
import { element } from './element.ts'

/** Milliseconds after which one is told what one waits for. */
const patience = 250

export class Notice {
  readonly #line = element('p', { id: 'notice', role: 'status' })

  constructor(host: HTMLElement) {
    host.after(this.#line)
  }

  say(words: string): void {
    if (this.#line.textContent !== words) this.#line.textContent = words
  }

  /** The layout that is being found; undefined where it is not wanted any more, or there is none, which is said. */
  async during(finding: Promise<Layout | undefined>): Promise<Layout | undefined> {
    const waiting = setTimeout(() => this.say('Finding a place for everything …'), patience)
    try {
      const layout = await finding
      if (layout !== undefined) this.say('')
      return layout
    } catch (error) {
      this.say(`This picture could not be laid out: ${(error as Error).message}`)
      return undefined
    } finally {
      clearTimeout(waiting)
    }
  }
}

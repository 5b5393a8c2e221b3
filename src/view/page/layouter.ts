/** Lays graphs out beside the page, in a worker: the page stays alive however large they are. */
import type { Picture } from '../collapse.ts'
import type { Graph } from '../graph.ts'
import type { Layout } from '../layout.ts'
import type { Answer, Question } from './worker.ts'

/** Finds places for pictures of a graph. */
export interface LayoutSource {
  /** The layout; undefined where something newer was asked for meanwhile. Rejects if there is none. */
  lay(picture: Picture, graph: Graph): Promise<Layout | undefined>
}

/** One question at a time; an answer that a newer question has overtaken is dropped. */
export class Layouter implements LayoutSource {
  readonly #start: () => Promise<Worker>
  readonly #partials: boolean
  #worker: Promise<Worker> | undefined
  #asked = 0
  /** The graph that the worker knows. */
  #known: Graph | undefined

  /** `start` makes a worker that runs worker.ts. */
  constructor(start: () => Promise<Worker>, partials = false) {
    this.#start = start
    this.#partials = partials
  }

  async lay(picture: Picture, asked: Graph): Promise<Layout | undefined> {
    const number = ++this.#asked
    const worker = await (this.#worker ??= this.#start())
    return new Promise((resolve, reject) => {
      const hear = ({ data }: MessageEvent<Answer>): void => {
        if (data.number !== number) return
        worker.removeEventListener('message', hear)
        if (data.failure !== undefined) reject(new Error(data.failure))
        else resolve(number === this.#asked ? data.layout : undefined)
      }
      worker.addEventListener('message', hear)
      worker.addEventListener('error', (event) => reject(new Error(event.message)), { once: true })
      const graph = this.#known === asked ? undefined : asked
      this.#known = asked
      const question: Question = { number, picture, partials: this.#partials, graph }
      worker.postMessage(question)
    })
  }
}

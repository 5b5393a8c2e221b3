/** Lays graphs out beside the page, in a worker: the page stays alive however large they are. */
import type { Picture } from '../collapse.ts'
import type { Graph } from '../graph.ts'
import type { Layout } from '../layout.ts'
import { byId } from './element.ts'
import { unpack } from './unpack.ts'
import type { Answer, Question } from './worker.ts'

/** One question at a time; an answer that a newer question has overtaken is dropped. */
export class Layouter {
  readonly #graph: Graph
  readonly #partials: boolean
  #worker: Promise<Worker> | undefined
  #asked = 0

  constructor(graph: Graph, partials: boolean) {
    this.#graph = graph
    this.#partials = partials
  }

  /** The layout; undefined where something newer was asked for meanwhile. Rejects if there is none. */
  async lay(picture: Picture): Promise<Layout | undefined> {
    const number = ++this.#asked
    const first = this.#worker === undefined
    const worker = await (this.#worker ??= started())
    return new Promise((resolve, reject) => {
      const hear = ({ data }: MessageEvent<Answer>): void => {
        if (data.number !== number) return
        worker.removeEventListener('message', hear)
        if (data.failure !== undefined) reject(new Error(data.failure))
        else resolve(number === this.#asked ? data.layout : undefined)
      }
      worker.addEventListener('message', hear)
      worker.addEventListener('error', (event) => reject(new Error(event.message)), { once: true })
      const graph = first ? this.#graph : undefined
      const question: Question = { number, picture, partials: this.#partials, graph }
      worker.postMessage(question)
    })
  }
}

/** Its program stands in the page, compressed. */
async function started(): Promise<Worker> {
  const program = await unpack(byId('layouter').textContent)
  return new Worker(URL.createObjectURL(new Blob([program], { type: 'text/javascript' })))
}

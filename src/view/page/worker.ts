/** Lays pictures out in a worker. It is told a graph, then asked for one picture of it after another. */
import type { Picture } from '../collapse.ts'
import type { Graph } from '../graph.ts'
import type { Layout } from '../layout.ts'
import { SteadyLayout } from '../steady.ts'

/** What a worker is asked; the graph only where it is a new one. */
export interface Question {
  readonly number: number
  readonly picture: Picture
  readonly partials: boolean
  readonly graph?: Graph | undefined
}

export interface Answer {
  readonly number: number
  readonly layout?: Layout
  /** Why there is none. */
  readonly failure?: string
}

let graph: Graph | undefined
/** While numbers change in a picture, boxes stay where they are. */
const steady = new SteadyLayout()

self.addEventListener('message', async (event: MessageEvent<Question>): Promise<void> => {
  const { number, picture, partials } = event.data
  graph = event.data.graph ?? graph
  const answer = await steady.lay(picture, graph!, { partials }).then(
    (layout): Answer => ({ number, layout }),
    (error: unknown): Answer => ({ number, failure: String(error) }),
  )
  self.postMessage(answer)
})

/** Lays the graph of a small network out, beside the page. */
import { contentsOf } from 'chainrule/view'
import { type Network, outputOf } from './network.ts'

export interface Question {
  readonly network: Network
  readonly inputs: readonly number[]
}

self.addEventListener('message', async ({ data }: MessageEvent<Question>) => {
  // Layers are open, and their neurons are boxes.
  const open = data.network.sizes.map((_, i) => `layers.${i}`)
  self.postMessage(await contentsOf(outputOf(data.network, data.inputs).y, { open }))
})

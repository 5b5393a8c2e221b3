/** Programs to open: some of our own, each with what it shows, and those of the README. */
import readme from 'virtual:readme'
import compiled from './examples/compiled.ts?raw'
import first from './examples/first.ts?raw'
import higher from './examples/higher.ts?raw'
import micrograd from './examples/micrograd.ts?raw'
import mistake from './examples/mistake.txt?raw' // no TypeScript that a compiler takes
import moons from './examples/moons.ts?raw'
import neuron from './examples/neuron.ts?raw'

export interface Example {
  readonly name: string
  readonly code: string
}

/** What the editor opens with. */
export const opening: string = first

export const examples: Readonly<Record<string, readonly Example[]>> = {
  'To begin with': [
    { name: 'A first gradient', code: first },
    { name: 'micrograd’s README', code: micrograd },
    { name: 'A neuron', code: neuron },
    { name: 'A common mistake: a * b', code: mistake },
  ],
  'Further on': [
    { name: 'A network learns two moons', code: moons },
    { name: 'Derivatives of derivatives', code: higher },
    { name: 'Compiled, and how fast', code: compiled },
  ],
  'From the README': readme,
}

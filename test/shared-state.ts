import { opening } from '../studio/src/expression/opening.ts'
import { firstNetwork } from '../studio/src/network/settings.ts'
import type { StudioState } from '../studio/src/share/state.ts'

/** A state of the studio that has something of everything. */
export const state: StudioState = {
  view: 'network',
  expression: { ...opening, text: 'f = a*b', numbers: { a: 1.5, b: -2 } },
  network: { ...firstNetwork, weights: [0.1, 1 / 3, -7], epoch: 4 },
  lesson: '',
  code: 'console.log(1)',
}

import { programOf, steadyTraceOf, type Traceable } from '../../lift/index.ts'
import type { Value } from '../../engine.ts'
import { Runner } from '../runner.ts'
import { type Precision, Store } from '../store.ts'
import { imageOf } from './image.ts'
import { declarationText, type Facts, moduleText } from './module.ts'

/** A module and its types. */
export interface Shipped {
  readonly code: string
  readonly types: string
  /** Bytes of the WebAssembly in it. */
  readonly binary: number
}

/** Examples that a shipped kernel computes side by side. */
const side = 16

/**
 * A function of one list of numbers, `inputs` long, as an ES module that depends on nothing: its
 * WebAssembly and the parameters as they are now are in it. Throws as `compile` does.
 */
export function ship(
  f: Traceable,
  inputs: number,
  parameters: readonly Value[],
  precision: Precision,
  facts: Facts,
): Shipped {
  const trace = steadyTraceOf(f, [{ length: inputs }])
  const program = programOf(trace, parameters, 'nothing')
  const runner = new Runner(Store.for(parameters, { precision }), program)
  try {
    const image = imageOf(runner, [inputs], side)
    return {
      code: moduleText(image, facts),
      types: declarationText(facts),
      binary: image.binary.length,
    }
  } finally {
    runner.dispose()
  }
}

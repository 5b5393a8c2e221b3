/** Kernels spoiled on purpose: bounds that nothing breaks would prove nothing. */
import { afterEach, expect, test, vi } from 'vitest'
import type { Lanes } from '../src/compile/math/lanes.ts'
import type { Node } from '../src/compile/wasm/node.ts'

type Suite = typeof import('./single-suite.ts')

const ulp = 2 ** -23
const spoilt = ['../src/compile/math/exponential.ts', '../src/compile/pieces.ts'] as const

afterEach(() => {
  for (const path of spoilt) vi.doUnmock(path)
  vi.resetModules()
})

/** The suite over sources of which one is spoiled. */
function suiteOver<M extends object>(
  path: (typeof spoilt)[number],
  spoil: (module: M) => Partial<M>,
): Promise<Suite> {
  vi.resetModules()
  vi.doMock(path, async (original) => {
    const module = await original<M>()
    return { ...module, ...spoil(module) }
  })
  return import('./single-suite.ts')
}

test.each(['exp', 'tanh', 'expm1'] as const)('%s 12 ulp off is caught', async (name) => {
  type Exponential = typeof import('../src/compile/math/exponential.ts')
  const spoil = (module: Exponential): Partial<Exponential> => ({
    [name]: (m: Lanes, a: Node) => m.mul(module[name](m, a), 1 + 12 * ulp),
  })
  const { programsInSingle } = await suiteOver(spoilt[0], spoil)
  expect((await programsInSingle(0, 30)).wrong).not.toEqual([])
})

test('a sum without its last terms is caught', async () => {
  type Pieces = typeof import('../src/compile/pieces.ts')
  const spoil = ({ piecesOf }: Pieces): Partial<Pieces> => ({
    piecesOf: (axis) => piecesOf(axis).slice(0, axis.reduces ? 1 : undefined),
  })
  const { networksInSingle } = await suiteOver(spoilt[1], spoil)
  expect((await networksInSingle(0, 8)).wrong).not.toEqual([])
})

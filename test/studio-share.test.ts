/** Links and files of the studio: a stranger's data, read and never run. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { opening } from '../studio/src/expression/opening.ts'
import { firstNetwork } from '../studio/src/network/settings.ts'
import { linkOf, readLink, readText } from '../studio/src/share/link.ts'
import type { StudioState } from '../studio/src/share/state.ts'
import { state } from './shared-state.ts'

test('a state comes back from its link, every number to the bit', () => {
  expect(readLink(linkOf(state))).toEqual({ state: JSON.parse(JSON.stringify(state)) })
  expect(readText(JSON.stringify(state))).toEqual({ state: JSON.parse(JSON.stringify(state)) })
})

test('whatever the page itself can show, it opens again: long formulas, large numbers, one column', () => {
  const own = {
    name: 'one.csv',
    features: ['age of the house'],
    classes: ['no', 'yes'],
    rows: [0, 1].map((y) => ({ x: [1e300 * y], y })),
  }
  const name = 'n'.repeat(150)
  const given: StudioState = {
    ...state,
    expression: {
      text: `f = ${'a*b + '.repeat(1000)}a`,
      numbers: { a: -1.5e308, [name]: 2 },
      over: [name],
    },
    network: { ...state.network, data: 'own', own, features: own.features, weights: [1e12] },
  }
  expect(readLink(linkOf(given))).toEqual({ state: JSON.parse(JSON.stringify(given)) })
})

test('1,000 mutated links: a state or one reason, never an exception', () => {
  const link = linkOf(state)
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=%#<'
  let damaged = 0
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(link.length), fc.nat(alphabet.length - 1), fc.nat(2)), {
        minLength: 1,
        maxLength: 6,
      }),
      (changes) => {
        let text = link
        for (const [at, letter, kind] of changes) {
          const middle = kind === 0 ? '' : alphabet[letter]!
          text = text.slice(0, at) + middle + text.slice(kind === 2 ? at : at + 1)
        }
        const { state: found, wrong } = readLink(text)
        if (found === undefined) {
          damaged++
          expect(wrong).toMatch(/^\S.{3,120}$/)
        } else expect(readLink(linkOf(found)).state).toEqual(found)
      },
    ),
    { numRuns: 1000, seed: 7 },
  )
  expect(damaged).toBeGreaterThan(900)
})

test('each item of a state is looked at: what is not known is refused by name', () => {
  const wrongs: [name: string, change: (s: Record<string, never>) => unknown][] = [
    ['view', (s) => ({ ...s, view: 'admin' })],
    ['expression.text', (s) => ({ ...s, expression: { ...opening, text: 'x'.repeat(200_000) } })],
    ['network.hidden', (s) => ({ ...s, network: { ...firstNetwork, hidden: Array(9).fill(1) } })],
    ['hidden', (s) => ({ ...s, network: { ...firstNetwork, hidden: [1e9] } })],
    ['network.loss', (s) => ({ ...s, network: { ...firstNetwork, loss: '__proto__' } })],
    ['network.features', (s) => ({ ...s, network: { ...firstNetwork, features: [] } })],
    ['weight', (s) => ({ ...s, network: { ...firstNetwork, weights: ['<b>'] } })],
    ['network.own', (s) => ({ ...s, network: { ...firstNetwork, data: 'own' } })],
    ['network', (s) => ({ ...s, network: null })],
    ['code', (s) => ({ ...s, code: 7 })],
  ]
  for (const [name, change] of wrongs) {
    const { state: found, wrong } = readText(JSON.stringify(change(state as never)))
    expect(found, name).toBeUndefined()
    expect(wrong).toContain(name)
  }
})

test('a link that unpacks to more than a page takes is refused', () => {
  const bomb = linkOf({ ...state, code: 'x'.repeat(30_000_000) })
  expect(bomb.length).toBeLessThan(60_000)
  expect(readLink(bomb).wrong).toMatch(/cannot be unpacked|no JSON/)
})

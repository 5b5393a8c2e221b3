/** Links and files of the studio: a stranger's data, read and never run. */
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { opening } from '../studio/src/expression/opening.ts'
import { firstNetwork } from '../studio/src/network/settings.ts'
import { linkOf, readLink, readText } from '../studio/src/share/link.ts'
import type { StudioState } from '../studio/src/share/state.ts'
import { withoutChromium } from './chromium.ts'
import { textOf } from './pages.ts'
import { expectShown, Studio } from './studio.ts'

const state: StudioState = {
  view: 'network',
  expression: { ...opening, text: 'f = a*b', numbers: { a: 1.5, b: -2 } },
  network: { ...firstNetwork, weights: [0.1, 1 / 3, -7], epoch: 4 },
  lesson: '',
  code: 'console.log(1)',
}

test('a state comes back from its link, every number to the bit', () => {
  expect(readLink(linkOf(state))).toEqual({ state: JSON.parse(JSON.stringify(state)) })
  expect(readText(JSON.stringify(state))).toEqual({ state: JSON.parse(JSON.stringify(state)) })
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
    ['expression.text', (s) => ({ ...s, expression: { ...opening, text: 'x'.repeat(5000) } })],
    ['network.hidden', (s) => ({ ...s, network: { ...firstNetwork, hidden: Array(9).fill(1) } })],
    ['hidden', (s) => ({ ...s, network: { ...firstNetwork, hidden: [1e9] } })],
    ['network.loss', (s) => ({ ...s, network: { ...firstNetwork, loss: '__proto__' } })],
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

describe.skipIf(withoutChromium !== undefined)('links in the studio', () => {
  let studio: Studio
  beforeAll(async () => {
    studio = await Studio.start()
  })
  afterAll(() => studio?.stop())
  afterEach(() => studio.check())

  test('what one sees travels in a link: formula, numbers and derivatives', async () => {
    const page = await studio.open()
    await page.fill('#formula', 'y = u**3')
    await page.fill('input[aria-label="u, exactly"]', '2')
    await page.click('.chip:text("∂/∂u")')
    await page.click('text=Share')
    const link = await page.inputValue('dialog input.field')
    const other = await studio.open(new URL(link).hash)
    await expectShown(other, '.says', '∂y/∂u = 12')
    expect(await other.evaluate('location.hash')).toBe('#expression')
  })

  test('a damaged link says so, and the studio opens as usual', async () => {
    const link = linkOf(state)
    for (const hash of [link.slice(0, -9), 's=%%%', 's=AAAA', 'nonsense']) {
      const page = await studio.open(`#${hash}`)
      expect(await textOf(page, '.notice')).toMatch(/This link is damaged \(.+\)/)
      expect(await textOf(page, '.says')).toBe('f = 10.625')
    }
  })

  test('a file is saved and opened; one that is none changes nothing', async () => {
    const page = await studio.open()
    await page.fill('#formula', 'y = 7*q')
    await page.click('text=Share')
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.click('text=Save as file'),
    ])
    const file = await download.path()
    await page.setInputFiles('dialog input[type=file]', {
      name: 'x.json',
      mimeType: 'application/json',
      buffer: Buffer.from('{"view":1}'),
    })
    await expectShown(page, 'dialog', /no state/)
    expect(await page.inputValue('#formula')).toBe('y = 7*q')
    const other = await studio.open()
    await other.click('text=Share')
    await other.setInputFiles('dialog input[type=file]', file)
    await expectShown(other, '.says', 'y = 7')
  })

  test('200 hostile names of classes, columns and data run nothing', async () => {
    const hostile = [
      '<img src=x onerror=alert(1)>',
      '</script><script>alert(1)</script>',
      '"><svg onload=alert(1)>',
      'javascript:alert(1)',
      '{{constructor.constructor("alert(1)")()}}',
      '\u202eabc\u0000\ud800',
      '__proto__',
      'W'.repeat(100),
    ]
    for (let round = 0; round < 2; round++) {
      const name = (i: number): string =>
        `${hostile[(round + i) % hostile.length]!.slice(0, 90)}${i}`
      const [classes, features] = [20, 80].map((n) => Array.from({ length: n }, (_, i) => name(i)))
      const own = {
        name: name(0),
        classes: classes!,
        features: features!,
        rows: Array.from({ length: 60 }, (_, i) => ({
          x: Array.from({ length: 80 }, (_, j) => Math.sin(i * 80 + j)),
          y: i % 20,
        })),
      }
      const network = { ...firstNetwork, data: 'own', own, features: own.features }
      const page = await studio.open(
        `#${linkOf({ ...state, network: { ...network, weights: undefined } })}`,
      )
      page.on('dialog', () => studio.problems.push('a script ran'))
      await page.waitForSelector('.diagram')
      await page.click('button[aria-label="One epoch"]')
      await expectShown(page, '.score dd >> nth=0', '1')
      await page.context().close()
    }
  })
})

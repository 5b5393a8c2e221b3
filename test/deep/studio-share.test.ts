/** Links and files of the studio in a browser: a stranger's data, read and never run. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { linkOf } from '../../studio/src/share/link.ts'
import { withoutChromium } from '../chromium.ts'
import { textOf } from '../pages.ts'
import { state } from '../shared-state.ts'
import { expectShown, Studio } from '../studio.ts'

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
    for (const hash of [link.slice(0, -9), 'nonsense']) {
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
      const network = { ...state.network, data: 'own', own, features: own.features }
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

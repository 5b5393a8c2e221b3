import { resolve } from 'node:path'
import { build } from 'esbuild'
import { type Browser, chromium as launcher } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chromium, flags, withoutChromium } from './chromium.ts'
import { inBrowser } from './browser-program.ts'

const root = resolve(import.meta.dirname, '..')

describe.skipIf(withoutChromium !== undefined)('in a real browser', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await launcher.launch({ executablePath: chromium!, args: flags })
  })
  afterAll(() => browser?.close())

  test('`fit` trains there, without Node, to the weights that Node computes', async () => {
    const { outputFiles } = await build({
      entryPoints: [resolve(import.meta.dirname, 'browser-program.ts')],
      bundle: true,
      format: 'iife',
      globalName: 'program',
      platform: 'browser',
      write: false,
      tsconfigRaw: {},
      alias: Object.fromEntries(
        ['data', 'nn', 'optim', 'train', 'loss', 'interop'].map((name) => [
          `chainrule/${name}`,
          `${root}/src/${name}/index.ts`,
        ]),
      ),
    })
    const page = await browser.newPage()
    const problems: string[] = []
    page.on('pageerror', (error) => problems.push(error.message))
    page.on('request', (request) => problems.push(`request to ${request.url()}`))
    await page.addScriptTag({ content: outputFiles[0]!.text })
    const there = await page.evaluate('program.inBrowser()')
    expect(problems).toEqual([])
    expect(there).toEqual(await inBrowser())
    expect(there).toMatchObject({ saved: true, arrays: { a: { data: [1.5, -2, 3, 4] } } })
  })
})

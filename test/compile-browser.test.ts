/** The compiled suite in a worker of a real browser, with and without shared memory; and what a page may forbid. */
import { type Browser, chromium as launcher } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chromium, flags, withoutChromium } from './chromium.ts'
import { inWorker } from './compiled-suite.ts'
import { answerOf, elsewhere, servedPages, type WorkerPages } from './worker-pages.ts'

describe.skipIf(withoutChromium !== undefined)('in a worker of a real browser', () => {
  let browser: Browser
  let pages: WorkerPages
  let expected: object
  beforeAll(async () => {
    pages = await servedPages()
    browser = await launcher.launch({ executablePath: chromium!, args: flags })
    expected = await inWorker()
  })
  afterAll(async () => {
    await browser?.close()
    pages?.close()
  })

  /** What a worker of a page in such a folder answers. */
  async function answer(folder: string, script: 'suite.js' | 'tries.js'): Promise<unknown> {
    const page = await browser.newPage()
    await page.goto(pages.url(folder))
    const found = await page.evaluate(answerOf(script))
    await page.close()
    return found
  }

  test('what draws says that a worker cannot; all else works there', async () => {
    const drawn = / is drawn on a page or in Node, not in a worker/
    expect(await answer('plain', 'tries.js')).toEqual({
      compile: 2,
      fit: 'trained',
      report: expect.stringMatching(drawn),
      png: expect.stringMatching(drawn),
      plot: expect.stringMatching(drawn),
    })
  })

  test('a policy that forbids WebAssembly is named, with what to write instead', async () => {
    expect(await answer('strict', 'tries.js')).toMatchObject({
      compile: expect.stringMatching(
        /forbids WebAssembly: add 'wasm-unsafe-eval' to its script-src/,
      ),
      fit: expect.stringMatching(/forbids WebAssembly.* Or pass compile: false/),
    })
  })

  test.each([
    ['isolated', true],
    ['plain', false],
  ])('%s: everything agrees there that agrees in Node', async (folder, shared) => {
    const found = await answer(folder, 'suite.js')
    expect(found).toEqual(elsewhere(expected, shared))
    expect(found).toMatchObject({
      programs: { wrong: [] },
      networks: [],
      single: [[], [], []],
      threads: { repeats: true },
    })
  })
})

/** The compiled suite in a worker of a real browser, with and without shared memory. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { resolve } from 'node:path'
import { build } from 'esbuild'
import { type Browser, chromium as launcher } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chromium, flags, withoutChromium } from './chromium.ts'
import { inWorker } from './compiled-suite.ts'

const root = resolve(import.meta.dirname, '..')

/** The suite as one script that answers the first message with its outcome. */
async function workerScript(): Promise<string> {
  const { outputFiles } = await build({
    stdin: {
      contents: `import { inWorker } from './test/compiled-suite.ts'
        onmessage = () => inWorker().then(postMessage, (error) => postMessage(String(error.stack)))`,
      resolveDir: root,
    },
    bundle: true,
    format: 'iife',
    platform: 'browser',
    write: false,
    tsconfigRaw: {},
    alias: Object.fromEntries([
      ...['nn', 'loss', 'optim', 'compile'].map((name) => [
        `chainrule/${name}`,
        `${root}/src/${name}/index.ts`,
      ]),
      ['chainrule', `${root}/src/index.ts`],
    ]),
  })
  return outputFiles[0]!.text
}

describe.skipIf(withoutChromium !== undefined)('in a worker of a real browser', () => {
  let browser: Browser
  let server: Server
  let expected: object
  beforeAll(async () => {
    const script = await workerScript()
    // Pages under /isolated may share memory with their workers; others may not.
    server = createServer(({ url }, response) => {
      const isolated = url!.startsWith('/isolated')
      response.writeHead(200, {
        'content-type': url!.endsWith('.js') ? 'text/javascript' : 'text/html',
        ...(isolated && {
          'cross-origin-opener-policy': 'same-origin',
          'cross-origin-embedder-policy': 'require-corp',
        }),
      })
      response.end(url!.endsWith('.js') ? script : '<!doctype html><title>suite</title>')
    }).listen(0, '127.0.0.1')
    browser = await launcher.launch({ executablePath: chromium!, args: flags })
    expected = await inWorker()
  })
  afterAll(async () => {
    await browser?.close()
    server?.close()
  })

  test.each([
    ['isolated', true],
    ['plain', false],
  ])('%s: everything agrees there that agrees in Node', async (path, shared) => {
    const page = await browser.newPage()
    const { port } = server.address() as AddressInfo
    await page.goto(`http://127.0.0.1:${port}/${path}/`)
    const found = await page.evaluate(
      `new Promise((done) => {
        const worker = new Worker('suite.js')
        worker.onmessage = ({ data }) => done(data)
        worker.onerror = (event) => done(String(event.message))
        worker.postMessage('go')
      })`,
    )
    await page.close()
    // Without shared memory there is one thread, and the rest is as it is with several.
    const threads = { threads: 1, near: true, repeats: true, alone: true }
    expect(found).toEqual({ ...expected, shared, ...(shared ? {} : { threads }) })
    expect(found).toMatchObject({
      programs: { wrong: [] },
      networks: [],
      single: [[], [], []],
      threads: { repeats: true },
    })
  })
})

/** The compiled suite in a worker of a real browser, with and without shared memory; and what a page may forbid. */
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
const suite = `import { inWorker } from './test/compiled-suite.ts'
  onmessage = () => inWorker().then(postMessage, (error) => postMessage(String(error.stack)))`

/** What is tried where something is forbidden, and what each try came to. */
const tries = `import { value } from 'chainrule'
  import { compile } from 'chainrule/compile'
  import { MLP } from 'chainrule/nn'
  import { fit } from 'chainrule/train'
  import { plotLoss, toPng } from 'chainrule/view'
  const data = { X: [[0], [1]], y: [0, 1] }
  const store = { read: async () => undefined, write: async () => {} }
  const work = {
    compile: () => compile((x) => x.mul(2), { inputs: 1 }).then((f) => f(1).value),
    fit: () => fit(new MLP(1, [1]), data, { epochs: 1 }).then(() => 'trained'),
    report: () => fit(new MLP(1, [1]), data, { epochs: 1, compile: false, report: 'r.html', store }),
    png: () => toPng(value(1)).then(() => 'drawn'),
    plot: () => plotLoss([{ epoch: 1, loss: 1 }]).then(() => 'drawn'),
  }
  onmessage = async () => {
    const found = {}
    for (const [name, run] of Object.entries(work))
      found[name] = await Promise.resolve().then(run).catch((error) => error.message)
    postMessage(found)
  }`

async function workerScript(contents: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: root },
    bundle: true,
    format: 'iife',
    platform: 'browser',
    write: false,
    tsconfigRaw: {},
    alias: Object.fromEntries([
      ...['nn', 'loss', 'optim', 'compile', 'train', 'view'].map((name) => [
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
    const scripts: Record<string, string> = {
      'suite.js': await workerScript(suite),
      'tries.js': await workerScript(tries),
    }
    // Pages under /isolated may share memory with their workers; those under /strict may not compile.
    const isolated = {
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-embedder-policy': 'require-corp',
    }
    const strict = { 'content-security-policy': "script-src 'self'" }
    server = createServer(({ url }, response) => {
      const [, folder, file] = url!.split('/') as [string, string, string]
      response.writeHead(200, {
        'content-type': file.endsWith('.js') ? 'text/javascript' : 'text/html',
        ...(folder === 'isolated' && isolated),
        ...(folder === 'strict' && strict),
      })
      response.end(scripts[file] ?? '<!doctype html><title>suite</title>')
    }).listen(0, '127.0.0.1')
    browser = await launcher.launch({ executablePath: chromium!, args: flags })
    expected = await inWorker()
  })
  afterAll(async () => {
    await browser?.close()
    server?.close()
  })

  /** What a worker of a page in such a folder answers. */
  async function answer(folder: string, script: string): Promise<unknown> {
    const page = await browser.newPage()
    const { port } = server.address() as AddressInfo
    await page.goto(`http://127.0.0.1:${port}/${folder}/`)
    const found = await page.evaluate(
      `new Promise((done) => {
        const worker = new Worker('${script}')
        worker.onmessage = ({ data }) => done(data)
        worker.onerror = (event) => done(String(event.message))
        worker.postMessage('go')
      })`,
    )
    await page.close()
    return found
  }

  test('what draws says that a worker cannot; all else works there', async () => {
    const elsewhere = / is drawn on a page or in Node, not in a worker/
    expect(await answer('plain', 'tries.js')).toEqual({
      compile: 2,
      fit: 'trained',
      report: expect.stringMatching(elsewhere),
      png: expect.stringMatching(elsewhere),
      plot: expect.stringMatching(elsewhere),
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

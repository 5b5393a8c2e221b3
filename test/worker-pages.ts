/** Pages whose workers run the compiled suite, with and without shared memory, and where a policy forbids to compile. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { resolve } from 'node:path'
import { build } from 'esbuild'

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

/** Pages under /isolated may share memory with their workers; those under /strict may not compile. */
const headers: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  plain: {},
  isolated: {
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-embedder-policy': 'require-corp',
  },
  strict: { 'content-security-policy': "script-src 'self'" },
}

export interface WorkerPages {
  /** The page of a folder. */
  url(folder: string): string
  close(): void
}

export async function servedPages(): Promise<WorkerPages> {
  const scripts: Record<string, string> = {
    'suite.js': await workerScript(suite),
    'tries.js': await workerScript(tries),
  }
  const server = createServer(({ url }, response) => {
    const [, folder = '', file = ''] = url!.split('/') // a browser also asks for a /favicon.ico
    const type = file.endsWith('.js') ? 'text/javascript' : 'text/html'
    response.writeHead(200, { 'content-type': type, ...headers[folder] })
    response.end(scripts[file] ?? '<!doctype html><title>suite</title>')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: (folder) => `http://127.0.0.1:${(server.address() as AddressInfo).port}/${folder}/`,
    close: () => server.close(),
  }
}

/** What a worker of the page answers, as an expression of the page. */
export const answerOf = (script: 'suite.js' | 'tries.js'): string => `new Promise((done) => {
  const worker = new Worker('${script}')
  worker.onmessage = ({ data }) => done(data)
  worker.onerror = (event) => done(String(event.message))
  worker.postMessage('go')
})`

/** Of the suite in Node, what it comes to in a browser: without shared memory there is one thread. */
export function elsewhere(expected: object, shared: boolean): object {
  const threads = { threads: 1, near: true, repeats: true, alone: true }
  return { ...expected, shared, ...(shared ? {} : { threads }) }
}

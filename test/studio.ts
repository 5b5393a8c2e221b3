/** The studio as it is shipped: built once for a run of tests, and served on this machine only. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { extname, join, normalize, resolve } from 'node:path'
import { build } from 'vite'

const studio = resolve(import.meta.dirname, '../studio')
let folder: Promise<string> | undefined

/** The folder of the built studio; it is gone when the process ends. */
export function builtStudio(): Promise<string> {
  folder ??= made()
  return folder
}

async function made(): Promise<string> {
  const outDir = mkdtempSync(join(tmpdir(), 'chainrule-studio-'))
  process.once('exit', () => rmSync(outDir, { recursive: true, force: true }))
  await build({
    root: studio,
    configFile: join(studio, 'vite.config.ts'),
    logLevel: 'error',
    build: { outDir, emptyOutDir: true },
  })
  return outDir
}

const kinds: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
}

/** Serves a folder on a free port of this machine. */
export async function serve(root: string): Promise<{ url: string; stop: () => void }> {
  const server = createServer(({ url = '/' }, response) => {
    const path = normalize(decodeURIComponent(new URL(url, 'http://localhost').pathname))
    const file = join(root, path.endsWith('/') ? `${path}index.html` : path)
    try {
      const content = readFileSync(file)
      response.writeHead(200, {
        'content-type': kinds[extname(file)] ?? 'application/octet-stream',
      })
      response.end(content)
    } catch {
      response.writeHead(404).end()
    }
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}/`, stop: () => server.close() }
}

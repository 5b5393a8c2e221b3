/** Files of one folder over HTTP, for this machine only. */
import { createReadStream, statSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { extname, join, normalize, sep } from 'node:path'

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.webmanifest': 'application/manifest+json',
  '.wasm': 'application/wasm',
}

/** A page served so may share memory between its threads, and no other site may frame or read it. */
const headers = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cache-Control': 'no-cache',
}

export function staticServer(folder: string): Server {
  return createServer((request, response) => {
    if (!forHere(request)) return refuse(response, 403)
    if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(response, 405)
    const file = fileOf(folder, request.url ?? '/')
    if (file === undefined) return refuse(response, 404)
    response.writeHead(200, {
      ...headers,
      'Content-Type': types[extname(file)] ?? 'application/octet-stream',
      'Content-Length': statSync(file).size,
    })
    if (request.method === 'HEAD') response.end()
    else
      createReadStream(file)
        .on('error', () => response.destroy())
        .pipe(response)
  })
}

/** A name that leads here from elsewhere (DNS rebinding) gets nothing. */
function forHere({ headers: { host = '' } }: IncomingMessage): boolean {
  return /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(host)
}

function fileOf(folder: string, url: string): string | undefined {
  try {
    const path = decodeURIComponent(new URL(url, 'http://here').pathname)
    const file = normalize(join(folder, path.endsWith('/') ? `${path}index.html` : path))
    const inside = file.startsWith(folder + sep) && !file.includes('\0')
    return inside && statSync(file).isFile() ? file : undefined
  } catch {
    return undefined
  }
}

function refuse(response: ServerResponse, status: number): void {
  response.writeHead(status, headers).end()
}

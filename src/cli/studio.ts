import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import type { Server } from 'node:http'
import { fileURLToPath } from 'node:url'
import { Command, InvalidArgumentError } from 'commander'
import { staticServer } from './static-server.ts'

interface Options {
  readonly port?: number
  readonly open: boolean
  readonly json: boolean
}

/** Where the studio begins to look for a free port. */
const firstPort = 4343
/** So many ports are tried when none was asked for. */
const tries = 50

const folder = fileURLToPath(new URL('../../dist/studio', import.meta.url))

export function studioCommand(): Command {
  return new Command('studio')
    .description('open the studio: see, step, train and learn in a page of your browser')
    .option(
      '-p, --port <n>',
      `port on this machine (default: the first free one from ${firstPort})`,
      port,
    )
    .option('--no-open', 'print the address and open no browser')
    .option('--json', 'print the address as data', false)
    .action(studio)
}

async function studio({ port, open, json }: Options): Promise<void> {
  if (!existsSync(`${folder}/index.html`))
    throw new Error('the studio is not built here: run npm run build --workspace studio first.')
  const server = staticServer(folder)
  const taken = port === undefined ? await listenAnywhere(server) : await listen(server, port)
  if (!taken)
    throw new Error(
      port === undefined
        ? `no port from ${firstPort} to ${firstPort + tries - 1} is free: name one with --port.`
        : `port ${port} cannot be had: name another one, or leave --port out and a free one is found.`,
    )
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  process.stdout.write(json ? `${JSON.stringify({ url })}\n` : `the studio is at ${url}\n`)
  if (!json) process.stderr.write('Ctrl+C ends it.\n')
  if (open && !(await opened(url)) && !json)
    process.stderr.write(`no browser could be opened: open ${url} yourself.\n`)
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => {
      server.close()
      server.closeAllConnections()
    })
}

async function listenAnywhere(server: Server): Promise<boolean> {
  for (let port = firstPort; port < firstPort + tries; port++)
    if (await listen(server, port)) return true
  return false
}

/** Whether the server has that port of this machine now; nobody else can reach it. */
async function listen(server: Server, port: number): Promise<boolean> {
  const listening = once(server, 'listening')
  server.listen(port, '127.0.0.1')
  try {
    await listening
    return true
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EADDRINUSE' || code === 'EACCES') return false
    throw error
  }
}

/** How each system opens an address; false where it has no browser. */
async function opened(url: string): Promise<boolean> {
  const [command, ...args] = { darwin: ['open'], win32: ['explorer'] }[
    process.platform as string
  ] ?? ['xdg-open']
  const child = spawn(command!, [...args, url], { stdio: 'ignore', detached: true })
  child.unref()
  return new Promise((resolve) => {
    child.once('error', () => resolve(false))
    child.once('exit', (code) => resolve(code === 0 || process.platform === 'win32'))
    setTimeout(() => resolve(true), 1500).unref() // it runs: a browser that stays
  })
}

function port(text: string): number {
  const x = Number(text)
  if (text.trim() !== '' && Number.isInteger(x) && x > 0 && x < 65_536) return x
  throw new InvalidArgumentError(`expected a port from 1 to 65535, got '${text}'.`)
}

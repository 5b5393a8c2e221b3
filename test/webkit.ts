/** WebKit, the engine of Safari: the small browser that comes with it, on a screen that nobody sees. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { onPath } from './chromium.ts'
import { type Command, type Parameters, WebDriver } from './webdriver.ts'

const driver: string | undefined = onPath(['WebKitWebDriver'])
const screen: string | undefined = onPath(['Xvfb'])

/** Why nothing can be tried in WebKit here; undefined where it can. In CI that is a failure. */
export const withoutWebKit: string | undefined = reasonToSkip()

function reasonToSkip(): string | undefined {
  if (driver !== undefined && screen !== undefined) return undefined
  const reason = 'no WebKit: install the packages webkit2gtk-driver and xvfb.'
  if (process.env['CI']) throw new Error(`CI runs in WebKit too, but there is ${reason}`)
  console.log(`skipped: ${reason}`)
  return reason
}

/** Where each command goes; `:id` is the element's. */
const paths: Readonly<Record<Command, string>> = {
  NewSession: '',
  SetTimeouts: '/timeouts',
  Navigate: '/url',
  SetWindowRect: '/window/rect',
  ExecuteAsyncScript: '/execute/async',
  FindElement: '/element',
  ElementClick: '/element/:id/click',
  ElementClear: '/element/:id/clear',
  ElementSendKeys: '/element/:id/value',
}

export class WebKit extends WebDriver {
  readonly #processes: readonly ChildProcess[]
  #session: string

  private constructor(processes: readonly ChildProcess[], port: number) {
    super()
    this.#processes = processes
    this.#session = `http://127.0.0.1:${port}/session`
  }

  static async start(): Promise<WebKit> {
    const flags = ['-displayfd', '1', '-screen', '0', '1440x1000x24', '-nolisten', 'tcp']
    const display = spawn(screen!, flags, { stdio: ['ignore', 'pipe', 'ignore'] })
    const [number] = (await once(display.stdout, 'data')) as [Buffer]
    const env = {
      ...process.env,
      DISPLAY: `:${String(number).trim()}`,
      JSC_useSharedArrayBuffer: '1', // as Safari has it on isolated pages
      WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1', // none is to be had in containers
    }
    const port = await freePort()
    const child = spawn(driver!, ['-p', String(port)], { stdio: 'ignore', env })
    const browser = new WebKit([child, display], port)
    await answering(port)
    const session = await browser.ask('NewSession', { capabilities: {} })
    browser.#session += `/${(session as { sessionId: string }).sessionId}`
    await browser.limit()
    return browser
  }

  async stop(): Promise<void> {
    await fetch(this.#session, { method: 'DELETE' })
    for (const one of this.#processes) {
      const ended = once(one, 'exit')
      one.kill()
      await ended
    }
  }

  async ask(command: Command, parameters: Parameters = {}): Promise<unknown> {
    const { id, ...body } = parameters
    const path = paths[command].replace(':id', String(id))
    const answer = await fetch(this.#session + path, { method: 'POST', body: JSON.stringify(body) })
    const { value } = (await answer.json()) as { value: unknown }
    if (answer.ok) return value
    throw new Error(`${command}: ${(value as { message: string }).message}`)
  }

  /** None that it would tell of. */
  async errors(): Promise<readonly string[]> {
    return []
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** Waits for the driver to listen. */
async function answering(port: number): Promise<void> {
  for (let wait = 0; wait < 100; wait++) {
    try {
      await fetch(`http://127.0.0.1:${port}/status`)
      return
    } catch {
      await sleep(100)
    }
  }
  throw new Error(`${driver!} did not answer within 10 seconds.`)
}

/**
 * A Firefox without a window, asked over Marionette, the protocol that every Firefox brings: a driver for
 * tests as Chromium has would need a newer one, or files that no package brings.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { onPath } from './chromium.ts'
import { type Command, WebDriver } from './webdriver.ts'

/** The Firefox to test in: $FIREFOX, or the one on the PATH. */
const firefox: string | undefined = process.env['FIREFOX'] ?? onPath(['firefox-esr', 'firefox'])

/** Why nothing can be tried in Firefox here; undefined where it can. In CI that is a failure. */
export const withoutFirefox: string | undefined = reasonToSkip()

function reasonToSkip(): string | undefined {
  if (firefox !== undefined) return undefined
  const reason = 'no Firefox: install the package firefox-esr, or set FIREFOX to one.'
  if (process.env['CI']) throw new Error(`CI runs in Firefox too, but there is ${reason}`)
  console.log(`skipped: ${reason}`)
  return reason
}

/** Nothing is fetched that no test asked for. */
const preferences = {
  'marionette.port': 0,
  'datareporting.policy.dataSubmissionEnabled': false,
  'app.update.enabled': false,
  'browser.safebrowsing.downloads.remote.enabled': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'dom.events.asyncClipboard.readText': true,
}

export class Firefox extends WebDriver {
  readonly #process: ChildProcess
  readonly #profile: string
  readonly #socket: Socket
  readonly #asked = new Map<number, (answer: readonly [error: unknown, result: unknown]) => void>()
  #received = Buffer.alloc(0)
  #last = 0

  private constructor(process: ChildProcess, profile: string, socket: Socket) {
    super()
    this.#process = process
    this.#profile = profile
    this.#socket = socket
    socket.on('data', (bytes) => this.#take(bytes))
  }

  static async start(): Promise<Firefox> {
    const profile = mkdtempSync(join(tmpdir(), 'chainrule-firefox-'))
    const lines = Object.entries(preferences).map(
      ([name, value]) => `user_pref('${name}', ${JSON.stringify(value)})`,
    )
    writeFileSync(join(profile, 'user.js'), lines.join(';\n'))
    const flags = ['--headless', '--marionette', '--remote-allow-system-access', '--no-remote']
    const child = spawn(firefox!, [...flags, '--profile', profile], { stdio: 'ignore' })
    const socket = connect(await portOf(profile), '127.0.0.1')
    const browser = new Firefox(child, profile, socket)
    await once(socket, 'connect')
    await browser.ask('NewSession', { strictFileInteractability: true })
    await browser.limit()
    return browser
  }

  async stop(): Promise<void> {
    const ended = once(this.#process, 'exit')
    this.#socket.destroy()
    this.#process.kill()
    await ended
    rmSync(this.#profile, { recursive: true, force: true, maxRetries: 5 })
  }

  async ask(command: Command, parameters: object = {}): Promise<unknown> {
    const { value } = (await this.#ask(`WebDriver:${command}`, parameters)) as { value?: unknown }
    return value
  }

  async #ask(command: string, parameters: object): Promise<unknown> {
    const id = ++this.#last
    const text = Buffer.from(JSON.stringify([0, id, command, parameters]))
    const answer = new Promise<readonly [unknown, unknown]>((resolve) =>
      this.#asked.set(id, resolve),
    )
    this.#socket.write(`${text.length}:`)
    this.#socket.write(text)
    const [error, result] = await answer
    if (error === null) return result
    throw new Error(`${command}: ${(error as { message: string }).message}`)
  }

  /** Errors that its console has of pages, workers and policies since the last look. */
  async errors(): Promise<readonly string[]> {
    await this.#ask('Marionette:SetContext', { value: 'chrome' })
    const found = await this.evaluate(`(() => {
      const messages = Services.console.getMessageArray()
      Services.console.reset()
      return messages.filter((m) => m instanceof Ci.nsIScriptError && !(m.flags & m.warningFlag))
        .filter((m) => /^(http|blob|data)/.test(m.sourceName) || m.category.includes('CSP'))
        .map((m) => m.sourceName.slice(0, 80) + ': ' + m.errorMessage)
    })()`)
    await this.#ask('Marionette:SetContext', { value: 'content' })
    return found as string[]
  }

  /** Messages are JSON, each after its length and a colon; the first one is a greeting. */
  #take(bytes: Buffer): void {
    this.#received = Buffer.concat([this.#received, bytes])
    for (;;) {
      const colon = this.#received.indexOf(':')
      const end = colon + 1 + Number(this.#received.subarray(0, Math.max(0, colon)))
      if (colon === -1 || this.#received.length < end) return
      const message: unknown = JSON.parse(String(this.#received.subarray(colon + 1, end)))
      this.#received = this.#received.subarray(end)
      if (!Array.isArray(message)) continue
      const [, id, error, result] = message as [number, number, unknown, unknown]
      this.#asked.get(id)?.([error, result])
      this.#asked.delete(id)
    }
  }
}

/** Firefox writes down where it listens once it does. */
async function portOf(profile: string): Promise<number> {
  for (let wait = 0; wait < 300; wait++) {
    try {
      const port = Number(readFileSync(join(profile, 'MarionetteActivePort'), 'utf8'))
      if (port > 0) return port
    } catch {
      // not yet
    }
    await sleep(100)
  }
  throw new Error(`${firefox!} did not start within 30 seconds.`)
}

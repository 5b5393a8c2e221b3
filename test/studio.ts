/** The studio in a real browser, served as `npx chainrule studio` serves it, watched for errors and requests. */
import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { resolve } from 'node:path'
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium as launcher,
  type Page,
} from 'playwright-core'
import { staticServer } from '../src/cli/static-server.ts'
import { chromium, flags } from './chromium.ts'

/** What `npm test` builds before all tests. */
export const folder: string = resolve(import.meta.dirname, '../dist/studio')

export class Studio {
  readonly #browser: Browser
  readonly #server: Server
  readonly #contexts: BrowserContext[] = []
  readonly url: string
  /** Errors, and requests that leave the origin, since the last look. */
  readonly problems: string[] = []

  private constructor(browser: Browser, server: Server) {
    this.#browser = browser
    this.#server = server
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  }

  static async start(): Promise<Studio> {
    const server = staticServer(folder)
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return new Studio(await launcher.launch({ executablePath: chromium!, args: flags }), server)
  }

  async stop(): Promise<void> {
    await this.#browser.close()
    this.unplug()
  }

  /** There is no server any more. */
  unplug(): void {
    this.#server.closeAllConnections()
    this.#server.close()
  }

  /** Throws if there were problems that no test has taken out; closes what was opened. */
  async check(): Promise<void> {
    for (const context of this.#contexts.splice(0)) await context.close()
    const problems = this.problems.splice(0)
    if (problems.length > 0) throw new Error(problems.join('\n'))
  }

  /** Somebody new: nothing is kept from others. */
  async context(options: BrowserContextOptions = {}): Promise<BrowserContext> {
    // Its files would be put by for every new context: megabytes that only one test is about.
    const usual = { viewport: { width: 1440, height: 900 }, serviceWorkers: 'block' as const }
    const context = await this.#browser.newContext({ ...usual, ...options })
    this.#contexts.push(context)
    context.on('weberror', (error) => this.problems.push(error.error().message))
    context.on('console', (message) => {
      if (message.type() === 'error') this.problems.push(message.text())
    })
    context.on('request', (request) => {
      const own = request.url().startsWith(this.url) || /^(blob|data):/.test(request.url())
      if (!own) this.problems.push(`request to ${request.url()}`)
    })
    return context
  }

  /** The studio at `#hash`, in a context of its own. */
  async open(hash = '', options: BrowserContextOptions = {}): Promise<Page> {
    const page = await (await this.context(options)).newPage()
    await page.goto(`${this.url}${hash}`)
    await page.waitForSelector('html[data-ready]')
    return page
  }
}

/** Waits until what matches `selector` reads so: all of it, or as a pattern says; throws if it never does. */
export async function expectShown(
  page: Page,
  selector: string,
  text: string | RegExp,
): Promise<void> {
  const whole = (words: string): RegExp =>
    new RegExp(`^\\s*${words.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}\\s*$`)
  const pattern = typeof text === 'string' ? whole(text) : text
  await page.locator(selector).filter({ hasText: pattern }).first().waitFor()
}

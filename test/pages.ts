/** Pages of `toHtml` in a real browser: opened from a file, watched for requests and errors. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import {
  type Browser,
  type BrowserContextOptions,
  chromium as launcher,
  type Page,
} from 'playwright-core'
import { chromium, flags } from './chromium.ts'

/** One browser for a file of tests. */
export class Pages {
  readonly #browser: Browser
  readonly #folder = mkdtempSync(join(tmpdir(), 'chainrule-'))
  #count = 0
  /** Errors, and requests for anything but the page itself and its own worker, since the last look. */
  readonly problems: string[] = []

  private constructor(browser: Browser) {
    this.#browser = browser
  }

  static async start(): Promise<Pages> {
    return new Pages(await launcher.launch({ executablePath: chromium!, args: flags }))
  }

  async stop(): Promise<void> {
    await this.#browser.close()
    rmSync(this.#folder, { recursive: true })
  }

  /** Throws if there were problems that no test has taken out. */
  check(): void {
    const problems = this.problems.splice(0)
    if (problems.length > 0) throw new Error(problems.join('\n'))
  }

  /** The page from its file, once it is ready. */
  async open(html: string, options: BrowserContextOptions = {}): Promise<Page> {
    const file = join(this.#folder, `${this.#count++}.html`)
    writeFileSync(file, html)
    const url = pathToFileURL(file).href
    const page = await this.#browser.newPage({ viewport: { width: 1440, height: 900 }, ...options })
    page.on('pageerror', (error) => this.problems.push(error.message))
    page.on('console', (message) => {
      if (message.type() === 'error') this.problems.push(message.text())
    })
    page.on('request', (request) => {
      const own = request.url() === url || request.url().startsWith('blob:')
      if (!own) this.problems.push(`request to ${request.url()}`)
    })
    await page.goto(url)
    if (options.javaScriptEnabled !== false) await page.waitForSelector('html[data-ready]')
    return page
  }
}

/** What the picture shows of each Value by id: numbers as they stand there, dim or not. */
export interface Shown {
  readonly data: string
  readonly grad: string
  readonly dim: boolean
}

export function shownValues(page: Page): Promise<Record<string, Shown>> {
  return page.$$eval('#view .value:not(.literal)', (nodes) =>
    Object.fromEntries(
      nodes.map((node) => {
        const read = (kind: string): string =>
          node.querySelector(`text.${kind}`)?.lastChild?.textContent ?? ''
        const dim = node.classList.contains('dim')
        return [node.getAttribute('data-id'), { data: read('data'), grad: read('grad'), dim }]
      }),
    ),
  )
}

/** The text of the first match, with every run of white space as one space. */
export async function textOf(page: Page, selector: string): Promise<string> {
  return ((await page.textContent(selector)) ?? '').replaceAll(/\s+/g, ' ').trim()
}

/** What the camera sees: the view box of the picture. */
export async function viewBox(
  page: Page,
): Promise<[x: number, y: number, width: number, height: number]> {
  const text = await page.getAttribute('#view svg', 'viewBox')
  return text!.split(' ').map(Number) as [number, number, number, number]
}

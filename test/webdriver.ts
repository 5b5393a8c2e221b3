/** A browser asked in the words of WebDriver, whatever way they take to it. */
import { setTimeout as sleep } from 'node:timers/promises'

/** What is asked, as the standard calls it. */
export type Command =
  | 'NewSession'
  | 'SetTimeouts'
  | 'Navigate'
  | 'SetWindowRect'
  | 'ExecuteAsyncScript'
  | 'FindElement'
  | 'ElementClick'
  | 'ElementClear'
  | 'ElementSendKeys'

/** What a command is told. */
export type Parameters = Readonly<Record<string, unknown>>

export abstract class WebDriver {
  /** What a command comes to. Throws if it fails. */
  abstract ask(command: Command, parameters?: Parameters): Promise<unknown>
  abstract stop(): Promise<void>
  /** Errors of pages since the last look. */
  abstract errors(): Promise<readonly string[]>

  /** Nothing may take longer than half a minute from now on. */
  protected async limit(): Promise<void> {
    await this.ask('SetTimeouts', { script: 30_000, pageLoad: 30_000 })
  }

  async open(url: string): Promise<void> {
    await this.ask('Navigate', { url })
  }

  async size(width: number, height: number): Promise<void> {
    await this.ask('SetWindowRect', { x: 0, y: 0, width, height })
  }

  /** What an expression of the page comes to; promises are waited for. */
  async evaluate(expression: string): Promise<unknown> {
    const script = `const [done] = arguments; (async () => (${expression}))().then(done, (e) => done('threw ' + e))`
    return this.ask('ExecuteAsyncScript', { script, args: [] })
  }

  /** Waits until an expression of the page is true. */
  async until(expression: string, seconds = 15): Promise<void> {
    const end = performance.now() + 1000 * seconds
    while ((await this.evaluate(`!!(${expression})`)) !== true) {
      if (performance.now() > end) throw new Error(`never true: ${expression}`)
      await sleep(50)
    }
  }

  async click(selector: string): Promise<void> {
    await this.until(`document.querySelector(${JSON.stringify(selector)})`)
    await this.ask('ElementClick', { id: await this.#find(selector) })
  }

  /** Puts a text in the place of what stands in a field. */
  async fill(selector: string, text: string): Promise<void> {
    const id = await this.#find(selector)
    await this.ask('ElementClear', { id })
    await this.ask('ElementSendKeys', { id, text })
  }

  async #find(value: string): Promise<string> {
    const found = await this.ask('FindElement', { using: 'css selector', value })
    return Object.values(found as Record<string, string>)[0]!
  }
}

/**
 * A frame, in it a frame without an origin, in it a worker that waits for a program. The service worker has
 * the outer one when there is no network; it would not be asked for the inner one, which is therefore text
 * of the outer. Removing the frame ends all, whatever the program does. One stands by while the Code view
 * is open: then a run begins at once.
 */
import files from 'virtual:sandbox'
import type { Message, Part, Start } from './message.ts'

let standby: Sandbox | undefined

export class Sandbox {
  /** Called when the browser ended the worker. */
  ondied: () => void = () => {
    this.#failed = true
  }
  /** Whether the worker was started; false where its program could not be loaded. */
  readonly ready: Promise<boolean>
  #failed = false
  readonly #frame = document.createElement('iframe')
  readonly #channel = new MessageChannel()
  readonly #fromFrame = (event: MessageEvent<unknown>): void => {
    if (event.source === this.#inner) this.ondied()
  }

  private constructor() {
    addEventListener('message', this.#fromFrame)
    this.#frame.src = './sandbox.html'
    this.#frame.title = 'Sandbox'
    this.#frame.hidden = true
    const standing = new Promise((resolve) => this.#frame.addEventListener('load', resolve))
    document.body.append(this.#frame)
    this.ready = this.#start(standing)
  }

  /** The one that stands by, or a new one. It is the caller's to remove. */
  static take(): Sandbox {
    const taken = standby
    standby = undefined
    if (taken !== undefined && !taken.#failed) return taken
    taken?.remove()
    return new Sandbox()
  }

  /** Lets one stand by. */
  static prepare(): void {
    standby ??= new Sandbox()
  }

  /** Lets none stand by. */
  static dismiss(): void {
    standby?.remove()
    standby = undefined
  }

  listen(hear: (message: Message) => void): void {
    const { port1 } = this.#channel
    port1.addEventListener('message', ({ data }: MessageEvent<Message>) => hear(data))
    port1.start()
  }

  send(message: Start | Part): void {
    this.#channel.port1.postMessage(message)
  }

  remove(): void {
    removeEventListener('message', this.#fromFrame)
    this.#channel.port1.close()
    this.#frame.remove()
  }

  /** The one without an origin; it is there once the outer one is loaded, if that could be. */
  get #inner(): Window | undefined {
    const outer = this.#frame.contentWindow
    // The page of an error is a stranger: asked for a frame that it has not, it throws.
    return outer !== null && outer.length > 0 ? outer[0] : undefined
  }

  async #start(standing: Promise<unknown>): Promise<boolean> {
    const [text] = await Promise.all([textOf('program'), standing])
    const inner = this.#inner
    this.#failed = text === undefined || inner === undefined
    if (text === undefined || inner === undefined) return false
    inner.postMessage(text, '*', [this.#channel.port2]) // it has no origin that could be named
    return true
  }
}

const texts = new Map<keyof typeof files, Promise<string | undefined>>()

/** The text of a file of the sandbox, loaded once; undefined if it could not be. */
export function textOf(file: keyof typeof files): Promise<string | undefined> {
  const known = texts.get(file)
  if (known !== undefined) return known
  const text = fetch(files[file])
    .then((response) => (response.ok ? response.text() : undefined))
    .catch(() => undefined)
    .then((text) => {
      if (text === undefined) texts.delete(file)
      return text
    })
  texts.set(file, text)
  return text
}

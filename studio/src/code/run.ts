/**
 * One run of a program: a frame without an origin, in it a worker. Removing the frame ends both, whatever
 * the program does. What comes through the port is a stranger's: it is shown as text, pictures as images.
 */
import sandboxFiles from 'virtual:sandbox'
import type { Message, Part, PartName, Start } from './message.ts'

/** Milliseconds that a program may take, and that a sandbox may take to start. */
export const limit = 10_000
const patience = 20_000
/** More messages than an honest sandbox sends. */
const mostMessages = 3000

export type Ending = 'done' | 'stopped' | 'late' | 'flooded' | 'died' | 'notStarted'

export interface Listener {
  hear(message: Message): void
  end(how: Ending, milliseconds: number): void
}

export class Run {
  readonly #listener: Listener
  readonly #frame = document.createElement('iframe')
  readonly #channel = new MessageChannel()
  #timer: ReturnType<typeof setTimeout>
  #began = performance.now()
  #messages = 0
  #ended = false
  readonly #fromFrame = (event: MessageEvent<unknown>): void => {
    if (event.source === this.#frame.contentWindow) this.#end('died')
  }

  constructor(start: Omit<Start, 'port'>, listener: Listener) {
    this.#listener = listener
    this.#timer = setTimeout(() => this.#end('notStarted'), patience)
    addEventListener('message', this.#fromFrame)
    const { port1 } = this.#channel
    port1.addEventListener('message', ({ data }: MessageEvent<Message>) => this.#hear(data))
    port1.start()
    this.#frame.setAttribute('sandbox', 'allow-scripts')
    this.#frame.src = './sandbox.html'
    this.#frame.title = 'Sandbox'
    this.#frame.hidden = true
    const standing = new Promise((resolve) => this.#frame.addEventListener('load', resolve))
    document.body.append(this.#frame)
    void this.#start(start, standing)
  }

  /** Ends the program at once. */
  stop(): void {
    this.#end('stopped')
  }

  async #start(start: Omit<Start, 'port'>, standing: Promise<unknown>): Promise<void> {
    const [program] = await Promise.all([textOf('program'), standing])
    if (this.#ended) return
    if (program === undefined) {
      this.#end('notStarted')
      return
    }
    const blob = new Blob([program], { type: 'text/javascript' })
    const { port2 } = this.#channel
    // The frame has no origin that could be named.
    this.#frame.contentWindow?.postMessage({ program: blob, start }, '*', [port2])
  }

  #hear(message: Message): void {
    if (this.#ended) return
    if (++this.#messages > mostMessages) this.#end('flooded')
    else if (message.kind === 'started') this.#count(limit)
    else if (message.kind === 'part') void this.#send(message.name)
    else if (message.kind === 'done') this.#done()
    else this.#listener.hear(message)
  }

  #count(milliseconds: number): void {
    clearTimeout(this.#timer)
    this.#began = performance.now()
    this.#timer = setTimeout(() => this.#end('late'), milliseconds)
  }

  /** What is loaded meanwhile is not the program's time. */
  async #send(name: PartName): Promise<void> {
    const left = limit - (performance.now() - this.#began)
    clearTimeout(this.#timer)
    const text = await textOf(name)
    if (this.#ended) return
    this.#timer = setTimeout(() => this.#end('late'), Math.max(1000, left))
    const part: Part = { name, text }
    this.#channel.port1.postMessage(part)
  }

  /** Promises that nobody waited for may still print: the sandbox stands until its time is up. */
  #done(): void {
    const took = performance.now() - this.#began
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#remove(), Math.max(0, limit - took))
    this.#listener.end('done', took)
  }

  #end(how: Ending): void {
    if (this.#ended) return
    this.#remove()
    this.#listener.end(how, performance.now() - this.#began)
  }

  #remove(): void {
    this.#ended = true
    clearTimeout(this.#timer)
    removeEventListener('message', this.#fromFrame)
    this.#channel.port1.close()
    this.#frame.remove()
  }
}

const texts = new Map<keyof typeof sandboxFiles, Promise<string | undefined>>()

/** The text of a file of the sandbox, loaded once; undefined if it could not be. */
function textOf(file: keyof typeof sandboxFiles): Promise<string | undefined> {
  const known = texts.get(file)
  if (known !== undefined) return known
  const text = fetch(sandboxFiles[file])
    .then((response) => (response.ok ? response.text() : undefined))
    .catch(() => undefined)
    .then((text) => {
      if (text === undefined) texts.delete(file)
      return text
    })
  texts.set(file, text)
  return text
}

/** Loads what every run needs, ahead of the first. */
export function prepare(): void {
  void textOf('program')
}

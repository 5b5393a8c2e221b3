/**
 * One run of a program in a sandbox, with a limit of its time. What comes out of the sandbox is a
 * stranger's: it is shown as text, pictures as images.
 */
import type { Message, PartName, Start } from './message.ts'
import { Sandbox, textOf } from './sandbox.ts'

/** Milliseconds that a program may take, and that a sandbox may take to start. */
export const limit = 10_000
const patience = 20_000
/** More messages than an honest sandbox sends. */
const mostMessages = 3000

export type Ending = 'done' | 'stopped' | 'left' | 'late' | 'flooded' | 'died' | 'notStarted'

export interface Listener {
  hear(message: Message): void
  end(how: Ending, milliseconds: number): void
}

export class Run {
  readonly #listener: Listener
  readonly #sandbox = Sandbox.take()
  #timer: ReturnType<typeof setTimeout>
  #began = performance.now()
  #messages = 0
  #ended = false

  constructor(start: Start, listener: Listener) {
    this.#listener = listener
    this.#timer = setTimeout(() => this.#end('notStarted'), patience)
    this.#sandbox.ondied = () => this.#end('died')
    this.#sandbox.listen((message) => this.#hear(message))
    this.#sandbox.send(start) // kept by the port until the worker is there
    void this.#sandbox.ready.then((ready) => ready || this.#end('notStarted'))
  }

  /** Ends the program at once. */
  stop(how: 'stopped' | 'left' = 'stopped'): void {
    this.#end(how)
  }

  #hear(message: Message): void {
    if (this.#ended) return
    if (++this.#messages > mostMessages) this.#end('flooded')
    else if (message.kind === 'started') this.#count()
    else if (message.kind === 'part') void this.#send(message.name)
    else if (message.kind === 'done') this.#done()
    else this.#listener.hear(message)
  }

  #count(): void {
    clearTimeout(this.#timer)
    this.#began = performance.now()
    this.#timer = setTimeout(() => this.#end('late'), limit)
  }

  /** What is loaded meanwhile is not the program's time. */
  async #send(name: PartName): Promise<void> {
    const left = limit - (performance.now() - this.#began)
    clearTimeout(this.#timer)
    const text = await textOf(name)
    if (this.#ended) return
    this.#timer = setTimeout(() => this.#end('late'), Math.max(1000, left))
    this.#sandbox.send({ name, text })
  }

  /** Promises that nobody waited for may still print: the sandbox stands until its time is up. */
  #done(): void {
    const took = performance.now() - this.#began
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#remove(), Math.max(0, limit - took))
    Sandbox.prepare()
    this.#listener.end('done', took)
  }

  #end(how: Ending): void {
    if (this.#ended) return
    this.#remove()
    // Where one did not start the next would not either; it is made when the reader tries again.
    if (how !== 'notStarted') Sandbox.prepare()
    this.#listener.end(how, performance.now() - this.#began)
  }

  #remove(): void {
    this.#ended = true
    clearTimeout(this.#timer)
    this.#sandbox.remove()
  }
}

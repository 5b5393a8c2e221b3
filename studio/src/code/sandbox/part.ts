/** Libraries that few programs need: the page is asked for their text when one does. */
import type { Part, PartName } from '../message.ts'
import type { Output } from './output.ts'

/** What the page is asked for, by name. */
export class Parts {
  readonly #output: Output
  readonly #asked = new Map<PartName, (text: string | undefined) => void>()
  readonly #parts = new Map<PartName, Promise<unknown>>()

  constructor(output: Output) {
    this.#output = output
  }

  /** The exports of a part. */
  load(name: PartName): Promise<unknown> {
    const known = this.#parts.get(name)
    if (known !== undefined) return known
    const part = this.#ask(name).then((text) => {
      // oxlint-disable-next-line no-eval -- a file of our own
      if (text !== undefined) return (0, eval)(`${text}\npart`) as unknown
      this.#parts.delete(name)
      throw new Error('what draws it could not be loaded: try again.')
    })
    this.#parts.set(name, part)
    return part
  }

  take({ name, text }: Part): void {
    this.#asked.get(name)?.(text)
    this.#asked.delete(name)
  }

  #ask(name: PartName): Promise<string | undefined> {
    return new Promise((resolve) => {
      this.#asked.set(name, resolve)
      this.#output.send({ kind: 'part', name })
    })
  }
}

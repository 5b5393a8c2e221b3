/** What a program says, on its way to the page: counted, so that a loop cannot flood it. */
import type { Level, Message } from '../message.ts'

/** The most that is kept of a run. */
const most = { lines: 1000, letters: 2_000_000, pictures: 20 }

export class Output {
  readonly #post: (message: Message) => void
  #lines = 0
  #letters = 0
  #pictures = 0

  constructor(port: MessagePort) {
    this.#post = port.postMessage.bind(port) // kept: a program can change what the prototype says
  }

  send(message: Message): void {
    this.#post(message)
  }

  print(level: Level, text: string): void {
    if (this.#room(text)) this.#post({ kind: 'print', level, text })
  }

  table(columns: readonly string[], rows: readonly (readonly string[])[]): void {
    if (this.#room(rows.map((row) => row.join(' ')).join('\n')))
      this.#post({ kind: 'table', columns, rows })
  }

  /** The number of a place for a picture; undefined where there are too many. */
  picture(): number | undefined {
    const id = ++this.#pictures
    if (id === most.pictures + 1)
      this.#post({ kind: 'capped', note: `Only the first ${most.pictures} pictures are shown.` })
    if (id > most.pictures) return undefined
    this.#post({ kind: 'picture', id })
    return id
  }

  #room(text: string): boolean {
    if (this.#lines > most.lines || this.#letters > most.letters) return false
    this.#lines += text.split('\n').length
    this.#letters += text.length
    const fits = this.#lines <= most.lines && this.#letters <= most.letters
    if (!fits)
      this.#post({
        kind: 'capped',
        note: 'That is 1,000 lines or 2 MB: what is printed after this is not shown.',
      })
    return fits
  }
}

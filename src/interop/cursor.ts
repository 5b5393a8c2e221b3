/**
 * A place in the text of a header. The text is read byte by byte, and only as the format allows, so
 * that a hostile one makes nothing: no tree of lists, no list or name longer than they may be.
 */
import { quoted, type Refuse } from './format-error.ts'

/** Longest name, in bytes: what is longer is no name. */
export const longestName = 2 ** 12

/** Longest text of any other kind. */
export const longestText = 2 ** 20

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const lenient = new TextDecoder()

export class Cursor {
  at = 0
  private readonly bytes: Uint8Array
  private readonly blanks: string
  private readonly refuse: Refuse

  /** `blanks` may stand between words. */
  constructor(bytes: Uint8Array, blanks: string, refuse: Refuse) {
    this.bytes = bytes
    this.blanks = blanks
    this.refuse = refuse
  }

  /** Goes past blanks, and past `letter` if that stands there. */
  takes(letter: string): boolean {
    if (this.next() !== letter) return false
    this.at++
    return true
  }

  /** The one of these letters that stands here, which is then behind. */
  expect(...letters: string[]): string {
    return (
      letters.find((letter) => this.takes(letter)) ??
      this.unexpected(letters.map((letter) => `'${letter}'`).join(' or '))
    )
  }

  /** A whole number from 0 to 2⁵³ − 1, in digits alone. */
  whole(): number {
    this.next()
    const start = this.at
    let digits = ''
    while (isDigit(this.letter()) && digits.length <= 16) {
      digits += this.letter()
      this.at++
    }
    const found = Number(digits)
    if (String(found) === digits && Number.isSafeInteger(found)) return found
    this.at = start
    return this.unexpected('a whole number below 2⁵³')
  }

  /** Whole numbers between brackets; Python has round ones, and may have a comma after the last. */
  wholes(brackets: '[]' | '()', most: number): number[] {
    const [open, close] = brackets as unknown as [string, string]
    this.expect(open)
    const list: number[] = []
    while (!this.takes(close)) {
      if (list.length > 0) this.expect(',')
      if (list.length > 0 && open === '(' && this.takes(close)) break
      if (list.length === most) this.unexpected(`at most ${most} numbers in the list`)
      list.push(this.whole())
    }
    return list
  }

  /** A string of at most `most` bytes between such quotes, with the escapes of JSON. */
  string(most: number, ...quotes: string[]): string {
    const quote = this.expect(...quotes)
    const start = this.at
    while (this.at < this.bytes.length && this.letter() !== quote) {
      this.at += this.letter() === '\\' ? 2 : 1
      if (this.at - start <= most) continue
      this.at = start
      this.unexpected(`a string of at most ${most} bytes`)
    }
    const text = this.text(start, this.at)
    this.expect(quote)
    return text
  }

  /** Goes past blanks to the end of the text. */
  end(): void {
    if (this.next() !== '') this.unexpected('its end')
  }

  /** Throws: something else stands here. */
  unexpected(expected: string, remedy?: string): never {
    const rest = lenient.decode(this.bytes.slice(this.at, this.at + 24))
    const found = this.at >= this.bytes.length ? 'its end' : quoted(rest)
    return this.refuse(
      `at byte ${this.at} of its header stands ${found}, expected ${expected}`,
      remedy,
    )
  }

  /** What the bytes of a string mean. */
  private text(start: number, end: number): string {
    try {
      // A copy, since decoders refuse memory that is shared with another thread.
      const text = JSON.parse(`"${strict.decode(this.bytes.slice(start, end))}"`) as string
      if (!/\p{Surrogate}/u.test(text)) return text
    } catch {
      // Told below, like half a pair of surrogates.
    }
    this.at = start
    return this.unexpected('a string in UTF-8 with the escapes of JSON')
  }

  /** The letter that stands here, after blanks; '' at the end. */
  private next(): string {
    while (this.at < this.bytes.length && this.blanks.includes(this.letter())) this.at++
    return this.letter()
  }

  private letter(): string {
    return this.at < this.bytes.length ? String.fromCharCode(this.bytes[this.at]!) : ''
  }
}

function isDigit(letter: string): boolean {
  return letter >= '0' && letter <= '9' && letter !== ''
}

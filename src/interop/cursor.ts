/**
 * A place in the text of a header. The text is read byte by byte, and only as the format allows, so
 * that a hostile one makes nothing: no tree of lists, no list or name longer than they may be.
 */
import { quoted, type Refuse } from './format-error.ts'
import { mostDimensions } from './tensor.ts'

/** Longest name, in bytes: what is longer is no name. */
export const longestName = 2 ** 9

/** Longest text of any other kind. */
export const longestText = 2 ** 20

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const lenient = new TextDecoder()

/** Where a list grows before its length is known. */
const scratch: number[] = []

export class Cursor {
  at = 0
  private readonly bytes: Uint8Array
  private readonly blanks: string
  private readonly refuse: Refuse

  /** `blanks` may stand between words. */
  constructor(bytes: Uint8Array, blanks: string, refuse: Refuse) {
    // A copy of memory that is shared with another thread: it could change, and decoders refuse it.
    this.bytes = bytes.buffer instanceof ArrayBuffer ? bytes : bytes.slice()
    this.blanks = blanks
    this.refuse = refuse
  }

  /** Goes past blanks, and past `letter` if that stands there. */
  takes(letter: string): boolean {
    if (this.next() !== letter) return false
    this.at++
    return true
  }

  /** The one of the letters that stands here, which is then behind. */
  expect(letter: string, other?: string): string {
    if (this.takes(letter)) return letter
    if (other !== undefined && this.takes(other)) return other
    return this.unexpected(`'${letter}'${other === undefined ? '' : ` or '${other}'`}`)
  }

  /** A whole number from 0 to 2⁵³ − 1, in digits alone. */
  whole(): number {
    this.next()
    const start = this.at
    let found = 0
    while (isDigit(this.letter()) && found <= Number.MAX_SAFE_INTEGER) {
      found = 10 * found + (this.bytes[this.at]! - 0x30)
      this.at++
    }
    const digits = this.at - start
    const zeros = digits > 1 && this.bytes[start] === 0x30
    if (digits > 0 && !zeros && found <= Number.MAX_SAFE_INTEGER) return found
    this.at = start
    return this.unexpected('a whole number below 2⁵³')
  }

  /** Sizes or places between brackets; Python has round ones, and may have a comma after the last. */
  wholes(brackets: '[]' | '()', most: number = mostDimensions): number[] {
    const close = brackets === '[]' ? ']' : ')'
    this.expect(brackets === '[]' ? '[' : '(')
    let count = 0
    while (!this.takes(close)) {
      if (count > 0) this.expect(',')
      if (count > 0 && close === ')' && this.takes(close)) break
      if (count === most) this.unexpected(`at most ${most} numbers in the list`)
      scratch[count++] = this.whole()
    }
    return scratch.slice(0, count)
  }

  /** A string of at most `most` bytes between such quotes, with the escapes of JSON. */
  string(most: number, quote: string, other?: string): string {
    const end = this.expect(quote, other).charCodeAt(0)
    const start = this.at
    let plain = true
    for (; this.at < this.bytes.length && this.bytes[this.at] !== end; this.at++) {
      const byte = this.bytes[this.at]!
      if (byte < 0x20 || byte === 0x5c) plain = false
      if (byte === 0x5c) this.at++
      if (this.at - start < most) continue
      this.at = start
      this.unexpected(`a string of at most ${most} bytes`)
    }
    const text = this.text(start, this.at, plain)
    if (this.at >= this.bytes.length) this.unexpected('the end of a string')
    this.at++
    return text
  }

  /** Goes past blanks to the end of the text. */
  end(): void {
    if (this.next() !== '') this.unexpected('its end')
  }

  /** Throws: something else stands here. */
  unexpected(expected: string, remedy?: string): never {
    const rest = lenient.decode(this.bytes.subarray(this.at, this.at + 24))
    const found = this.at >= this.bytes.length ? 'its end' : quoted(rest)
    return this.refuse(
      `at byte ${this.at} of its header stands ${found}, expected ${expected}`,
      remedy,
    )
  }

  /** What the bytes of a string mean; `plain` if they mean themselves. */
  private text(start: number, end: number, plain: boolean): string {
    try {
      const text = strict.decode(this.bytes.subarray(start, end))
      if (plain) return text
      const meant = JSON.parse(`"${text}"`) as string
      if (!/\p{Surrogate}/u.test(meant)) return meant
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
  return letter >= '0' && letter <= '9'
}

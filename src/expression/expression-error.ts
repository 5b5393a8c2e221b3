/**
 * What is wrong with a text, where, and what to write instead. `message` is the reason with its
 * column, then the line itself with a caret under the place.
 */
export class ExpressionError extends Error {
  /** One sentence: what came, and what to do. */
  readonly reason: string
  /** Where in the text, counted from 0. */
  readonly position: number

  constructor(reason: string, text: string, position: number) {
    const { line, column, excerpt } = placeIn(text, position)
    const where = text.includes('\n') ? `line ${line}, column ${column}` : `column ${column}`
    super(`${reason} (${where})\n${excerpt}`)
    this.name = 'ExpressionError'
    this.reason = reason
    this.position = position
  }
}

/** So many characters of a long line are shown around the place. */
const width = 72

function placeIn(
  text: string,
  position: number,
): { line: number; column: number; excerpt: string } {
  const start = text.lastIndexOf('\n', position - 1) + 1
  const end = text.indexOf('\n', position)
  const line = text.slice(start, end < 0 ? text.length : end)
  const before = position - start
  const from = line.length <= width ? 0 : Math.max(0, before - width / 2)
  const shown = line.slice(from, from + width)
  const lead = from > 0 ? '…' : ''
  const tail = from + width < line.length ? '…' : ''
  const indent = lead.length + characters(line.slice(from, before))
  return {
    line: text.slice(0, start).split('\n').length,
    column: characters(line.slice(0, before)) + 1,
    excerpt: `  ${lead}${visible(shown)}${tail}\n  ${' '.repeat(indent)}^`,
  }
}

/** As many as a reader counts: 😀 is one. */
const characters = (text: string): number => Array.from(text).length

/** A tab or another control character would move the caret, or the terminal. */
const visible = (text: string): string => text.replaceAll(/\p{Cc}/gu, ' ')

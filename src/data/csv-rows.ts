/** The rows of a CSV text by RFC 4180: quotes, quoted line ends, a byte order mark, any line ends. */
import { DataError, quoted } from './dataset.ts'

/** One row of cells, and the line it starts on, counted from 1 as editors do. */
export interface CsvRow {
  readonly line: number
  readonly cells: string[]
}

const [quote, comma, lineFeed, carriageReturn] = [34, 44, 10, 13]

/** The rows of a CSV text, one at a time. Throws a DataError at a quote that is not well-formed. */
export function* csvRows(text: string, file = 'CSV'): Generator<CsvRow, undefined> {
  let at = text.startsWith('\uFEFF') ? 1 : 0
  let line = 1
  while (at < text.length) {
    const cells: string[] = []
    const first = line
    for (let more = true; more; at++) {
      const start = at
      const end = endOfCell(text, start)
      if (typeof end === 'string')
        throw new DataError(`${file}: line ${line}, column ${cells.length + 1}: ${end}`)
      at = end
      if (text.charCodeAt(start) === quote) {
        const cell = text.slice(start + 1, at - 1)
        cells.push(cell.replaceAll('""', '"'))
        line += cell.match(/\r\n?|\n/g)?.length ?? 0
      } else cells.push(text.slice(start, at))
      more = text.charCodeAt(at) === comma
    }
    if (text.charCodeAt(at - 1) === carriageReturn && text.charCodeAt(at) === lineFeed) at++
    line++
    yield { line: first, cells }
  }
}

/** Where the comma or the line end after a cell is, or the end of the text; or what is wrong. */
function endOfCell(text: string, start: number): number | string {
  if (text.charCodeAt(start) !== quote) {
    let at = start
    while (!endsCell(text, at)) at++
    return at
  }
  let at = text.indexOf('"', start + 1)
  while (at >= 0 && text.charCodeAt(at + 1) === quote) at = text.indexOf('"', at + 2)
  if (at < 0) return 'the quote that opens here is never closed'
  if (endsCell(text, at + 1)) return at + 1
  return `expected a comma after the closing quote, got ${quoted(text[at + 1]!)}`
}

function endsCell(text: string, at: number): boolean {
  const code = text.charCodeAt(at)
  return code === comma || code === lineFeed || code === carriageReturn || at >= text.length
}

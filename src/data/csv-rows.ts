/** The rows of a CSV text by RFC 4180: quotes, quoted line ends, a byte order mark, any line ends. */
import { DataError, quoted } from './dataset.ts'

/** One row of cells, and the line it starts on, counted from 1 as editors do. */
export interface CsvRow {
  readonly line: number
  readonly cells: string[]
}

const [quote, comma, lineFeed, carriageReturn] = [34, 44, 10, 13]

/** The rows of a CSV text, one at a time. Throws a DataError at a quote that is not well-formed. */
export function* csvRows(text: string, file = 'CSV'): Generator<CsvRow> {
  let at = text.startsWith('\uFEFF') ? 1 : 0
  let line = 1
  while (at < text.length) {
    const row: CsvRow = { line, cells: [] }
    for (let more = true; more; at++) {
      const start = at
      const closed = text.charCodeAt(at) === quote
      at = closed ? closingQuote(text, at) + 1 : endOfCell(text, at)
      const here = `${file}: line ${line}, column ${row.cells.length + 1}`
      if (at === 0) throw new DataError(`${here}: the quote that opens here is never closed`)
      if (closed && endOfCell(text, at) !== at)
        throw new DataError(
          `${here}: expected a comma after the closing quote, got ${quoted(text[at]!)}`,
        )
      row.cells.push(
        closed ? text.slice(start + 1, at - 1).replaceAll('""', '"') : text.slice(start, at),
      )
      if (closed) line += text.slice(start, at).match(/\r\n?|\n/g)?.length ?? 0
      more = text.charCodeAt(at) === comma
    }
    if (text.charCodeAt(at - 1) === carriageReturn && text.charCodeAt(at) === lineFeed) at++
    line++
    yield row
  }
}

/** The next place that ends a cell: a comma, a line end, or the end of the text. */
function endOfCell(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === comma || code === lineFeed || code === carriageReturn) return at
  }
  return text.length
}

/** The quote that closes the one at `open`, past doubled ones; −1 without one. */
function closingQuote(text: string, open: number): number {
  let at = text.indexOf('"', open + 1)
  while (at >= 0 && text.charCodeAt(at + 1) === quote) at = text.indexOf('"', at + 2)
  return at
}

/** A file that is damaged, or not what it should be, told in one line: got, expected, what to do. */
export class FormatError extends Error {
  override readonly name: string = 'FormatError'
}

/** Ends the reading of a file that holds `problem`. */
export type Refuse = (problem: string, remedy?: string) => never

/** Refuses a file; unless told otherwise, the way out is a whole copy of it. */
export function refusing(format: string): Refuse {
  return (problem, remedy = 'It is damaged or another kind of file: copy it again') => {
    throw new FormatError(`this is not a ${format} file that can be read: ${problem}. ${remedy}.`)
  }
}

/** A piece of a file for a message: short, on one line, between quotes. */
export function quoted(text: string): string {
  const short = text.length > 40 ? `${text.slice(0, 39)}…` : text
  return `‘${JSON.stringify(short).slice(1, -1).replaceAll('\\"', '"')}’`
}

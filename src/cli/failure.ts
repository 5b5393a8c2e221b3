import { ExpressionError } from '../expression/index.ts'

/** Ends with the one line (of a formula, two more that point at the place) that says what was wrong; CHAINRULE_DEBUG=1 shows where it was thrown. */
export function fail(error: unknown): void {
  const { message, stack } = error instanceof Error ? error : new Error(String(error))
  const pointing = error instanceof ExpressionError
  process.stderr.write(`chainrule: ${pointing ? message : message.replaceAll('\n', ' ')}\n`)
  if (process.env['CHAINRULE_DEBUG']) process.stderr.write(`${stack}\n`)
  process.exitCode = 1
}

/** A reader that has gone, as in `| head`, ends the printing but not the work. */
export function outliveReaders(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') fail(error)
  })
  process.stderr.on('error', () => {}) // nowhere is left to say it
}

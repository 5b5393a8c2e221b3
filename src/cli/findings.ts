import pc from 'picocolors'
import type { Finding } from '../view/index.ts'

/** What the training doctor found, for a terminal: one line each, and what to try. */
export function findingLines(findings: readonly Finding[]): string {
  return findings
    .map(({ where, measured, advice }) =>
      [pc.yellow(`! ${where}: ${measured}`), `  ${advice}`, ''].join('\n'),
    )
    .join('')
}

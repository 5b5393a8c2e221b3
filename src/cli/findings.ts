import pc from 'picocolors'
import type { Finding } from '../view/doctor/finding.ts'

/** What the training doctor found, for a terminal: a line each, and a line on what to try. */
export function findingLines(findings: readonly Finding[]): string {
  const lines = findings.map(({ where, measured, advice }) =>
    [pc.yellow(`! ${where}: ${measured}`), `  ${advice}`, ''].join('\n'),
  )
  return ['', ...lines].join(lines.length > 0 ? '\n' : '')
}

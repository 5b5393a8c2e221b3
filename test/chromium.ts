import { execFileSync } from 'node:child_process'

/** The Chromium to test in: $CHROMIUM, or one on the PATH. That without windows does the same in half of the time. */
export const chromium: string | undefined =
  process.env['CHROMIUM'] ??
  onPath(['chromium-headless-shell', 'chromium', 'chromium-browser', 'google-chrome'])

/** The first of these programs that there is. */
export function onPath(names: readonly string[]): string | undefined {
  for (const name of names)
    try {
      return execFileSync('which', [name], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      }).trim()
    } catch {
      // not under this name
    }
  return undefined
}

/** Why nothing can be tried in a browser here; undefined where it can. In CI that is a failure. */
export const withoutChromium: string | undefined = reasonToSkip()

function reasonToSkip(): string | undefined {
  if (chromium !== undefined) return undefined
  const reason =
    'no Chromium: install the package chromium-headless-shell or chromium, or set CHROMIUM to one.'
  if (process.env['CI']) throw new Error(`CI runs in a real browser, but there is ${reason}`)
  console.log(`skipped: ${reason}`)
  return reason
}

/** Quiet and closed: no sandbox for root, no request to anywhere. */
export const flags: string[] = [
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

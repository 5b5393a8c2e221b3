/** The built command line, as a user starts it: in a folder, without colours. */
import { spawnSync } from 'node:child_process'
import { resolve } from 'node:path'

export const main: string = resolve(import.meta.dirname, '../dist/cli/main.js')

export interface Ended {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

// Set, even to nothing, FORCE_COLOR makes newer Nodes warn that it wins over NO_COLOR.
const { FORCE_COLOR: _, ...rest } = process.env
export const plainly: NodeJS.ProcessEnv = { ...rest, NO_COLOR: '1' }

export function command(
  folder: string,
  args: readonly string[],
  more: NodeJS.ProcessEnv = {},
): Ended {
  return spawnSync(process.execPath, [main, ...args], {
    cwd: folder,
    env: { ...plainly, ...more },
    encoding: 'utf8',
    timeout: 60_000,
  })
}

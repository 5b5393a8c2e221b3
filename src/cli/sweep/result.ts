/** What came of a run: one file each, whole or not there, the same whoever wrote it first. */
import { existsSync, readFileSync } from 'node:fs'
import { readdir, rm, stat } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { readText, writeFileWhole } from '../../node/file.ts'
import { mismatch } from '../../train/settings.ts'
import type { Run } from './run.ts'

export interface Result {
  readonly id: string
  readonly settings: Run['settings']
  /** A training that diverged has no numbers, and is not tried again: it would do the same. */
  readonly ended: 'finished' | 'early' | 'diverged'
  /** Why it diverged. */
  readonly reason?: string | undefined
  /** The loss on the examples held out, or on all where there are none. */
  readonly evaluatedLoss?: number
  /** On the same examples; absent where targets are numbers. */
  readonly accuracy?: number | undefined
  readonly parameters: number
  readonly epochs?: number
  readonly bestEpoch?: number
  readonly seconds?: number
  /** What the training doctor says. */
  readonly findings?: readonly string[]
}

const format = 'chainrule-run'
const version = 1

const fileOf = (out: string, { id }: Pick<Run, 'id'>): string => join(out, 'runs', `${id}.json`)

/** Where runs that take long keep how far they have come. */
export const checkpointsIn = (out: string): string => join(out, 'checkpoints')

/** Told apart from all processes that may share the folder, on other machines too. */
export const mark: string = `.${hostname()}-${process.pid}`

export const hasResult = (out: string, run: Run): boolean => existsSync(fileOf(out, run))

export async function writeResult(out: string, result: Result): Promise<void> {
  const text = `${JSON.stringify({ format, version, ...result }, null, 2)}\n`
  await writeFileWhole(fileOf(out, result), text, mark)
}

/** The result of a run, if there is one. Throws if it is damaged, or was made with other settings. */
export async function readResult(out: string, run: Run): Promise<Result | undefined> {
  const file = fileOf(out, run)
  const text = await readText(file).catch((error: Error) => {
    if ((error.cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  })
  if (text === undefined) return undefined
  const result = parsed(text)
  if (result === undefined)
    throw new TypeError(`${file} is not the result of a run, or is damaged: remove it.`)
  const other = mismatch(result.settings, run.settings)
  if (other !== undefined)
    throw new RangeError(`${file} was made with ${other}; choose another folder with --out.`)
  return result
}

function parsed(text: string): Result | undefined {
  try {
    const found = JSON.parse(text) as Result & { format: string; version: number }
    const numbers = found.ended === 'diverged' || typeof found.evaluatedLoss === 'number'
    const whole = found.format === format && found.version === version && numbers
    return whole && typeof found.settings === 'object' ? found : undefined
  } catch {
    return undefined
  }
}

/** Writing takes moments: what has been on its way for ten minutes was left by a process that was killed. */
const abandoned = 10 * 60_000

/** Removes what killed processes left half-written. */
export async function tidy(out: string): Promise<void> {
  for (const folder of [out, join(out, 'runs'), checkpointsIn(out)]) {
    const names = await readdir(folder).catch(() => [])
    for (const name of names.filter((name) => /^\..*\.new$/.test(name))) {
      const file = join(folder, name)
      const age = Date.now() - (await stat(file).catch(() => ({ mtimeMs: Infinity }))).mtimeMs
      if (age > abandoned || isOrphan(name)) await rm(file, { force: true })
    }
  }
}

/** Whether a process of this machine was writing it that is no more. */
function isOrphan(name: string): boolean {
  const [, pid] = name.split(`.${hostname()}-`)
  return pid !== undefined && isGone(Number.parseInt(pid, 10))
}

/** A process that was killed, but of which nobody has taken notice yet, still has its number: a zombie. */
function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH'
  }
  try {
    return /\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false // no Linux
  }
}

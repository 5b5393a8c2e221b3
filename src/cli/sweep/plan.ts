/** A sweep that can begin: everything read, and everything checked. */
import { join } from 'node:path'
import { type Config, readConfig } from './config.ts'
import { examplesOf, rehearse } from './rehearsal.ts'
import { type Run, runsOf } from './run.ts'

/** Every `of`-th run, from the one at `part` on; both count from 1. */
export interface Shard {
  readonly part: number
  readonly of: number
}

export interface PlanOptions {
  readonly out?: string
  readonly shard?: Shard
  readonly maxRuns: number
}

export interface Sweep {
  readonly config: Config
  readonly out: string
  readonly runs: readonly Run[]
  /** Those that fall to this process. */
  readonly own: readonly Run[]
}

/** Reads a configuration and looks at each of its runs. Throws one line on the first thing that is wrong. */
export async function planned(file: string, { maxRuns, shard, out }: PlanOptions): Promise<Sweep> {
  const config = await readConfig(file)
  const runs = runsOf(config, maxRuns, await examplesOf(config))
  await rehearse(config, runs)
  const { part, of } = shard ?? { part: 1, of: 1 }
  const own = runs.filter((_, i) => i % of === part - 1)
  return { config, runs, own, out: out ?? join('runs', config.name) }
}

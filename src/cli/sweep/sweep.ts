import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { Command, InvalidArgumentError } from 'commander'
import { requireFolder } from '../../node/file.ts'
import { countFromOne, positive } from '../option.ts'
import { shellWord } from '../shell.ts'
import { writeSummary } from './file.ts'
import { share } from './pool.ts'
import { type PlanOptions, planned, type Shard, type Sweep } from './plan.ts'
import { progressOn, silent } from './progress.ts'
import { bestOf, commandFor, heading, tableOf } from './report.ts'
import { hasResult, readResult, tidy } from './result.ts'
import { summaryOf, type Summary } from './standing.ts'

interface Options extends PlanOptions {
  readonly jobs: number
  readonly summary: boolean
  readonly checkpointSeconds: number
  readonly json: boolean
}

const epilogue = `
A configuration:
  {
    "data": "moons",                       or the path of a CSV file, seen from this file, and its "label"
    "settings": {                          options of train in camelCase: a value, or a list of values
      "hidden": ["8", "16-16"],            a list of such objects is one grid after the other
      "learningRate": [0.01, 0.03],
      "epochs": 30
    },
    "seeds": 5                             0 to 4; or a list
  }

What is done is not done again: type the same after Ctrl-C, a crash, or kill -9 to go on.
As a job of an array, on a folder that all of them see, and --summary afterwards:
  Slurm, sbatch --array=1-8:   npx chainrule sweep config.json --shard $SLURM_ARRAY_TASK_ID/8
  Kubernetes, an Indexed Job:  npx chainrule sweep config.json --shard $((JOB_COMPLETION_INDEX + 1))/8`

export function sweepCommand(): Command {
  return new Command('sweep')
    .description('train over seeds and settings on all cores, and compare')
    .argument('<config>', 'a .json file that says what varies; see below')
    .option('--jobs <n>', 'trainings at once', countFromOne, availableParallelism())
    .option('--out <folder>', 'for results (default: runs/<name of the configuration>)')
    .option('--shard <i/n>', 'only every n-th run, from the i-th on', shardOf)
    .option('--summary', 'train nothing, only gather what is there', false)
    .option('--max-runs <n>', 'refuse a configuration of more', countFromOne, 1000)
    .option('--checkpoint-seconds <x>', 'how often a long run is kept, to go on', positive, 10)
    .option('--json', 'print one JSON object instead', false)
    .addHelpText('after', epilogue)
    .action(sweep)
}

function shardOf(text: string): Shard {
  const [, part, of] = /^(\d+)\/(\d+)$/.exec(text)?.map(Number) ?? []
  if (part !== undefined && of !== undefined && part >= 1 && part <= of) return { part, of }
  throw new InvalidArgumentError(`expected i/n with i from 1 to n, such as 2/8, got '${text}'.`)
}

/** A run that has no result, and why. */
interface Failure {
  readonly id: string
  readonly reason: string
}

async function sweep(file: string, options: Options): Promise<void> {
  if (options.summary && options.shard)
    throw new Error('--summary gathers the runs of all shards: leave out --shard.')
  const plan = await planned(file, options)
  const before = await gathered(plan)
  if (options.summary && before.missing === before.runs)
    throw new Error(
      `${plan.out} has no result of ${plan.config.name} yet: run it without --summary.`,
    )
  const failures = options.summary ? [] : await trained(plan, before, options)
  const after = options.summary ? before : await gathered(plan)
  const files = options.shard ? [] : await writeSummary(plan.out, after)
  const left = plan.own.filter((run) => !hasResult(plan.out, run)).length
  if (left > 0 && !options.summary) process.exitCode ??= 1
  if (options.json) process.stdout.write(recordOf(plan, after, options, left, failures, files))
  else if (options.shard) process.stdout.write(shardWords(file, plan, options, left))
  else process.stdout.write(`${tableOf(plan.config, after)}\n${files.join(', ')}\n`)
}

/** What is in the folder. Throws if a result in it is of other settings. */
async function gathered({ config, runs, out }: Sweep): Promise<Summary> {
  const results = []
  for (const run of runs) results.push(await readResult(out, run))
  return summaryOf(config, runs, results)
}

/** Trains what has no result yet; Ctrl-C and SIGTERM stop after the steps under way. */
async function trained(plan: Sweep, before: Summary, options: Options): Promise<Failure[]> {
  const { config, out, own } = plan
  const { jobs, json, checkpointSeconds } = options
  await requireFolder(join(out, 'runs'))
  await tidy(out)
  const wanted = own.filter((run) => !hasResult(out, run))
  const processes = Math.min(jobs, wanted.length)
  if (!json) process.stdout.write(heading(config, before, wanted.length, processes))
  const progress = json ? silent : await progressOn(process.stderr, wanted.length)
  const failures: Failure[] = []
  await share(
    wanted.map((run) => ({ run, source: config.source, out, checkpointSeconds })),
    {
      processes,
      isDone: (run) => hasResult(out, run),
      onRetry: ({ id }, reason) => progress.note(`! ${id}: ${reason}; once more`),
      onEnd: ({ id }, answer) => {
        if (answer.ended === 'failed') {
          failures.push({ id, reason: answer.reason })
          progress.note(`! ${id} failed: ${answer.reason}`)
        }
        if (answer.ended !== 'stopped') progress.tick()
      },
      signal: stopSignal(),
    },
  )
  progress.end()
  await tidy(out)
  return failures
}

/** Aborts at the first Ctrl-C or SIGTERM; at the second the process ends as if nobody had listened. */
function stopSignal(): AbortSignal {
  const stop = new AbortController()
  for (const [signal, number] of [
    ['SIGINT', 2],
    ['SIGTERM', 15],
  ] as const)
    process.once(signal, () => {
      process.exitCode = 128 + number
      stop.abort()
    })
  return stop.signal
}

/** For --json: the summary of all, or of a shard how far it is. */
function recordOf(
  { config, out, own }: Sweep,
  summary: Summary,
  { shard }: Options,
  missing: number,
  failed: readonly Failure[],
  files: readonly string[],
): string {
  const best = bestOf(summary)
  const record = shard
    ? { name: config.name, shard, runs: own.length, missing, failed, out }
    : { ...summary, best: best && commandFor(config, ...best), failed, out, files }
  return `${JSON.stringify(record)}\n`
}

function shardWords(file: string, { own }: Sweep, { shard, out }: Options, left: number): string {
  const words = ['npx chainrule sweep', shellWord(file), ...(out ? ['--out', shellWord(out)] : [])]
  return (
    `shard ${shard!.part}/${shard!.of}: ${own.length - left} of ${own.length} runs done\n` +
    `the table, when all shards are: ${words.join(' ')} --summary\n`
  )
}

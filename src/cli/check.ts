import { Command } from 'commander'
import pc from 'picocolors'
import { gradcheck, type GradcheckEntry, type GradcheckReport } from '../gradcheck.ts'
import { Random } from '../random.ts'
import type { Program } from '../transforms.ts'
import { chosen } from './choice.ts'
import { countFromOne, point, positive, wholeNumber } from './option.ts'
import { importFile } from './source.ts'
import { plain } from './table.ts'

interface Options {
  readonly function?: string
  readonly at?: number[]
  readonly inputs?: number
  readonly points: number
  readonly order: number
  readonly tolerance: number
  readonly seed: number
  readonly json: boolean
}

export function checkCommand(): Command {
  return new Command('check')
    .description('compare the gradients of an exported function with differences and dual numbers')
    .argument('<file>', 'a .ts or .js file that exports a function of Values')
    .option('--function <name>', 'which export (default: the default one, or the only one)')
    .option('--at <x,y,…>', 'the point (default: random ones in [-2, 2])', point)
    .option(
      '--inputs <n>',
      'how many inputs (default: as many as the function names)',
      countFromOne,
    )
    .option('--points <n>', 'how many random points', countFromOne, 3)
    .option('--order <n>', 'highest order of derivative', countFromOne, 1)
    .option(
      '--tolerance <x>',
      'allowed difference, relative to max(1, |derivative|)',
      positive,
      1e-6,
    )
    .option('--seed <n>', 'of the random points', wholeNumber, 0)
    .option('--json', 'print one JSON object instead', false)
    .action(check)
}

async function check(file: string, options: Options): Promise<void> {
  const { name, f } = chosen(await importFile(file), options.function, file)
  const { order, tolerance } = options
  const reports = pointsFor(f, options).map((x) => ({
    x,
    ...gradcheck(f, x, { order, tolerance }),
  }))
  const passed = reports.every((report) => report.passed)
  const text = options.json
    ? JSON.stringify({ file, function: name, passed, reports })
    : shown(name, reports)
  process.stdout.write(`${text}\n`)
  if (!passed) process.exitCode = 1
}

function pointsFor(f: Program, { at, inputs = f.length, points, seed }: Options): number[][] {
  const named = `the function names ${f.length} input${f.length === 1 ? '' : 's'}`
  if (inputs < f.length) throw new Error(`${named}, --inputs says ${inputs}.`)
  // A function does not tell of its default and rest parameters; --inputs does.
  if (at !== undefined && inputs > 0 && at.length !== inputs)
    throw new Error(
      inputs === f.length
        ? `${named}, --at gives ${at.length}; if it takes more than it names, say so with --inputs.`
        : `--inputs says ${inputs}, --at gives ${at.length}.`,
    )
  if (at !== undefined) return [at]
  if (inputs === 0)
    throw new Error('the function names no inputs: say how many with --inputs, or where with --at.')
  const random = new Random(seed)
  return Array.from({ length: points }, () =>
    Array.from({ length: inputs }, () => random.uniform(-2, 2)),
  )
}

function shown(name: string, reports: readonly (GradcheckReport & { x: number[] })[]): string {
  return reports
    .map(({ x, passed, entries, kinks }) => {
      const table = plain(['∂', 'backward', 'dual numbers', 'differences', ''])
      for (const e of entries)
        table.push([
          e.inputs.join(','),
          digits(e.gradient),
          digits(e.dual),
          digits(e.difference),
          mark(e),
        ])
      const at = `${name}(${x.map((xi) => Number(xi.toPrecision(4))).join(', ')})`
      const kinkLines = kinks.map((k) =>
        pc.yellow(
          `  ${k.op} is at a kink (distance ${k.distance.toPrecision(2)}): differences mean nothing there`,
        ),
      )
      return [`${pc.bold(at)} ${verdict(passed, entries)}`, table.toString(), ...kinkLines].join(
        '\n',
      )
    })
    .join('\n\n')
}

const digits = (x: number): string => x.toPrecision(10)

function mark({ passed, excused }: GradcheckEntry): string {
  if (excused) return pc.yellow('~ kink')
  return passed ? pc.green('✓') : pc.red('✗')
}

function verdict(passed: boolean, entries: readonly GradcheckEntry[]): string {
  if (!passed) return pc.red('failed')
  return entries.some((e) => e.excused) ? pc.yellow('passed but for a kink') : pc.green('passed')
}

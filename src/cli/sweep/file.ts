/** A summary as files beside the runs: for a spreadsheet, for programs, for the eye. */
import { join } from 'node:path'
import { writeFileWhole } from '../../node/file.ts'
import { plotSpread } from '../../view/plot/spread.ts'
import { mark } from './result.ts'
import { textOf } from './setting.ts'
import type { Standing, Summary } from './standing.ts'

/** Writes table.csv, summary.json and, where there is a number to show, sweep.svg; returns their names. */
export async function writeSummary(out: string, summary: Summary): Promise<string[]> {
  const files: [name: string, text: string][] = [
    ['table.csv', csvOf(summary)],
    ['summary.json', `${JSON.stringify(summary, null, 2)}\n`],
  ]
  if (summary.finished > 0) files.push(['sweep.svg', await plotOf(summary)])
  for (const [name, text] of files) await writeFileWhole(join(out, name), text, mark)
  return files.map(([name]) => join(out, name))
}

function csvOf({ standings, varied }: Summary): string {
  const measured = ['accuracy', 'evaluatedLoss'] as const
  const head = [
    ...varied,
    ...measured.flatMap((name) => [name, `${name}Deviation`]),
    'seeds',
    'finished',
    'diverged',
  ]
  const rows = standings.map((standing) => [
    ...varied.map((name) => textOf(standing.settings[name])),
    ...measured.flatMap((name) => [standing[name]?.mean ?? '', standing[name]?.deviation ?? '']),
    standing.runs.length,
    standing.finished,
    standing.diverged,
  ])
  return [head, ...rows].map((row) => `${row.join(',')}\n`).join('')
}

/** The best settings that an eye takes in. */
const most = 40

function plotOf({ name, standings, varied }: Summary): Promise<string> {
  const accurate = standings.some(({ accuracy }) => accuracy !== undefined)
  const measured = accurate ? 'accuracy' : 'evaluatedLoss'
  const groups = standings
    .filter(({ finished }) => finished > 0)
    .slice(0, most)
    .map((standing) => ({
      name: nameOf(standing, varied) || name,
      numbers: standing.runs.flatMap((run) => run[measured] ?? []),
    }))
  const what = {
    rows: varied.join(' · ') || name,
    numbers: accurate ? 'accuracy' : 'loss',
    dots: 'seeds',
    shares: accurate,
  }
  return plotSpread(groups, what)
}

const nameOf = ({ settings }: Standing, varied: readonly string[]): string =>
  varied.map((name) => textOf(settings[name], '–')).join(' · ')

/** A summary as a terminal shows it. */
import pc from 'picocolors'
import { counted } from '../../view/narration.ts'
import { count } from '../report.ts'
import { shellWord } from '../shell.ts'
import { plain } from '../table.ts'
import type { Config } from './config.ts'
import { textOf, wordsOf } from './setting.ts'
import type { Outcome, Spread, Standing, Summary } from './standing.ts'

/** What is about to be done. */
export function heading(
  { name, data, seeds }: Config,
  { standings, runs }: Summary,
  wanted: number,
  processes: number,
): string {
  const left = wanted === 0 ? 'none' : count(wanted)
  const how = wanted === 0 ? '' : ` by ${counted(processes, 'process', 'processes')}`
  return (
    `${pc.bold(name)}: ${counted(standings.length, 'setting', 'settings')} × ${counted(seeds.length, 'seed', 'seeds')} ` +
    `on ${data}, ${counted(runs, 'run', 'runs')}; ${left} to do${how}\n`
  )
}

/** The best settings that a terminal has room for. */
const rows = 20

/** Table, what was fixed, how to train the best one. */
export function tableOf(config: Config, summary: Summary): string {
  const { standings, varied, finished, diverged, missing, runs } = summary
  const accurate = standings.some(({ accuracy }) => accuracy !== undefined)
  const head = ['', ...varied, ...(accurate ? ['accuracy'] : []), 'loss', 'seeds']
  const table = plain(head)
  standings.slice(0, rows).forEach((standing, i) => {
    const { settings, accuracy, evaluatedLoss } = standing
    table.push([
      String(i + 1),
      ...varied.map((name) => textOf(settings[name], pc.dim('–'))),
      ...(accurate ? [shown(accuracy, percent)] : []),
      shown(evaluatedLoss, number),
      seedsOf(standing),
    ])
  })
  const more = standings.length - rows
  const counts = [
    `${count(finished)} of ${counted(runs, 'run', 'runs')} finished`,
    ...(diverged > 0 ? [`${count(diverged)} diverged`] : []),
    ...(missing > 0 ? [`${count(missing)} missing`] : []),
  ]
  const lines = [
    '',
    table.toString(),
    ...(more > 0 ? [pc.dim(`  and ${counted(more, 'setting', 'settings')} more`)] : []),
    '',
    `${counts.join(', ')}; means ± deviations over seeds${fixedWords(summary)}`,
    ...nextLines(config, summary),
  ]
  return `${lines.join('\n')}\n`
}

/** `98.3 ± 0.8 %`. */
const percent = ({ mean, deviation }: Spread): string =>
  `${(100 * mean).toFixed(1)}${deviation === undefined ? '' : ` ± ${(100 * deviation).toFixed(1)}`} %`

/** Four digits of the mean, and the deviation to the same place. */
function number({ mean, deviation }: Spread): string {
  const text = mean.toPrecision(4)
  if (deviation === undefined) return text
  const places = /^\d*\.?(\d*)$/.exec(text)?.[1]?.length
  return `${text} ± ${places === undefined ? deviation.toPrecision(2) : deviation.toFixed(places)}`
}

const shown = (spread: Spread | undefined, text: (spread: Spread) => string): string =>
  spread === undefined ? pc.dim('–') : text(spread)

function seedsOf({ runs, finished, diverged }: Standing): string {
  if (finished === runs.length) return String(finished)
  return `${finished} of ${runs.length}${diverged > 0 ? pc.yellow(`, ${diverged} diverged`) : ''}`
}

/** Settings that the configuration names and that are the same for all. */
function fixedWords({ standings, varied }: Summary): string {
  const fixed = Object.entries(standings[0]!.settings).filter(([name]) => !varied.includes(name))
  const words = fixed.map(([name, value]) => `${name} ${textOf(value)}`)
  return words.length > 0 ? `; all with ${words.join(', ')}` : ''
}

function nextLines(config: Config, summary: Summary): string[] {
  const best = bestOf(summary)
  return [
    ...(summary.missing > 0 ? ['the same command again trains what is missing'] : []),
    ...(best ? ['', 'the best run again, with its model and report:'] : []),
    ...(best ? [`  ${commandFor(config, ...best)}`] : []),
  ]
}

/** The best run of the best settings. */
export function bestOf({ standings }: Summary): [Standing, Outcome] | undefined {
  const [first] = standings
  const runs = first?.runs.filter(({ evaluatedLoss }) => evaluatedLoss !== undefined) ?? []
  const [best] = runs.sort(
    (a, b) => (b.accuracy ?? 0) - (a.accuracy ?? 0) || a.evaluatedLoss! - b.evaluatedLoss!,
  )
  return first && best && [first, best]
}

/** What to type to train one run by itself. */
export function commandFor(config: Config, { settings }: Standing, { seed }: Outcome): string {
  const { source, label, target } = config
  const about = { ...settings, seed, ...(label && { label }), ...(target && { target }) }
  return ['npx chainrule train', ...[source, ...wordsOf(about)].map(shellWord)].join(' ')
}

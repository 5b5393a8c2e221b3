import { extname } from 'node:path'
import { Command, InvalidArgumentError, Option } from 'commander'
import type { Value } from '../engine.ts'
import { writeFileWhole } from '../node/index.ts'
import { graphOf } from '../view/graph.ts'
import { toDot, toHtml, toPng, toSvg, toText, type ViewOptions } from '../view/index.ts'
import { computed, takingFormula } from './formula.ts'
import { positive } from './option.ts'

interface Options extends Pick<ViewOptions, 'open' | 'partials' | 'theme'> {
  readonly output?: string
  readonly scale?: number
  readonly json: boolean
}

type Format = (f: Value, options: Options) => string | Uint8Array | Promise<string | Uint8Array>

const json: Format = (f) => `${JSON.stringify(graphOf(f), null, 2)}\n`

/** The forms of a picture, by the ending of the file. */
const formats: Readonly<Record<string, Format>> = {
  '.svg': toSvg,
  '.png': toPng,
  '.html': toHtml,
  '.dot': toDot,
  '.txt': (f, options) => `${toText(f, options)}\n`,
  '.json': json,
}
const endings = Object.keys(formats)

export function graphCommand(): Command {
  return takingFormula(new Command('graph'))
    .description('draw the graph of a formula, with the value and the gradient of every node')
    .option('-o, --output <file>', `${endings.join(', ')}; without it the terminal`, ended)
    .option('--open <groups>', 'all, none, or the groups to open', opening)
    .option('--partials', 'write the local partial on every edge', false)
    .addOption(
      new Option('--theme <name>', 'colours of the picture').choices(['auto', 'light', 'dark']),
    )
    .option('--scale <x>', 'pixels of a .png for each of the picture (default: 2)', positive)
    .option('--json', 'print the graph as data', false)
    .action(graph)
}

async function graph(formula: string, given: readonly string[], own: Options): Promise<void> {
  const options = { title: formula, ...own }
  const { f } = computed(formula, given)
  const { output } = options
  if (output !== undefined) {
    await writeFileWhole(output, await formats[extname(output).toLowerCase()]!(f, options))
    process.stderr.write(`${output}\n`)
  }
  if (options.json) process.stdout.write(await asText(json, f, options))
  else if (output === undefined) process.stdout.write(await asText(formats['.txt']!, f, options))
}

async function asText(format: Format, f: Value, options: Options): Promise<string> {
  return String(await format(f, options))
}

function ended(file: string): string {
  if (endings.includes(extname(file).toLowerCase())) return file
  throw new InvalidArgumentError(
    `expected a name that ends in ${endings.join(', ')}, got '${file}'.`,
  )
}

function opening(text: string): ViewOptions['open'] {
  return text === 'all' || text === 'none' ? text : text.split(',')
}

import { extname } from 'node:path'
import { Command, InvalidArgumentError } from 'commander'
import { writeFileWhole } from '../node/index.ts'
import { escaped } from '../view/formula-mathml.ts'
import { explain, type Explanation } from '../view/index.ts'
import { computed, takingFormula } from './formula.ts'
import { countFromOne } from './option.ts'

interface Options {
  readonly wrt?: string
  readonly terms: number
  readonly output?: string
  readonly json: boolean
}

export function explainCommand(): Command {
  return takingFormula(new Command('explain'))
    .description('say where a gradient comes from, in words and numbers')
    .option('--wrt <name>', 'the gradient by this one (default: by each)')
    .option('--terms <n>', 'how many ways are listed, largest first', countFromOne, 10)
    .option(
      '-o, --output <file>',
      '.html with formulas, .txt or .json; without it the terminal',
      ended,
    )
    .option('--json', 'print data instead', false)
    .action(told)
}

async function told(formula: string, given: readonly string[], options: Options): Promise<void> {
  const { f, leaves } = computed(formula, given)
  const { wrt, terms, output } = options
  const names = [...leaves.keys()]
  if (wrt !== undefined && !leaves.has(wrt))
    throw new Error(`--wrt ${wrt}: the formula has ${names.join(', ') || 'no names'}.`)
  if (names.length === 0)
    throw new Error('the formula has no names, so there is no gradient to explain.')
  const all = (wrt === undefined ? names : [wrt]).map((name) =>
    explain(f, leaves.get(name)!, { terms }),
  )
  if (output !== undefined) {
    await writeFileWhole(output, formats[extname(output).toLowerCase()]!(all, formula))
    process.stderr.write(`${output}\n`)
  }
  if (options.json) process.stdout.write(json(all))
  else if (output === undefined) process.stdout.write(text(all))
  if (!all.every(({ check }) => check.passed)) process.exitCode = 1
}

const json = (all: readonly Explanation[]): string =>
  `${JSON.stringify(all.length === 1 ? all[0] : all, null, 2)}\n`
const text = (all: readonly Explanation[]): string => `${all.join('\n\n')}\n`

const formats: Readonly<Record<string, (all: readonly Explanation[], formula: string) => string>> =
  {
    '.html': page,
    '.txt': text,
    '.json': json,
  }
const endings = Object.keys(formats)

function ended(file: string): string {
  if (endings.includes(extname(file).toLowerCase())) return file
  throw new InvalidArgumentError(
    `expected a name that ends in ${endings.join(', ')}, got '${file}'.`,
  )
}

function page(all: readonly Explanation[], formula: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(formula)}</title>
<style>${style}</style>
<main>
<h1>${escaped(formula)}</h1>
${all.map((explanation) => explanation.toHtml()).join('\n')}
</main>
</html>
`
}

const style = `
:root { color-scheme: light dark; font: 17px/1.55 system-ui, sans-serif; }
body { margin: 0; }
main { max-width: 60rem; margin: 0 auto; padding: 1.5rem; }
h1 { font: 600 1.25rem ui-monospace, monospace; overflow-wrap: anywhere; }
h2 { font-weight: 400; font-size: 1.4rem; margin: 2.5rem 0 .5rem; }
h3 { font-size: 1rem; margin: 1.5rem 0 .5rem; }
li { margin: .35rem 0; }
math { font-size: 1.1em; }
.explanation { border-top: 1px solid color-mix(in srgb, currentColor 20%, transparent); overflow-x: auto; }
table { border-collapse: collapse; }
th, td { padding: .3rem 1.25rem .3rem 0; text-align: left; vertical-align: middle; }
th { font-weight: 600; font-size: .85rem; }
td:first-child { font-variant-numeric: tabular-nums; white-space: nowrap; }
`

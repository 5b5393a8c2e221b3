/**
 * npm run bench [-- NAME …] [--json]: every benchmark, or the ones named. One file each; a new one
 * is a line in `benchmarks` and a file that exports `run(): Promise<Report>` (see report.js).
 */
import { machine, print } from './report.js'

const benchmarks = {
  engine: () => import('./engine.js'),
  moons: () => import('./moons.js'),
  compile: () => import('./compile.js'),
  compiling: () => import('./compiling.js'),
  functions: () => import('./functions.js'),
  view: () => import('./view.js'),
  explain: () => import('./explain.js'),
  studio: () => import('./studio.js'),
}

const flags = process.argv.slice(2).filter((word) => word.startsWith('-'))
const asked = process.argv.slice(2).filter((word) => !word.startsWith('-'))
const unknown = [
  ...asked.filter((name) => !(name in benchmarks)),
  ...flags.filter((flag) => flag !== '--json'),
]
if (unknown.length > 0) {
  console.error(
    `unknown: ${unknown.join(', ')}. Benchmarks: ${Object.keys(benchmarks).join(', ')}.`,
  )
  console.error('Usage: npm run bench -- [NAME …] [--json]')
  process.exit(2)
}
const json = flags.includes('--json')
const names = asked.length > 0 ? asked : Object.keys(benchmarks)

const results = {}
if (!json) console.log(machine().line)
for (const name of names) {
  try {
    const report = await (await benchmarks[name]()).run()
    results[name] = report
    if (!json) print(report)
  } catch (error) {
    console.error(`bench ${name} failed: ${error.message}`)
    process.exitCode = 1
  }
}
if (json) console.log(JSON.stringify({ machine: machine(), results }, null, 2))

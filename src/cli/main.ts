#!/usr/bin/env node
import { readFileSync } from 'node:fs'
import { Command } from 'commander'
import { checkCommand } from './check.ts'
import { compileCommand } from './compile.ts'
import { explainCommand } from './explain.ts'
import { exportCommand } from './export.ts'
import { fail, outliveReaders } from './failure.ts'
import { graphCommand } from './graph.ts'
import { studioCommand } from './studio.ts'
import { sweepCommand } from './sweep/sweep.ts'
import { trainCommand } from './train.ts'

const { version } = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
) as { version: string }

// A file size limit must reach us as an error of the write, which then names the file.
process.on('SIGXFSZ', () => {})

outliveReaders()

const program = new Command('chainrule')
  .description(
    'Scalar automatic differentiation you can see, from one number to a trained network.',
  )
  .version(version)
  .showSuggestionAfterError()
  .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'chainrule: ')) })

// Commands that are added, unlike those made in place, inherit nothing by themselves.
for (const command of [
  trainCommand(),
  graphCommand(),
  explainCommand(),
  checkCommand(),
  compileCommand(),
  exportCommand(),
  sweepCommand(),
  studioCommand(),
])
  program.addCommand(command.copyInheritedSettings(program))

await program.parseAsync().catch(fail)

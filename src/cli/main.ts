#!/usr/bin/env node
import { readFileSync } from 'node:fs'
import { Command } from 'commander'
import { checkCommand } from './check.ts'
import { fail } from './failure.ts'
import { trainCommand } from './train.ts'

const { version } = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
) as { version: string }

// A file size limit must reach us as an error of the write, which then names the file.
process.on('SIGXFSZ', () => {})

const program = new Command('chainrule')
  .description(
    'Scalar automatic differentiation you can see, from one number to a trained network.',
  )
  .version(version)
  .addCommand(trainCommand())
  .addCommand(checkCommand())
  .showSuggestionAfterError()
  .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'chainrule: ')) })

await program.parseAsync().catch(fail)

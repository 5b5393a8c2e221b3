#!/usr/bin/env node
import { readFileSync } from 'node:fs'
import { Command } from 'commander'
import { fail, outliveReaders } from './failure.ts'

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

/** All commands, in the order of the help. Each brings what it needs, so only the one that is called is loaded. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  train: async () => (await import('./train.ts')).trainCommand(),
  graph: async () => (await import('./graph.ts')).graphCommand(),
  explain: async () => (await import('./explain.ts')).explainCommand(),
  check: async () => (await import('./check.ts')).checkCommand(),
  compile: async () => (await import('./compile.ts')).compileCommand(),
  export: async () => (await import('./export.ts')).exportCommand(),
  sweep: async () => (await import('./sweep/sweep.ts')).sweepCommand(),
  studio: async () => (await import('./studio.ts')).studioCommand(),
}

const [called = ''] = process.argv.slice(2)
const named = Object.hasOwn(commands, called) ? [called] : Object.keys(commands)
// Commands that are added, unlike those made in place, inherit nothing by themselves.
for (const name of named)
  program.addCommand((await commands[name]!()).copyInheritedSettings(program))

await program.parseAsync().catch(fail)

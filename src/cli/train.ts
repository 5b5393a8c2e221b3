import { join } from 'node:path'
import { Command, Option } from 'commander'
import { fileStore, writeModel } from '../node/index.ts'
import { activationNames } from '../nn/activation.ts'
import { initialisationNames } from '../nn/initialisation.ts'
import { type FitResult, lossNames } from '../train/index.ts'
import { datasetNames, isBuiltIn } from './dataset.ts'
import { findingLines } from './findings.ts'
import { countFromOne, positive, share, sizes, wholeNumber } from './option.ts'
import { progressOn, silent } from './progress.ts'
import { optimizerNames, type Recipe, scheduleNames } from './recipe.ts'
import { heading, record, type Run, summary } from './report.ts'
import { shellWord } from './shell.ts'
import { type Prepared, prepared, trained, type TrainingOptions } from './training.ts'

type Options = TrainingOptions & {
  readonly out?: string
  readonly resume: boolean
  readonly checkpointSeconds: number
  readonly report: boolean
  readonly json: boolean
}

/** An option that takes one of some names. */
function choice(flags: string, what: string, names: readonly string[]): Option {
  return new Option(flags, what).choices(names)
}

const filesAndOutput = 'Files and output:'

/** The options of `train` that decide numbers of the training. */
export function trainingOptions(): Option[] {
  return trainCommand().options.filter((option) => option.helpGroupHeading !== filesAndOutput)
}

export function trainCommand(): Command {
  return new Command('train')
    .description(`train a network on ${datasetNames.join(', ')} or a CSV file`)
    .argument('<data>', `${datasetNames.join(', ')}, or the path of a .csv file with a header`)
    .optionsGroup('Network:')
    .option('--hidden <sizes>', 'hidden layers, such as 16-16', sizes)
    .addOption(choice('--activation <name>', 'of the hidden layers', activationNames()))
    .addOption(choice('--initialisation <name>', 'of the weights', initialisationNames))
    .optionsGroup('Learning:')
    .addOption(choice('--loss <name>', 'default: what suits the data', lossNames))
    .addOption(choice('--optimizer <name>', '(default: adam)', optimizerNames))
    .option('--learning-rate <x>', 'at the start of the schedule', positive)
    .option('--momentum <x>', 'of sgd', share)
    .option('--nesterov', 'Nesterov’s form of the momentum')
    .option('--weight-decay <x>', 'pull of the optimizer towards 0', positive)
    .option('--l2 <x>', 'strength of Σ p² in the loss', positive, 0)
    .addOption(choice('--schedule <name>', 'of the learning rate', scheduleNames))
    .option('--warm-up <steps>', 'steps of rising learning rate before that', wholeNumber)
    .option('--epochs <n>', 'passes over the data', countFromOne)
    .option('--batch-size <n>', 'examples a step', countFromOne)
    .option('--threads <n>', 'that share a step, where it is worth it', countFromOne, 1)
    .addOption(choice('--precision <name>', '(default: f64; f32 is faster)', ['f64', 'f32']))
    .option('--relaxed', 'add products unrounded, where the engine can (Node 22): faster')
    .option('--patience <n>', 'stop after n epochs without a better validation loss', countFromOne)
    .option('--seed <n>', 'of everything random', wholeNumber, 0)
    .optionsGroup('Data:')
    .option('--validation <share>', 'of the data, held out to judge by', share, 0.2)
    .option('--label <column>', 'of a CSV file (default: the last)')
    .addOption(
      choice('--target <kind>', 'what the label is (default: seen from it)', ['class', 'number']),
    )
    .option('--count <n>', 'points of a drawn data set', countFromOne)
    .option('--noise <x>', 'of a drawn data set', positive)
    .option('--standardise', 'shift and scale the input columns (default: all but digits)')
    .option('--no-standardise', 'leave them as they are')
    .optionsGroup(filesAndOutput)
    .option('--out <folder>', 'for model and checkpoint (default: runs/<data>, runs/<file>-csv)')
    .option('--resume', 'go on from the checkpoint in that folder', false)
    .option('--checkpoint-seconds <x>', 'least time between two checkpoints', positive, 1)
    .option('--no-report', 'write no report.html beside the model')
    .option('--json', 'print one JSON object instead', false)
    .action(train)
}

async function train(name: string, options: Options): Promise<void> {
  const ready = await prepared(name, options)
  const { data, recipe, model, standardisation } = ready
  const out = options.out ?? join('runs', isBuiltIn(name) ? data.name : `${data.name}-csv`)
  const file = join(out, 'model.json')
  const { label, target } = options
  const report = options.report ? join(out, 'report.html') : undefined
  const run: Run = { asked: { name, label, target }, ...ready, out, file, report }
  if (!options.json) process.stdout.write(heading(run))
  const result = await learned(ready, run, options)
  await writeModel(run.file, model, {
    classes: data.classes,
    features: data.features,
    standardisation,
    loss: result.loss,
    training: { ...recipe, epochs: result.history.length, accuracy: result.evaluation.accuracy },
  })
  process.stdout.write(
    options.json
      ? `${JSON.stringify(record(run, result))}\n`
      : summary(run, result) + findingLines(result.findings),
  )
  if (result.ended === 'aborted') process.exitCode = 130
}

/** Trains with a progress display; Ctrl-C ends after the step under way and keeps what was learned. */
async function learned(
  ready: Prepared,
  { out, report }: Run,
  options: Options,
): Promise<FitResult> {
  const { resume, checkpointSeconds } = options
  const progress = options.json ? silent : await progressOn(process.stderr)
  const stop = new AbortController()
  process.once('SIGINT', () => stop.abort())
  try {
    return await trained(ready, options, {
      resume,
      checkpointSeconds,
      onProgress: progress.show,
      signal: stop.signal,
      store: fileStore(out),
      report: report && { name: 'report.html', repeat: commandLine() },
    })
  } catch (error) {
    throw explained(error as Error, ready.recipe)
  } finally {
    progress.end()
  }
}

/** What was typed, for a shell to read again. */
const commandLine = (): string =>
  ['npx chainrule', ...process.argv.slice(2).map(shellWord)].join(' ')

/** Our schedules span the training, so another number of epochs is another schedule to `fit`. */
function explained(error: Error, { schedule }: Recipe): Error {
  const spans = / was made with schedule\b\S*\b(steps|every)\b/.test(error.message)
  if (schedule === 'constant' || !spans) return error
  return new RangeError(
    `${error.message} The ${schedule} schedule spans all steps, so --epochs is one of its settings; a ` +
      'training with --schedule constant can be continued with more.',
    { cause: error },
  )
}

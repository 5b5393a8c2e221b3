import { join } from 'node:path'
import { Command, Option } from 'commander'
import {
  applyStandardisation,
  type Dataset,
  split,
  type Standardisation,
  standardise,
} from '../data/index.ts'
import { fileStore, writeModel } from '../node/index.ts'
import { activationNames } from '../nn/activation.ts'
import { initialisationNames } from '../nn/initialisation.ts'
import { fit, type FitResult, type LossName, lossNames } from '../train/index.ts'
import { refuseUnused } from './conflict.ts'
import { datasetNames, datasetOf, type DrawOptions, isBuiltIn } from './dataset.ts'
import { findingLines } from './findings.ts'
import { countFromOne, positive, share, sizes, wholeNumber } from './option.ts'
import { progressOn, silent } from './progress.ts'
import {
  networkFor,
  optimizerFor,
  optimizerNames,
  type Recipe,
  scheduleNames,
  usualRecipe,
} from './recipe.ts'
import { heading, record, type Run, summary } from './report.ts'
import { shellWord } from './shell.ts'

type Options = Partial<Omit<Recipe, 'loss'>> &
  DrawOptions & {
    readonly loss?: LossName
    readonly l2: number
    readonly validation: number
    readonly patience?: number
    readonly threads: number
    readonly label?: string
    readonly target?: 'class' | 'number'
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
    .optionsGroup('Files and output:')
    .option('--out <folder>', 'for model and checkpoint (default: runs/<data>, runs/<file>-csv)')
    .option('--resume', 'go on from the checkpoint in that folder', false)
    .option('--checkpoint-seconds <x>', 'least time between two checkpoints', positive, 1)
    .option('--no-report', 'write no report.html beside the model')
    .option('--json', 'print one JSON object instead', false)
    .action(train)
}

async function train(name: string, options: Options): Promise<void> {
  const recipe: Recipe = { ...usualRecipe(name), ...given(options) }
  const data = await datasetOf(name, options)
  refuseUnused(name, options, recipe)
  const { learn, judge, standardisation } = prepared(data, options.validation, recipe)
  const model = networkFor(data, recipe)
  const out = options.out ?? join('runs', isBuiltIn(name) ? data.name : `${data.name}-csv`)
  const file = join(out, 'model.json')
  const { label, target } = options
  const report = options.report ? join(out, 'report.html') : undefined
  const asked = { name, label, target }
  const run: Run = { asked, data, learn, judge, model, recipe, out, file, report }
  if (!options.json) process.stdout.write(heading(run))
  const result = await learned(run, options)
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

/** Options that were given, without those that commander left undefined. */
function given<T extends object>(options: T): T {
  return Object.fromEntries(Object.entries(options).filter(([, x]) => x !== undefined)) as T
}

/** Examples to learn from and to judge by, inputs standardised by the former. */
function prepared(
  data: Dataset,
  fraction: number,
  { seed, standardise: wanted }: Recipe,
): Prepared {
  const parts =
    fraction > 0 ? split(data, { fraction, seed }) : { train: data, validation: undefined }
  if (!wanted) return { learn: parts.train, judge: parts.validation, standardisation: undefined }
  const { dataset, standardisation } = standardise(parts.train)
  const judge = parts.validation && {
    ...parts.validation,
    X: applyStandardisation(parts.validation.X, standardisation),
  }
  return { learn: dataset, judge, standardisation }
}

interface Prepared {
  readonly learn: Dataset
  readonly judge: Dataset | undefined
  readonly standardisation: Standardisation | undefined
}

/** Trains with a progress display; Ctrl-C ends after the step under way and keeps what was learned. */
async function learned(run: Run, options: Options): Promise<FitResult> {
  const { recipe, model, learn, judge } = run
  const { epochs, batchSize, threads, seed, l2, resume, patience, checkpointSeconds } = {
    ...recipe,
    ...options,
  }
  const steps = epochs * Math.ceil(learn.X.length / batchSize)
  const progress = options.json ? silent : await progressOn(process.stderr)
  const stop = new AbortController()
  process.once('SIGINT', () => stop.abort())
  try {
    return await fit(model, learn, {
      epochs,
      batchSize,
      threads,
      seed,
      l2,
      resume,
      checkpointSeconds,
      loss: options.loss,
      patience,
      validation: judge,
      optimizer: optimizerFor(model, recipe, steps),
      onProgress: progress.show,
      signal: stop.signal,
      store: fileStore(run.out),
      report: run.report && { name: 'report.html', repeat: commandLine() },
    })
  } catch (error) {
    throw explained(error as Error, recipe)
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

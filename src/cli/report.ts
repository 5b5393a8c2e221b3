import pc from 'picocolors'
import type { Dataset } from '../data/index.ts'
import type { MLP } from '../nn/index.ts'
import { confusion, type FitResult } from '../train/index.ts'
import { gallery, picture } from './picture.ts'
import { duration } from './progress.ts'
import type { Recipe } from './recipe.ts'
import { shellWord } from './shell.ts'
import { confusionTable } from './table.ts'

/** A training as the command line sees it. */
export interface Run {
  /** The data set as it was asked for. */
  readonly asked: Asked
  readonly data: Dataset
  /** Examples to learn from, and those held out. */
  readonly learn: Dataset
  readonly judge: Dataset | undefined
  readonly model: MLP
  readonly recipe: Recipe
  readonly out: string
  readonly file: string
  /** Where the report goes, if one is written. */
  readonly report: string | undefined
}

interface Asked {
  readonly name: string
  readonly label: string | undefined
  readonly target: string | undefined
}

/** `1,438` */
export const count = (n: number): string => n.toLocaleString('en-US')
const percent = (x: number): string => `${(100 * x).toFixed(1)} %`

/** What is about to be trained, on what, and how. */
export function heading({ data, learn, judge, model, recipe }: Run): string {
  const { inputs, sizes } = model.architecture
  const kind = data.classes ? `${data.classes.length} classes` : 'a number each'
  const { optimizer, learningRate, schedule, batchSize, epochs, seed } = recipe
  return [
    `${pc.bold(data.name)}: ${count(data.X.length)} examples of ${inputs} numbers, ${kind}; ` +
      `${count(learn.X.length)} to learn from, ${count(judge?.X.length ?? 0)} held out`,
    `network ${[inputs, ...sizes].join('-')}, ${String(recipe.activation)}, ` +
      `${count(model.parameters().length)} parameters, every one a scalar Value`,
    `${optimizer}, learning rate ${learningRate} ${schedule}, batches of ${batchSize}, ` +
      `${epochs} epochs, seed ${seed}`,
    '',
    '',
  ].join('\n')
}

/** What came of it, for a terminal. */
export function summary(run: Run, result: FitResult): string {
  const { evaluation, seconds, steps, ended, bestEpoch } = result
  const { classes } = run.data
  const judged = run.judge ?? run.learn
  const lines = [
    '',
    ended === 'aborted'
      ? pc.yellow(`stopped after ${steps} steps; go on with --resume`)
      : `${steps} steps in ${duration(seconds)}${ended === 'early' ? ', stopped early' : ''}; ` +
        `weights of epoch ${bestEpoch}`,
    verdict(run, result),
  ]
  if (classes !== undefined) {
    const table = confusion(judged.y, evaluation.predictions, classes.length)
    lines.push('', confusionTable(table, classes))
  }
  if (run.asked.name === 'digits') lines.push('', digitSample(run, evaluation.predictions))
  lines.push('', `model saved in ${pc.bold(run.file)}`)
  if (run.report !== undefined) lines.push(`report in ${pc.bold(run.report)}`)
  lines.push('', ...next(run))
  return `${lines.join('\n')}\n`
}

function verdict({ judge, learn }: Run, { evaluation }: FitResult): string {
  const judged = judge ?? learn
  const where = judge
    ? `${count(judged.X.length)} held-out examples`
    : 'the examples it learned from'
  if (evaluation.accuracy === undefined) return `loss ${evaluation.loss.toPrecision(4)} on ${where}`
  const right = Math.round(evaluation.accuracy * judged.X.length)
  const wrong = judged.X.length - right
  return (
    `${pc.bold(`accuracy ${percent(evaluation.accuracy)}`)} on ${where}: ` +
    `${count(right)} right, ${count(wrong)} wrong (loss ${evaluation.loss.toFixed(4)})`
  )
}

/** Two rows of held-out digits, mistakes first, each over what the network took it for. */
function digitSample({ data, judge, learn }: Run, predictions: readonly number[]): string {
  const { X, y } = judge ?? learn
  const wrong = y.flatMap((truth, i) => (predictions[i] === truth ? [] : [i])).slice(0, 4)
  const right = y
    .flatMap((truth, i) => (predictions[i] === truth ? [i] : []))
    .slice(0, 8 - wrong.length)
  const pictures = [...wrong, ...right].map((i) => {
    const answer = data.classes![predictions[i]!]!
    const truth = data.classes![y[i]!]!
    const missed = answer !== truth
    return {
      rows: picture(unscaled(X[i]!), 8),
      wrong: missed,
      caption: missed ? `${answer}, not ${truth}` : answer,
    }
  })
  return [pictures.slice(0, 4), pictures.slice(4)].map(gallery).join('\n\n')
}

/** Pixels to draw: standardised ones are spread over 0 … 1 again. */
function unscaled(x: readonly number[]): number[] {
  const low = Math.min(...x)
  const high = Math.max(...x)
  return x.map((xi) => (xi - low) / Math.max(1e-9, high - low))
}

function next({ asked, recipe }: Run): string[] {
  const wider = recipe.hidden.map((size) => size * 2).join('-') || '8'
  const other = asked.name === 'spirals' ? 'digits' : 'spirals'
  return [
    'next:',
    `  npx chainrule train ${words(asked)} --hidden ${wider} --activation relu`,
    `  npx chainrule train ${other}`,
    '  npx chainrule train your.csv --label column',
  ]
}

/** What a shell needs to read to ask for the same data again. */
function words({ name, label, target }: Asked): string {
  const options = [label && ['--label', label], target && ['--target', target]]
  return [name, ...options.flatMap((option) => option || [])].map(shellWord).join(' ')
}

/** The same as one plain object, for --json. */
export function record(run: Run, result: FitResult): Record<string, unknown> {
  const { data, judge, learn, model, recipe, file, report } = run
  const { evaluation, ...rest } = result
  const judged = judge ?? learn
  return {
    data: data.name,
    examples: { train: learn.X.length, validation: judge?.X.length ?? 0 },
    parameters: model.parameters().length,
    ...rest,
    validation: undefined,
    evaluatedLoss: evaluation.loss,
    accuracy: evaluation.accuracy,
    confusion: data.classes && confusion(judged.y, evaluation.predictions, data.classes.length),
    classes: data.classes,
    model: file,
    report,
    settings: recipe,
  }
}

import { basename, extname } from 'node:path'
import { Command, Option } from 'commander'
import { toOnnx, toPyTorch, type PyTorchOptions } from '../interop/index.ts'
import type { MLP } from '../nn/index.ts'
import { readModel, writeFileWhole } from '../node/index.ts'
import type { LoadedModel, LossName } from '../train/index.ts'
import { objectiveFor } from '../train/objective.ts'
import { countFromOne, positive, share } from './option.ts'
import { optimizerFor, type Recipe, usualRecipe } from './recipe.ts'
import { prepared, type TrainingOptions } from './training.ts'

interface Options
  extends Pick<TrainingOptions, 'l2' | 'validation' | 'label' | 'target' | 'count' | 'noise'> {
  readonly to: keyof typeof targets
  readonly output: string
  readonly data?: string
  readonly fromStart: boolean
  readonly precision?: 'f64' | 'f32'
  readonly json: boolean
}

/** What a model can become, and the file name that it asks for. */
const targets = {
  torch: { content: torchText, ending: '.py' },
  onnx: { content: onnxBytes, ending: '.onnx' },
} as const

export function exportCommand(): Command {
  return new Command('export')
    .description('write a model as a PyTorch program, or as an ONNX file')
    .argument('<model>', 'a model.json')
    .addOption(
      new Option('--to <format>', 'torch: a PyTorch program; onnx: a file for its runtimes')
        .choices(Object.keys(targets))
        .makeOptionMandatory(),
    )
    .requiredOption('-o, --output <file>', 'where it goes')
    .addOption(
      new Option('--precision <name>', 'default: f64 for torch, f32 for onnx').choices([
        'f64',
        'f32',
      ]),
    )
    .optionsGroup('A training, to torch:')
    .option('--data <name>', 'let the program train, on the data that the model was trained on')
    .option('--from-start', 'with the weights of before that training', false)
    .option('--validation <share>', 'of the data, held out as in that training', share, 0.2)
    .option('--l2 <x>', 'strength of Σ p² in the loss, as in that training', positive, 0)
    .option('--label <column>', 'of a CSV file (default: the last)')
    .addOption(
      new Option('--target <kind>', 'what the label is (default: seen from it)').choices([
        'class',
        'number',
      ]),
    )
    .option('--count <n>', 'points of a drawn data set', countFromOne)
    .option('--noise <x>', 'of a drawn data set', positive)
    .optionsGroup('Output:')
    .option('--json', 'print one JSON object instead', false)
    .action(exported)
}

async function exported(file: string, options: Options): Promise<void> {
  const { to, output, json } = options
  refuseUnused(options)
  const content = await targets[to].content(file, await readModel(file), options)
  await writeFileWhole(output, content)
  const bytes = typeof content === 'string' ? Buffer.byteLength(content) : content.length
  process.stdout.write(
    json
      ? `${JSON.stringify({ file: output, to, bytes })}\n`
      : `${output}: ${bytes.toLocaleString('en')} bytes\n${howToUse(options)}`,
  )
}

function refuseUnused({ to, output, data, fromStart }: Options): void {
  const { ending } = targets[to]
  if (extname(output) !== ending)
    throw new Error(`--to ${to} writes a file that ends in ${ending}, got ${output}.`)
  if (data !== undefined && to !== 'torch')
    throw new Error(`--data is for --to torch: a file of ${to} does not train.`)
  if (fromStart && data === undefined)
    throw new Error('--from-start is for a training: name its data with --data.')
}

function howToUse({ to, data, output }: Options): string {
  const name = basename(output)
  if (to === 'onnx') return ''
  if (data === undefined) return `from ${basename(name, '.py')} import load\n`
  return `python ${name}, or on several processes: torchrun --nproc_per_node=2 ${name}\n`
}

function onnxBytes(
  file: string,
  { model, classes, standardisation }: LoadedModel,
  { precision = 'f32' }: Options,
): Promise<Uint8Array> {
  const inputs = [{ length: model.architecture.inputs }]
  const title = basename(file)
  const options = { inputs, parameters: model, classes, standardisation, precision, title }
  return toOnnx((x) => model.forward(x), options)
}

async function torchText(file: string, loaded: LoadedModel, options: Options): Promise<string> {
  const { model, classes, standardisation } = loaded
  const { inputs, sizes } = model.architecture
  const title = `${basename(file)}: a network ${[inputs, ...sizes].join('-')}, written by chainrule.`
  const { precision = 'f64' } = options
  const common = { inputs: [{ length: inputs }], classes, standardisation, precision, title }
  if (options.data === undefined)
    return toPyTorch((x) => model.forward(x), { ...common, parameters: model })
  return trainingText(loaded, options, options.data, common)
}

/** The training that a model came from, as far as its file and the options tell. */
async function trainingText(
  loaded: LoadedModel,
  options: Options,
  name: string,
  common: PyTorchOptions,
): Promise<string> {
  const recipe: Recipe = { ...usualRecipe(name), ...loaded.training }
  const { learn, model: fresh } = await prepared(name, asked(recipe, options))
  refuseStrangers(loaded.model, fresh, name)
  const model = options.fromStart ? fresh : loaded.model
  const { epochs, batchSize, seed } = recipe
  const steps = epochs * Math.ceil(learn.X.length / batchSize)
  const outputs = model.architecture.sizes.at(-1)!
  const objective = objectiveFor(loaded.loss as LossName | undefined, learn, outputs)
  return toPyTorch((x) => model.forward(x), {
    ...common,
    parameters: model,
    loss: objective.loss,
    target: objective.target,
    optimizer: optimizerFor(model, recipe, steps),
    l2: options.l2,
    data: { columns: [learn.X, learn.y.map((y) => objective.encode(y))], epochs, batchSize, seed },
  })
}

/** What decides data and network, as `train` is asked for it. */
function asked(recipe: Recipe, options: Options): TrainingOptions {
  const { seed, standardise, hidden, activation, initialisation, loss } = recipe
  const { validation, l2, label, target, count, noise } = options
  return {
    seed,
    standardise,
    hidden,
    activation,
    validation,
    l2,
    threads: 1,
    ...(initialisation && { initialisation }),
    ...(loss && { loss: loss as LossName }),
    ...(label && { label }),
    ...(target && { target }),
    ...(count && { count }),
    ...(noise !== undefined && { noise }),
  }
}

const sizes = ({ architecture }: MLP): string =>
  [architecture.inputs, ...architecture.sizes].join('-')

function refuseStrangers(model: MLP, fresh: MLP, name: string): void {
  if (sizes(model) !== sizes(fresh))
    throw new Error(
      `the model is ${sizes(model)}, a network for ${name} is ${sizes(fresh)}: name the data it was trained on.`,
    )
}

import { basename, extname } from 'node:path'
import { Command, InvalidArgumentError, Option } from 'commander'
import { compile, type Compiled, type Precision, ship, type Training } from '../compile/index.ts'
import { toWat } from '../compile/wasm/text.ts'
import type { Value } from '../engine.ts'
import { type ListingOptions, toCode, toGroups, toLoops, workOf } from '../lift/index.ts'
import { readModel, writeFileWhole } from '../node/index.ts'
import type { LoadedModel, LossName } from '../train/index.ts'
import { objectiveFor } from '../train/objective.ts'
import { chosen } from './choice.ts'
import { isModule } from './module-kind.ts'
import { countFromOne } from './option.ts'
import { optimizerFor, type Recipe, usualRecipe } from './recipe.ts'
import { importFile } from './source.ts'

interface Options {
  readonly show?: keyof typeof views
  readonly output?: string
  readonly function?: string
  readonly inputs?: number
  readonly precision?: Precision
  readonly batch: number
  readonly train: boolean
  readonly unrolled: boolean
  readonly json: boolean
}

/** What a view is told: how many examples the kernel is for, and how nests are listed. */
interface Viewed extends ListingOptions {
  readonly batch: number
}

/** The forms in which a compiled program is shown. */
const views = {
  graph: ({ program }: Compiled, options: Viewed) => toGroups(program, options),
  loops: ({ program }: Compiled, options: Viewed) => toLoops(program, options),
  text: ({ program }: Compiled, options: Viewed) => toCode(program, options),
  wat: (compiled: Compiled, { batch }: Viewed) => toWat(compiled.binary(batch)),
} as const

export function compileCommand(): Command {
  return new Command('compile')
    .description('show the loop nests and the kernel of a function, or ship a model as a module')
    .argument('<file>', 'a .ts or .js file that exports a function of Values, or a model.json')
    .addOption(
      new Option('--show <form>', 'what is printed (default: loops)').choices(Object.keys(views)),
    )
    .option('-o, --output <file>', 'write a model as a .js module without dependencies', script)
    .option(
      '--train',
      'let that module learn too: train(X, y) is a step of the model’s own optimizer',
      false,
    )
    .option('--function <name>', 'which export (default: the default one, or the only one)')
    .option(
      '--inputs <n>',
      'how many numbers it takes (default: as many as it names)',
      countFromOne,
    )
    .addOption(
      new Option('--precision <name>', 'default: f64 to show, f32 to ship').choices(['f64', 'f32']),
    )
    .option('--batch <n>', 'examples side by side in the kernel that is shown', countFromOne, 1)
    .option('--unrolled', 'write every step of a recurrence, not one of them under an index', false)
    .option('--json', 'print one JSON object instead', false)
    .action(compiled)
}

function script(file: string): string {
  if (extname(file) === '.js' || extname(file) === '.mjs') return file
  throw new InvalidArgumentError(`expected a name that ends in .js or .mjs, got '${file}'.`)
}

async function compiled(file: string, options: Options): Promise<void> {
  refuseUnused(file, options)
  const model = isModel(file) ? await readModel(file) : undefined
  if (options.output !== undefined) return written(file, model, options.output, options)
  const program = model
    ? await compiledModel(model, options)
    : await compiledFunction(file, options)
  const { batch, json, show = 'loops' } = options
  const facts = factsOf(program, batch)
  const shown = views[show](program, { batch, rolled: !options.unrolled })
  process.stdout.write(
    json
      ? `${JSON.stringify({ file, ...facts, [show]: shown }, null, 2)}\n`
      : `${shown}\n\n${inWords(facts)}\n`,
  )
  program.dispose()
}

const isModel = (file: string): boolean => extname(file) === '.json'

/** Throws where an option was given that would not be looked at. */
function refuseUnused(file: string, { train, show, output, ...options }: Options): void {
  const source = (['function', 'inputs'] as const).find((key) => options[key] !== undefined)
  if (source !== undefined && isModel(file))
    throw new Error(`--${source} is for a .ts or .js file, and ${file} is a model.`)
  if (train && output === undefined)
    throw new Error('--train is for the module that -o writes: say where, such as -o model.js.')
  if (show !== undefined && output !== undefined)
    throw new Error('--show is for what is printed, and -o writes a module: give one of them.')
}

function compiledModel({ model }: LoadedModel, { precision }: Options): Promise<Compiled> {
  return compile((x) => model.forward(x), {
    inputs: [{ length: model.architecture.inputs }],
    parameters: model.parameters(),
    precision: precision ?? 'f64',
  })
}

async function compiledFunction(file: string, options: Options): Promise<Compiled> {
  const { name, f } = chosen(await importFile(file), options.function, file)
  const inputs = options.inputs ?? f.length
  if (inputs === 0) throw new Error(`${name} names no inputs: say how many with --inputs.`)
  return compile(f as (...x: Value[]) => Value, { inputs, precision: options.precision ?? 'f64' })
}

function factsOf({ program, binary }: Compiled, batch: number): Record<string, number> {
  const { grouping, before, each, after, parameters } = program
  const work = workOf(program)
  return {
    scalars: grouping.scalars,
    groups: grouping.groups.length,
    nests: before.length + each.length + after.length,
    parameters: parameters.size,
    bytes: binary(batch).length,
    operationsPerExample: work.each,
    operationsOnce: work.once,
  }
}

function inWords(facts: Record<string, number>): string {
  const n = (key: string): string => facts[key]!.toLocaleString('en')
  return (
    `${n('scalars')} scalars, ${n('groups')} groups, ${n('nests')} loop nests; ${n('bytes')} bytes of ` +
    `WebAssembly; ${n('operationsPerExample')} operations for an example, ${n('operationsOnce')} once`
  )
}

async function written(
  file: string,
  loaded: LoadedModel | undefined,
  output: string,
  { precision = 'f32', train, json }: Options,
): Promise<void> {
  if (loaded === undefined)
    throw new Error(`-o writes a model as a module, and ${file} is no model: give a model.json.`)
  const { model, classes, standardisation } = loaded
  const { inputs, sizes } = model.architecture
  const title = `${basename(file)}: a network ${[inputs, ...sizes].join('-')}`
  const forward = (x: readonly Value[]): Value[] => model.forward(x)
  const parameters = model.parameters()
  const training = train ? trainingOf(loaded) : undefined
  const facts = { title, classes, standardisation }
  const { code, types, binary } = ship({
    forward,
    inputs,
    parameters,
    precision,
    training,
    ...facts,
  })
  const declarations = output.replace(/\.(m?)js$/, '.d.$1ts')
  await writeFileWhole(output, code)
  await writeFileWhole(declarations, types)
  const sizesOf = { file: output, types: declarations, bytes: code.length, binary, precision }
  process.stdout.write(
    json
      ? `${JSON.stringify(sizesOf)}\n`
      : `${output}: ${code.length.toLocaleString('en')} bytes, ${binary.toLocaleString('en')} of them ` +
          `WebAssembly before base64, weights in ${precision}; types in ${declarations}\n` +
          `import { predict${classes ? ', classify' : ''}${train ? ', train' : ''} } from './${basename(output)}'\n` +
          (isModule(output) ? '' : commonJs(output)),
  )
}

/** What to do where Node would not load the file; a page would. */
const commonJs = (output: string): string =>
  `Node reads ${basename(output)} as CommonJS there, which knows no export: name it ` +
  `${basename(output, '.js')}.mjs, or write "type": "module" into package.json.\n`

/** The loss and the optimizer that a model was trained with; Adam where it does not say. */
function trainingOf({ model, classes, loss, training }: LoadedModel): Training {
  const data = { X: [], y: [], ...(classes && { classes }) }
  const objective = objectiveFor(
    loss as LossName | undefined,
    data,
    model.architecture.sizes.at(-1)!,
  )
  const recipe: Recipe = { ...usualRecipe(''), ...training, schedule: 'constant', warmUp: 0 }
  return {
    loss: objective.loss,
    target: objective.target,
    encode: objective.encode,
    optimizer: optimizerFor(model, recipe, 1),
    title: `${recipe.optimizer} on ${objective.name}`,
  }
}

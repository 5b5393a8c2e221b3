/** A function of scalars as a PyTorch program. */
import type { Operand, Value } from '../../engine.ts'
import type { InputKind, InputKinds, Traceable } from '../../lift/index.ts'
import { ops, type Row } from '../../ops.ts'
import { namedParameters, type Parameters } from '../tensor/parameters.ts'
import { type TensorProgram, tensorProgramOf } from '../tensor/program.ts'
import { tensorsIn } from '../tensor/tensor.ts'
import { askingFunctions, type Standardisation } from './asking.ts'
import { dataFunctions, stepsOf, type TrainingData } from './data.ts'
import { Functions, moduleText, type ModuleText } from './module.ts'
import { remark, variableName } from './names.ts'
import { numbersFunction, tensorText } from './numbers.ts'
import { optimizerText, type OptimizerRule } from './optimizer.ts'
import { scheduleFunction, type ScheduleSettings } from './schedule.ts'
import { reductionName } from './spelling.ts'
import { penaltyLines, trainingLines } from './training.ts'
import { partClass } from './tree.ts'

/** What `toPyTorch` is told. */
export interface PyTorchOptions<K extends InputKinds = InputKinds> {
  /** How many numbers the function takes, or for each argument 'number', 'index' or { length }. */
  readonly inputs: K
  /** The leaves that are trained: a list, a module of `chainrule/nn`, or these by name. */
  readonly parameters?: Parameters
  /** What the arguments are called. Default x, or x0, x1, … */
  readonly names?: readonly string[]
  /** The loss of one example by what `f` returns. Default: `f` is that loss itself. */
  readonly loss?: (outputs: readonly Value[], target: Operand) => Operand
  /** What a target is to that loss. Default 'number'. */
  readonly target?: 'number' | 'index'
  /** One of `chainrule/optim`, or anything with such an update. Default: plain descent at 0.01. */
  readonly optimizer?: OptimizerRule
  /** The learning rate as plain data, if it is not the optimizer's. */
  readonly schedule?: ScheduleSettings
  /** Strength of Σ p² in each step's loss. Default 0. */
  readonly l2?: number
  /** The examples to train on and their order; without them the program has the module alone. */
  readonly data?: TrainingData
  /** The arithmetic of the program. Default 'f64', as here. */
  readonly precision?: 'f64' | 'f32'
  /** What was done to the columns of the first argument before the model sees them: x becomes (x − mean) / deviation. */
  readonly standardisation?: Standardisation | undefined
  /** The names of the classes that outputs are scores of; one score decides between two, at 0. */
  readonly classes?: readonly string[] | undefined
  /** The first line of the program. */
  readonly title?: string
}

/** Modules and functions of a file, and what they need of each other. */
interface Parts {
  readonly model: TensorProgram
  readonly loss: TensorProgram | undefined
  readonly kinds: readonly InputKind[]
  readonly names: readonly string[]
}

/**
 * `f`, a function of one example written with Values, as the text of a Python file: a torch.nn.Module for
 * whole batches, its weights, and with `data` a training that computes what ours does, alone or under
 * torchrun. Each statement stands under the loop nest that it was. Throws as `lift` does, where the
 * loss reads parameters by itself, and where data and arguments do not fit.
 */
export function toPyTorch<const K extends InputKinds>(
  f: Traceable<K>,
  options: PyTorchOptions<K>,
): string {
  const { data, title = 'Written by chainrule.', precision = 'f64' } = options
  const functions = new Functions()
  const parts = partsOf(f as Traceable, options)
  const about =
    parts.model.outputs === undefined ? 'A number for each example.' : 'A row for each example.'
  const model = moduleText(parts.model, 'Model', about, functions)
  const loss = parts.loss && moduleText(parts.loss, 'Loss', 'The loss of each example.', functions)
  const body = [
    ...(model.tree.usesPart ? [partClass] : []),
    model.lines,
    ...(loss ? [loss.lines] : []),
    weightsFunction(parts.model, model),
    ...(data ? trainingParts(parts, options, data) : []),
    numbersFunction,
    loadFunction(parts.model),
    ...askingFunctions(options),
    ...(data ? [["if __name__ == '__main__':", '    main()']] : []),
  ]
  const own = functions.lines.join('\n').trimEnd()
  const sections = [...(own ? [[own]] : []), ...body].map((lines) => lines.join('\n'))
  return `${[heading(title, precision, data !== undefined), ...sections].join('\n\n\n')}\n`
}

/** Rows of lists that PyTorch has as one operation. */
const reduces = (row: Row): boolean => reductionName(row) !== undefined || row === ops.pick

function partsOf(f: Traceable, options: PyTorchOptions): Parts {
  const parameters = namedParameters(options.parameters ?? [])
  const model = tensorProgramOf(f, { ...options, parameters, changing: 'parameters', reduces })
  const kinds = model.loops.inputs.map(({ kind }) => kind)
  const names = model.inputs.map(({ name }) => variableName(name))
  const { loss, target = 'number' } = options
  if (loss === undefined) return { model, loss: undefined, kinds, names }
  const width = model.outputs ?? 1
  const values = new Set(parameters.flatMap((own) => own.values))
  const criterion = tensorProgramOf((outputs: Value[], y: Value) => loss(outputs, y), {
    inputs: [{ length: width }, target],
    names: ['outputs', 'y'],
    parameters: [],
    changing: 'nothing',
    reduces,
  })
  if (criterion.loops.leaves.some(({ leaf }) => values.has(leaf)))
    throw new TypeError(
      'the loss reads parameters: let f return the loss itself, and give no loss.',
    )
  return { model, loss: criterion, kinds: [...kinds, target], names: [...names, 'y'] }
}

function heading(title: string, precision: 'f64' | 'f32', trains: boolean): string {
  const uses = trains
    ? ['import base64', 'import math', 'import os', 'import random']
    : ['import base64', 'import math']
  return [
    `"""${remark(title)}"""`,
    '',
    ...uses,
    '',
    'import torch',
    'import torch.nn.functional as F',
    'from torch import nn',
    ...(trains
      ? [
          'from torch import distributed as dist',
          'from torch.nn.parallel import DistributedDataParallel as DDP',
        ]
      : []),
    '',
    `torch.set_default_dtype(torch.${precision === 'f64' ? 'float64' : 'float32'})`,
  ].join('\n')
}

function weightsFunction({ parameters }: TensorProgram, { tree }: ModuleText): string[] {
  return [
    'def weights():',
    '    """The weights as they were exported, by their names in the state dictionary."""',
    '    return {',
    ...parameters.map(
      (tensor) =>
        `        '${tree.keys.get(tensor)}': ${tensorText(tensor.numbers, tensor.shape)},`,
    ),
    '    }',
  ]
}

function trainingParts(parts: Parts, options: PyTorchOptions, data: TrainingData): string[][] {
  const { model, kinds, names } = parts
  const { l2 = 0 } = options
  const optimizer = options.optimizer ?? descent
  const read = new Set(model.statements.flatMap(({ value }) => [...tensorsIn(value)]))
  tensorsIn(model.output, read)
  const schedule = options.schedule ?? optimizer.schedule
  const { learningRate } = optimizer
  const rates =
    typeof learningRate === 'function'
      ? Array.from({ length: stepsOf(data) }, (_, k) => learningRate(k))
      : []
  const { made, lines } = optimizerText(optimizer)
  const loop = trainingLines({
    inputs: names,
    hasLoss: parts.loss !== undefined,
    optimizer: made,
    decay: l2,
    unused: model.parameters.some((tensor) => !read.has(tensor)),
  })
  return [
    dataFunctions(data, kinds, names),
    scheduleFunction(schedule, rates),
    ...(lines.length > 0 ? [[...lines]] : []),
    ...(l2 > 0 ? [penaltyLines(l2)] : []),
    loop,
  ]
}

const descent: OptimizerRule = {
  name: 'sgd',
  settings: {},
  schedule: { name: 'constant', rate: 0.01 },
  learningRate: 0.01,
  slots: 0,
  update: (m, { parameter, gradient, learningRate }) => ({
    parameter: m.sub(parameter, m.mul(learningRate, gradient)),
    state: [],
  }),
}

/** For who imports the file: the model as it was exported. */
function loadFunction({ parameters }: TensorProgram): string[] {
  return [
    'def load():',
    '    """The model with its weights."""',
    '    model = Model()',
    ...(parameters.length > 0 ? ['    model.load_state_dict(weights())'] : []),
    '    return model',
  ]
}

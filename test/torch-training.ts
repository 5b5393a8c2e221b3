/** Trainings of exported programs: what we compute, and the text that PyTorch runs. */
import { type Algebra, Random, type Value } from 'chainrule'
import { compile } from 'chainrule/compile'
import { batches as dealt } from 'chainrule/data'
import { toPyTorch, type TrainingData } from 'chainrule/interop'
import {
  Adam,
  AdamW,
  cosine,
  linear,
  Optimizer,
  RMSprop,
  SGD,
  stepDecay,
  type Update,
  warmUp,
} from 'chainrule/optim'
import { byName, columnsOf, type Exported } from './exported.ts'

/** Sign descent with a memory: a rule that PyTorch has no class for. */
class Careful extends Optimizer {
  readonly name = 'careful'
  readonly settings = {}
  readonly slots = 1
  update<T>(m: Algebra<T>, { parameter, gradient, state, learningRate, step }: Update<T>) {
    const mean = m.add(m.mul(0.9, state[0]!), m.mul(0.1, gradient))
    const unbiased = m.div(mean, m.sub(1, m.pow(0.9, step)))
    return { parameter: m.sub(parameter, m.mul(learningRate, m.tanh(unbiased))), state: [mean] }
  }
}

const optimizers: Record<string, (leaves: Value[]) => Optimizer> = {
  moons: (p) => new Adam(p, { learningRate: cosine(0.02, 0.001, 100) }),
  digits: (p) => new SGD(p, { learningRate: warmUp(0.1, 10), momentum: 0.9 }),
  iris: (p) => new RMSprop(p, { learningRate: 0.005, alpha: 0.9, weightDecay: 1e-3 }),
  'shared weights': (p) => new AdamW(p, { learningRate: linear(0.02, 0.001, 80) }),
  'a custom operation': (p) =>
    new SGD(p, { learningRate: stepDecay(0.05, 0.5, 30), momentum: 0.8, nesterov: true }),
  'a skip connection': (p) => new Adam(p, { weightDecay: 1e-3, betas: [0.8, 0.99] }),
  'an attention head': (p) => new Adam(p, { learningRate: warmUp(cosine(0.03, 0.001, 80), 20) }),
  'a physics residual': (p) => new Careful(p, (step) => 0.01 / (1 + step / 50)),
}

const steps = 100
const batchSize = 16

/** 100 steps of passes in random order, as `fit` takes them. */
function order(count: number, seed: number): number[][] {
  const random = new Random(seed)
  const all: number[][] = []
  while (all.length < steps) all.push(...dealt(count, batchSize, random))
  return all
}

type Vary = (...x: Value[]) => Value[]
type Columns = (number[] | number[][])[]

/** The loss of one example as one function of all its numbers. */
const lossOf =
  ({ forward, loss }: Exported) =>
  (...x: Value[]): Value =>
    loss((forward as Vary)(...x.slice(0, -1)), x.at(-1)!)

/** The loss before each step, and the gradient of the first by name, by compiled kernels. */
export async function ours(program: Exported): Promise<{ curve: number[]; gradient: Gradient }> {
  const { inputs, target, leaves, parameters, y, title } = program
  const f = lossOf(program) as (x: unknown) => Value
  const columns: Columns = [...columnsOf(program), [...y]]
  const at = (batch: readonly number[]): Columns =>
    columns.map((column) => batch.map((i) => column[i]!) as number[])
  const options = { inputs: [...inputs, target], parameters: leaves }
  const all = order(y.length, 3)
  const once = await compile(f, options)
  once(...at(all[0]!))
  const gradient = Object.fromEntries(
    Object.entries(byName(parameters)).map(([name, own]) => [name, own.map((leaf) => leaf.grad)]),
  )
  once.dispose()
  const step = await compile(f, { ...options, optimizer: optimizers[title]!(leaves) })
  const curve = all.slice(0, steps).map((batch) => step(...at(batch)).loss)
  step.dispose()
  return { curve, gradient }
}

export type Gradient = Record<string, readonly number[]>

/** As a model with a loss of its outputs, or as one function that returns the loss. */
export function exported(program: Exported, whole: boolean): string {
  const { title, forward, loss, inputs, target, leaves, parameters, y } = program
  const explicit = title === 'a physics residual'
  const data: TrainingData = {
    columns: [...columnsOf(program), y],
    ...(explicit
      ? { batches: order(y.length, 3).slice(0, steps) }
      : { epochs: Math.ceil(steps / Math.ceil(y.length / batchSize)), batchSize, seed: 3 }),
  }
  const optimizer = optimizers[title]!(leaves)
  const common = { parameters, optimizer, data, title }
  if (!whole) return toPyTorch(forward as never, { ...common, inputs, loss, target })
  return toPyTorch(lossOf(program), { ...common, inputs: [...inputs, target] })
}

/** The losses that a program prints. */
export const curveOf = (printed: string): number[] =>
  [...printed.matchAll(/loss (\S+)/g)].map(([, x]) => Number(x)).slice(0, steps)

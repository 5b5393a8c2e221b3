/**
 * Kernels in single precision against double, within bounds derived for each number (`rounding.ts`). Runs
 * wherever JavaScript does.
 */
import { type Value, value } from 'chainrule'
import { compile } from 'chainrule/compile'
import { Adam, AdamW, RMSprop, SGD } from 'chainrule/optim'
import { Bounds, Comparison } from './bounds.ts'
import { randomProgram, run } from './programs.ts'
import { compiled, lossOf, type RandomNetwork, randomNetwork } from './random-network.ts'

/** What is further off than its bound, in words, and how the rest compares. */
export interface Judged {
  readonly wrong: string[]
  readonly comparison: Comparison
}

/** Functions of a few numbers, with their gradients. */
export const programsInSingle = (from: number, to: number): Promise<Judged> =>
  judged(from, to, async (seed, comparison) => {
    const program = randomProgram(seed)
    const f = (...x: Value[]): Value => run(program, x)
    const kernel = await compile(f, {
      inputs: program.inputs.length,
      precision: 'f32',
      check: false,
    })
    const got = kernel(...program.inputs)
    kernel.dispose()
    const leaves = program.inputs.map((x) => value(x))
    const bounds = new Bounds()
    const wanted = bounds.ofMean([f(...leaves)], leaves)
    return comparison.wrong([got.value, ...got.gradient], wanted, bounds)
  })

/** The same as losses, by loop nests: what was an input is a parameter. */
export const lossesInSingle = (from: number, to: number): Promise<Judged> =>
  judged(from, to, async (seed, comparison) => {
    const program = randomProgram(seed)
    const leaves = program.inputs.map((x) => value(x))
    const bounds = new Bounds()
    const y = run(program, leaves)
    const wanted = bounds.ofMean([y.add(0.5), y.add(-0.1), y.add(2)], leaves)
    const step = await compile((x: Value) => run(program, leaves).add(x), {
      inputs: ['number'],
      parameters: leaves,
      precision: 'f32',
      check: false,
    })
    const { loss } = step([0.5, -0.1, 2])
    const got = [loss, ...leaves.map((leaf) => leaf.grad)]
    step.dispose()
    return comparison.wrong(got, wanted, bounds)
  })

/** Networks of odd sizes: loss and every gradient, and every output. */
export const networksInSingle = (from: number, to: number): Promise<Judged> =>
  judged(from, to, async (seed, comparison) => {
    const network = randomNetwork(seed)
    const { X, model, parameters } = network
    const bounds = new Bounds()
    const ofStep = bounds.ofMean(lossesOf(network), parameters)
    const ofOutputs = bounds.of(X.flatMap((x) => model.forward(x)))
    const { step, outputs } = await compiled(network, 'f32')
    return [
      ...comparison.wrong(step, ofStep, bounds),
      ...comparison.wrong(outputs, ofOutputs, bounds),
    ].map((what) => `${network.name}: ${what}`)
  })

const optimizers = [
  (p: readonly Value[]) => new SGD(p, { learningRate: 0.1, momentum: 0.9, nesterov: true }),
  (p: readonly Value[]) => new Adam(p, { learningRate: 0.02, weightDecay: 0.01 }),
  (p: readonly Value[]) => new AdamW(p, { learningRate: 0.02 }),
  (p: readonly Value[]) => new RMSprop(p, { learningRate: 0.01 }),
]

/** The same networks after a step of an optimizer: every parameter. */
export const stepsInSingle = (from: number, to: number): Promise<Judged> =>
  judged(from, to, async (seed, comparison) => {
    const network = randomNetwork(seed)
    const { X, y, parameters, classes } = network
    const optimizer = optimizers[seed % optimizers.length]!(parameters)
    const bounds = new Bounds()
    const wanted = bounds.ofStep(lossesOf(network), optimizer)
    const step = await compile((x: Value[], target: Value) => lossOf(network)(x, target), {
      inputs: [{ length: X[0]!.length }, classes ? 'index' : 'number'],
      parameters,
      optimizer,
      precision: 'f32',
      check: false,
    })
    step(X, y)
    const got = parameters.map((p) => p.data)
    step.dispose()
    return comparison.wrong(got, wanted, bounds)
  })

/** The loss of each example of a batch; of what they share there is one, as in a kernel. */
function lossesOf({ X, y, own, penalty }: RandomNetwork): Value[] {
  const shared = penalty?.()
  return X.map((x, i) => (shared ? own(x, y[i]!).add(shared) : own(x, y[i]!)))
}

async function judged(
  from: number,
  to: number,
  judge: (seed: number, comparison: Comparison) => Promise<string[]>,
): Promise<Judged> {
  const comparison = new Comparison()
  const wrong: string[] = []
  for (let seed = from; seed < to; seed++)
    for (const what of await judge(seed, comparison)) wrong.push(`${seed}: ${what}`)
  return { wrong, comparison }
}

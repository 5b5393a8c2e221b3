/**
 * Compiled programs against the engine. Runs wherever JavaScript does: in Node, and in a worker of a
 * browser. What comes back is what is wrong.
 */
import { Random, type Value, value, valueAndGrad } from 'chainrule'
import { compile } from 'chainrule/compile'
import { crossEntropy, l2 } from 'chainrule/loss'
import { MLP } from 'chainrule/nn'
import { Adam } from 'chainrule/optim'
import { isIllConditioned, reverse } from './condition.ts'
import { type RandomProgram, randomProgram, run } from './programs.ts'
import { compiled, lossOf, randomNetwork } from './random-network.ts'
import { lossesInSingle, networksInSingle, programsInSingle } from './single-suite.ts'

/**
 * Relative to max(1, |expected|): sums are added in another order, functions rounded otherwise. Single precision
 * has bounds of its own, see `single-suite.ts`.
 */
const tolerance = 1e-10

export function furthest(got: ArrayLike<number>, expected: readonly number[]): number {
  const errors = expected.map((want, i) =>
    Object.is(got[i], want) ? 0 : Math.abs(got[i]! - want) / Math.max(1, Math.abs(want)),
  )
  return errors.some(Number.isNaN) ? Infinity : Math.max(...errors)
}

/** Seeds of programs that disagree, and how many do so because an ulp moves them further. */
export interface Disagreements {
  readonly wrong: readonly number[]
  readonly illConditioned: number
}

/** Functions of a few numbers, with their gradients. */
export function randomPrograms(from: number, to: number): Promise<Disagreements> {
  return disagreements(from, to, async (program) => {
    const f = (...x: Value[]): Value => run(program, x)
    const compiled = await compile(f, { inputs: program.inputs.length, check: false })
    const { value, gradient } = compiled(...program.inputs)
    const expected = valueAndGrad(f)(...program.inputs)
    compiled.dispose()
    return furthest([value, ...gradient], [expected.value, ...expected.gradient])
  })
}

/** The same as losses, by loop nests: what was an input is a parameter. */
export function randomLosses(from: number, to: number): Promise<Disagreements> {
  return disagreements(from, to, async (program) => {
    const leaves = program.inputs.map((x) => value(x))
    const f = (x: Value): Value => run(program, leaves).add(x)
    const step = await compile(f, { inputs: ['number'], parameters: leaves, check: false })
    const { loss } = step([0, 0, 0])
    const got = [loss, ...leaves.map((leaf) => leaf.grad)]
    step.dispose()
    return furthest(got, reverse(program))
  })
}

async function disagreements(
  from: number,
  to: number,
  apart: (program: RandomProgram) => Promise<number>,
): Promise<Disagreements> {
  let illConditioned = 0
  const wrong: number[] = []
  for (let seed = from; seed < to; seed++) {
    const program = randomProgram(seed)
    if ((await apart(program)) <= tolerance) continue
    if (isIllConditioned(program, reverse)) illConditioned++
    else wrong.push(seed)
  }
  return { wrong, illConditioned }
}

/** Networks of odd sizes: loss and every gradient, and every output. What is apart, in words. */
export async function randomNetworks(from: number, to: number): Promise<string[]> {
  const apart: string[] = []
  for (let seed = from; seed < to; seed++) apart.push(...(await networkApart(seed)))
  return apart
}

async function networkApart(k: number): Promise<string[]> {
  const network = randomNetwork(k)
  const { name, model, parameters, X, y, lists } = network
  const expected = eagerStep(lossOf(network), parameters, X, y)
  const eager = X.flatMap((x) => model.forward(x).map((v) => v.data))
  const { step, outputs } = await compiled(network, 'f64')
  // A target in single precision is another target: not compared to the last bit of double.
  const bound = lists ? tolerance : 1e-6
  const [ofStep, ofOutputs] = [furthest(step, expected), furthest(outputs, eager)]
  return [
    ...(ofStep < bound ? [] : [`${name}: step off by ${ofStep}`]),
    ...(ofOutputs < tolerance ? [] : [`${name}: outputs off by ${ofOutputs}`]),
  ]
}

/** What trainings on some threads come to. */
export interface Shared {
  /** Threads in effect. */
  readonly threads: number
  /** Every weight is where one thread takes it, but for rounding. */
  readonly near: boolean
  /** The same training again ends with the same bits. */
  readonly repeats: boolean
  /** No other bits than those of one thread: nothing was shared. */
  readonly alone: boolean
}

/** Ten steps on batches of 2,000, 385 and 3 examples, on so many threads. */
export async function onThreads(threads: number): Promise<Shared> {
  const [one, some, again] = [
    await trainedOn(1),
    await trainedOn(threads),
    await trainedOn(threads),
  ]
  return {
    threads: some.threads,
    near: furthest(some.weights, one.weights) < 1e-12,
    repeats: some.weights.every((w, i) => w === again.weights[i]),
    alone: some.weights.every((w, i) => w === one.weights[i]),
  }
}

async function trainedOn(threads: number): Promise<{ weights: number[]; threads: number }> {
  const random = new Random(3)
  const model = new MLP(9, [24, 3], { activation: 'tanh', random })
  const parameters = model.parameters()
  const X = Array.from({ length: 2000 }, () =>
    Array.from({ length: 9 }, () => random.uniform(-1, 1)),
  )
  const y = X.map((x) => (x[0]! > x[1]! ? 1 : x[2]! > 0 ? 2 : 0))
  const optimizer = new Adam(parameters, { learningRate: 0.01 })
  const inputs = [{ length: 9 }, 'index'] as const
  const loss = (x: Value[], label: Value): Value =>
    crossEntropy(model.forward(x), label).add(l2(parameters, 0.01))
  const step = await compile(loss, { inputs, parameters, optimizer, threads })
  for (let k = 0; k < 10; k++) {
    const size = [2000, 385, 3][k % 3]!
    step(X.slice(0, size), y.slice(0, size))
  }
  const weights = parameters.map((p) => p.data)
  step.dispose()
  return { weights, threads: step.threads }
}

/** The mean loss and every gradient, one example at a time. */
export function eagerStep(
  f: (x: readonly number[], y: number) => Value,
  parameters: readonly Value[],
  X: readonly (readonly number[])[],
  y: readonly number[],
): number[] {
  for (const p of parameters) p.grad = 0
  let loss = 0
  X.forEach((x, i) => {
    const term = f(x, y[i]!)
    loss += term.data / X.length
    term.div(X.length).backward()
  })
  return [loss, ...parameters.map((p) => p.grad)]
}

/** All of it, for a worker of a browser. */
export async function inWorker(): Promise<object> {
  return {
    shared: typeof SharedArrayBuffer === 'function',
    programs: await randomPrograms(0, 60),
    losses: await randomLosses(0, 20),
    networks: await randomNetworks(0, 28),
    single: [
      (await programsInSingle(0, 30)).wrong,
      (await lossesInSingle(0, 10)).wrong,
      (await networksInSingle(0, 14)).wrong,
    ],
    threads: await onThreads(3),
  }
}

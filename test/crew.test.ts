/** Threads that die: a call that waits for one ends with an error, changes nothing, and the next ones work. */
import { Worker, type WorkerOptions } from 'node:worker_threads'
import { Random, type Value } from 'chainrule'
import { compile, type CompiledStep } from 'chainrule/compile'
import { crossEntropy } from 'chainrule/loss'
import { MLP } from 'chainrule/nn'
import { Adam } from 'chainrule/optim'
import { afterEach, expect, test, vi } from 'vitest'
import { furthest } from './compiled-suite.ts'

const ended =
  /this kernel has ended, in the middle of a call: the parameters are as they were before/
const silent = /this kernel does not answer, in the middle of a call/

/** Threads that are started from now on; to the first one something happens in its 26th order. */
function watched(accident = ''): Worker[] {
  const workers: Worker[] = []
  const builtin = process.getBuiltinModule
  class Watched extends Worker {
    constructor(text: string, options: WorkerOptions) {
      const first = workers.length === 0
      super(first ? text.replace('try {', `if (turn === 26) { ${accident} } try {`) : text, options)
      workers.push(this)
    }
  }
  vi.spyOn(process, 'getBuiltinModule').mockImplementation((name: string) =>
    name === 'node:worker_threads' ? { Worker: Watched } : builtin(name),
  )
  return workers
}

afterEach(() => void vi.restoreAllMocks())

interface Training {
  readonly parameters: readonly Value[]
  readonly train: () => number
  readonly step: CompiledStep
}

/** A step is eleven orders to each of two threads; the first one, which is checked, is twice as many. */
async function training(threads: number): Promise<Training> {
  const random = new Random(3)
  const model = new MLP(9, [48, 3], { activation: 'tanh', random })
  const parameters = model.parameters()
  const X = Array.from({ length: 4000 }, () => Array.from({ length: 9 }, () => random.random()))
  const y = X.map((x) => (x[0]! > x[1]! ? 1 : 0))
  const step = await compile((x, label) => crossEntropy(model.forward(x), label), {
    inputs: [{ length: 9 }, 'index'],
    parameters,
    optimizer: new Adam(parameters, { learningRate: 0.01 }),
    threads,
  })
  return { parameters, step, train: () => step(X, y).loss }
}

const weights = ({ parameters }: Training): number[] => parameters.map((p) => p.data)
const soon = (): Promise<void> => new Promise((done) => setTimeout(done, 300))

/** Makes the clock run, until a call has lost its patience. */
function hasten(): void {
  const now = performance.now.bind(performance)
  const start = now()
  vi.spyOn(performance, 'now').mockImplementation(() => start + 1e5 * (now() - start))
}

/** Steps on three threads, of which one is lost in the second step. */
async function expectRecovery(
  accident: string,
  error: RegExp,
  breaks?: (threads: readonly Worker[]) => void,
): Promise<void> {
  const workers = watched(accident)
  const [some, alone] = [await training(3), await training(1)]
  expect(some.train()).toBeCloseTo(alone.train(), 12)
  const before = weights(some)
  breaks?.(workers)
  expect(some.train).toThrow(error)
  vi.mocked(performance.now).mockRestore?.()
  expect(weights(some)).toEqual(before)
  expect(some.train()).toBeCloseTo(alone.train(), 12) // by one thread: new ones need time to start
  await soon()
  expect(workers.length).toBe(4)
  for (let k = 0; k < 2; k++) expect(some.train()).toBeCloseTo(alone.train(), 12)
  expect(furthest(weights(some), weights(alone))).toBeLessThan(1e-9)
  some.step.dispose()
  alone.step.dispose()
}

test('process.exit in a thread', () => expectRecovery('process.exit(3)', ended))

test('an uncaught exception in a thread', () =>
  expectRecovery('throw new Error("an accident")', ended))

test('terminate() just before a call', () =>
  expectRecovery('', ended, ([, second]) => void second!.terminate()))

test('a thread that does not answer, when the clock has run on', () =>
  expectRecovery('for (;;);', silent, hasten))

test('the same where a caller may not sleep, as on a page', () =>
  expectRecovery('for (;;);', silent, () => {
    hasten()
    vi.spyOn(Atomics, 'wait').mockImplementation(() => {
      throw new TypeError('Atomics.wait cannot be called in this context')
    })
  }))

test('dispose() ends the threads of a kernel without parameters too', async () => {
  const workers = watched()
  const predict = await compile((x: Value) => [x.sin()], { inputs: ['number'], threads: 3 })
  expect(predict.threads).toBe(3)
  const gone = Promise.all(
    workers.map((worker) => new Promise((done) => worker.once('exit', done))),
  )
  predict.dispose()
  expect(await gone).toHaveLength(2)
})

test('terminate() long before a call, and a call by a kernel over the same parameters', async () => {
  const workers = watched()
  const some = await training(3)
  await workers[0]!.terminate()
  expect(some.train).toThrow(ended)
  const twice = await compile((x: Value) => [x.mul(some.parameters[0]!)], {
    inputs: ['number'],
    parameters: some.parameters,
  })
  expect(twice([2])[0]![0]).toBeCloseTo(2 * some.parameters[0]!.data, 12)
  await soon()
  expect(some.train()).toBeGreaterThan(0)
  expect(workers.length).toBe(4)
  twice.dispose()
  some.step.dispose()
})

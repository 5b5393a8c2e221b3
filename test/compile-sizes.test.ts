/** Batches of every length: kernels and memory stay bounded, and results are those of kernels made for them alone. */
import { Random, sum, type Value } from 'chainrule'
import {
  compile,
  type CompiledPredict,
  type CompiledStep,
  type CompileOptions,
} from 'chainrule/compile'
import { crossEntropy } from 'chainrule/loss'
import { MLP } from 'chainrule/nn'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { Store } from '../src/compile/store.ts'
import { Vacancies } from '../src/compile/vacancies.ts'
import * as webassembly from '../src/compile/webassembly.ts'

vi.mock('../src/compile/webassembly.ts', { spy: true })
const linked = (): number => vi.mocked(webassembly.instantiate).mock.calls.length

afterEach(() => void vi.clearAllMocks())

const random = new Random(8)
const X = Array.from({ length: 1000 }, () => Array.from({ length: 3 }, () => random.uniform(-1, 1)))
const y = X.map(([a, b]) => (a! > b! ? 1 : 0))

interface Kernels {
  readonly parameters: readonly Value[]
  readonly step: CompiledStep
  readonly predict: CompiledPredict
}

/** A step that changes nothing, so that each size finds the same parameters; of a size that pays with threads. */
async function kernels(
  options: Partial<CompileOptions> = {},
  hidden = options.threads === 3 ? [24, 24] : [4],
): Promise<Kernels> {
  const model = new MLP(3, [...hidden, 2], { activation: 'tanh', random: new Random(1) })
  const parameters = model.parameters()
  const step = await compile((x: Value[], label: Value) => crossEntropy(model.forward(x), label), {
    inputs: [{ length: 3 }, 'index'],
    parameters,
    ...options,
  })
  const predict = await compile((x: Value[]) => model.forward(x), {
    inputs: [{ length: 3 }],
    parameters,
  })
  return { parameters, step, predict }
}

/** Everything that comes of a batch. */
function results({ parameters, step, predict }: Kernels, size: number): number[] {
  const rows = X.slice(0, size)
  const { loss } = step(rows, y.slice(0, size))
  return [loss, ...parameters.map((p) => p.grad), ...predict(rows).flat()]
}

/** A kernel that has seen one size only. */
async function fresh(size: number, options: Partial<CompileOptions>): Promise<number[]> {
  const own = await kernels(options)
  const found = results(own, size)
  end(own)
  return found
}

function end({ step, predict }: Kernels): void {
  step.dispose()
  predict.dispose()
}

const memoryOf = (parameters: readonly Value[]): number =>
  Store.for(parameters).memory.buffer.byteLength

describe('batches of 1 to 1,000 examples', () => {
  test.each([
    ['f64', 1, 65],
    ['f32', 1, 33],
    ['f64', 3, 65],
  ] as const)('in %s, threads: %i', async (precision, threads, sizes) => {
    const all = await kernels({ precision, threads })
    const found = X.map((_, i) => results(all, i + 1))
    expect(linked()).toBeLessThanOrEqual(4 * sizes + 2 * (threads - 1)) // two modules each, and what gathers sums
    const memory = memoryOf(all.parameters)
    const before = linked()
    for (let i = 0; i < 300; i++) {
      const size = 1 + Math.floor(random.random() * 1000)
      expect(results(all, size)).toEqual(found[size - 1])
    }
    expect(linked()).toBe(before)
    expect(memoryOf(all.parameters)).toBe(memory)
    for (const size of [1, 2, 3, 127, 128, 129, 255, 383, 385, 641, 1000])
      expect(found[size - 1]).toEqual(await fresh(size, { precision, threads }))
    end(all)
  })
})

/** A function of many numbers: of 4,000, its kernel for 128 examples takes 8 MB. */
const wide = (x: readonly Value[]): Value =>
  sum(x.map((v) => v.mul(v).add(0.5).mul(v).add(0.25).mul(v).add(0.125).mul(v)))
const long = new Float64Array(12_000 * 256).map(() => random.uniform(-1, 1))

async function heavy(threads: number, width: number) {
  const parameters = new MLP(1, [1]).parameters()
  const predict = await compile((x: Value[]) => [wide(x).add(parameters[1]!)], {
    inputs: [{ length: width }],
    parameters,
    threads,
  })
  const at = (side: number): number[] =>
    predict(long.subarray(0, side * threads * width)).map(([out]) => out!)
  return { parameters, predict, at }
}

describe.each([1, 2])('kernels that together would be heavy, threads: %i', (threads) => {
  test('leave in the order in which they were needed last, and their memory to others', async () => {
    const { parameters, predict, at } = await heavy(threads, 4000)
    const sides = Array.from({ length: 33 }, (_, i) => 128 - 3 * i)
    const found = new Map(sides.map((side) => [side, at(side)]))
    const memory = (): number => memoryOf(parameters) / 1e6 / threads
    expect(memory()).toBeLessThan(80) // all of them have 170 MB
    for (let i = 0; i < 40; i++) {
      const side = sides[Math.floor(random.random() * sides.length)]!
      expect(at(side)).toEqual(found.get(side))
    }
    expect(memory()).toBeLessThan(90)
    predict.dispose()
  })

  test('are made once for the sizes of an epoch', async () => {
    const { predict, at } = await heavy(threads, 12_000)
    const epoch = (): void => [128, 128, 125, 97, 96].forEach((side) => void at(side))
    epoch()
    const before = linked()
    for (let i = 0; i < 5; i++) epoch()
    expect(linked()).toBe(before)
    predict.dispose()
  })
})

test('where memory cannot grow, a kernel takes the place of the others', async () => {
  const { parameters, predict, at } = await heavy(1, 4000)
  const [all, half] = [at(128), at(64)]
  const { memory } = Store.for(parameters)
  const grow = vi.spyOn(memory, 'grow').mockImplementation(() => {
    throw new RangeError('no more pages')
  })
  for (const side of [120, 96, 100]) expect(at(side)).toEqual(all.slice(0, side))
  expect(at(64)).toEqual(half)
  expect(at(128)).toEqual(all)
  expect(() => predict(long.subarray(0, 4000 * 129))).not.toThrow()
  grow.mockRestore()
  predict.dispose()
})

test('a kernel that had no room leaves the parameters as they were', async () => {
  const parameters = new MLP(1, [1]).parameters()
  const options = { inputs: [{ length: 2 }], parameters }
  const f = (x: Value[]): Value[] => [sum(x).mul(parameters[0]!)]
  const { allocate } = Store.prototype
  const spied = vi.spyOn(Store.prototype, 'allocate').mockImplementation(function (this: Store, n) {
    if (spied.mock.calls.length > 2) throw new RangeError('no more memory') // after data and gradient
    return allocate.call(this, n)
  })
  await expect(compile(f, options)).rejects.toThrow('no more memory')
  spied.mockRestore()
  const predict = await compile(f, { ...options, precision: 'f32' })
  expect(predict([[1, 2]])[0]![0]).toBeCloseTo(3 * parameters[0]!.data, 6)
  predict.dispose()
})

test('what is disposed of leaves its memory to kernels over the same parameters', async () => {
  const all = await kernels({}, [100])
  const expected = results(all, 300)
  const sizes: number[] = []
  for (let k = 0; k < 200; k++) {
    const { predict, ...rest } = all
    const once = (): Value => sum(rest.parameters.map((p) => p.exp().sin()))
    const other = await compile((x: Value[]) => [sum(x).mul(once()), ...rest.parameters], {
      inputs: [{ length: 3 }],
      parameters: rest.parameters,
    })
    other(X.slice(0, 100))
    other.dispose()
    sizes.push(memoryOf(rest.parameters))
    if (k % 50 === 0) expect(results(all, 300)).toEqual(expected)
    expect(predict(X.slice(0, 1))).toHaveLength(1)
  }
  expect(new Set(sizes).size).toBe(1)
  end(all)
})

test('memory that was given back is joined to what is vacant beside it, and taken again', () => {
  const vacancies = new Vacancies()
  expect(vacancies.take(16)).toBeUndefined()
  for (const start of [64, 0, 32]) vacancies.give(start, 16)
  expect(vacancies.take(32)).toBeUndefined()
  vacancies.give(16, 16) // now 0 to 48, and 64 to 80
  expect(vacancies.take(64)).toBeUndefined()
  vacancies.give(48, 16)
  expect(vacancies.take(64)).toBe(0)
  expect(vacancies.take(16)).toBe(64)
  expect(vacancies.take(16)).toBeUndefined()
})

/** Compiled programs in numbers, and what a long life leaves behind. */
import { compile } from 'chainrule/compile'
import { meanSquaredError } from 'chainrule/loss'
import { MLP } from 'chainrule/nn'
import { Adam } from 'chainrule/optim'
import { Random } from 'chainrule'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { randomLosses, randomNetworks, randomPrograms } from '../compiled-suite.ts'

test('2,000 random programs, compiled in f64, agree with eager', async () => {
  const functions = await randomPrograms(0, 1200)
  const losses = await randomLosses(1200, 1600)
  const apart = await randomNetworks(0, 400)
  console.log(
    `compiled: 2,000 random programs, ${functions.illConditioned + losses.illConditioned} ` +
      'ill-conditioned and not equal',
  )
  expect([...functions.wrong, ...losses.wrong, ...apart]).toEqual([])
  expect(functions.illConditioned + losses.illConditioned).toBeLessThan(100)
})

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

test('100,000 steps leave nothing behind', async () => {
  const model = new MLP(2, [8, 1], { activation: 'tanh', random: new Random(1) })
  const optimizer = new Adam(model.parameters(), { learningRate: 1e-4 })
  const step = await compile((x, y) => meanSquaredError(model.forward(x), y), {
    inputs: [{ length: 2 }, 'number'],
    parameters: model.parameters(),
    optimizer,
  })
  const X = Float64Array.from({ length: 64 }, (_, i) => Math.sin(i))
  const y = Float64Array.from({ length: 32 }, (_, i) => Math.cos(i))
  const steps = (n: number): number => {
    for (let k = 0; k < n; k++) step(X, y)
    for (let k = 0; k < 5; k++) collect()
    const { heapUsed, external, arrayBuffers } = process.memoryUsage()
    return heapUsed + external + arrayBuffers
  }
  steps(1000)
  const before = steps(1000)
  const after = steps(100_000)
  console.log(`memory before ${before}, after 100,000 steps ${after}`)
  expect(after - before).toBeLessThan(200_000)
  step.dispose()
})

test('compiling and disposing a thousand times leaves nothing behind', async () => {
  const model = new MLP(2, [8, 1], { activation: 'tanh', random: new Random(1) })
  const used = async (n: number): Promise<number> => {
    for (let k = 0; k < n; k++) {
      const step = await compile((x, y) => meanSquaredError(model.forward(x), y), {
        inputs: [{ length: 2 }, 'number'],
        parameters: model.parameters(),
      })
      step([[1, 2]], [3])
      step.dispose()
    }
    for (let k = 0; k < 5; k++) collect()
    await new Promise((done) => setTimeout(done, 50))
    const { heapUsed, external, arrayBuffers } = process.memoryUsage()
    return heapUsed + external + arrayBuffers
  }
  await used(100)
  const before = await used(100)
  const after = await used(1000)
  console.log(`memory before ${before}, after compiling 1,000 times ${after}`)
  expect(after - before).toBeLessThan(3_000_000)
})

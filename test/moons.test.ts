import { readFileSync } from 'node:fs'
import { sum } from 'chainrule'
import { compile } from 'chainrule/compile'
import { l2, maxMargin } from 'chainrule/loss'
import { MLP } from 'chainrule/nn'
import { SGD } from 'chainrule/optim'
import { fit } from 'chainrule/train'
import { expect, test } from 'vitest'

interface Moons {
  X: [number, number][]
  y: (-1 | 1)[]
  params: number[]
}

const read = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`golden/${name}`, import.meta.url), 'utf8'))
const { X, y, params } = read('moons.json') as Moons
/** 100 losses of the same training in PyTorch float64; made by `npm run golden`. */
const { losses } = read('moons-curve.json') as { losses: number[] }

function reference(): MLP {
  const model = new MLP(2, [16, 16, 1], { activation: 'relu' })
  model.parameters().forEach((p, i) => {
    p.data = params[i]!
  })
  return model
}

test('the tutorial’s loop by hand follows PyTorch’s loss curve for 100 steps', () => {
  const model = reference()
  const optimizer = new SGD(model.parameters())
  for (let k = 0; k < 100; k++) {
    const scores = X.map((x) => model.forward(x))
    const terms = scores.map((score, i) => maxMargin(score, y[i]!))
    const loss = sum(terms).div(X.length).add(l2(model.parameters(), 1e-4))
    // 1e-9: a hundred steps amplify the rounding of a different order of summation.
    expect(Math.abs(loss.data - losses[k]!)).toBeLessThan(1e-9)
    optimizer.learningRate = 1 - (0.9 * k) / 100
    optimizer.zeroGrad()
    loss.backward()
    optimizer.step()
  }
})

test('compiled, with the optimizer inside, it is the same curve', async () => {
  const model = reference()
  const optimizer = new SGD(model.parameters())
  const step = await compile(
    (x, label) => maxMargin(model.forward(x), label).add(l2(model.parameters(), 1e-4)),
    { inputs: [{ length: 2 }, 'number'], parameters: model.parameters(), optimizer },
  )
  for (let k = 0; k < 100; k++) {
    optimizer.learningRate = 1 - (0.9 * k) / 100
    expect(Math.abs(step(X, y).loss - losses[k]!)).toBeLessThan(1e-9)
  }
})

test('`fit` does the same training, batch by batch', async () => {
  const model = reference()
  const learningRate = Object.assign((k: number) => 1 - (0.9 * k) / 100, {
    settings: { name: 'reference' },
  })
  const optimizer = new SGD(model.parameters(), { learningRate })
  const result = await fit(
    model,
    { X, y },
    { loss: 'maxMargin', optimizer, epochs: 100, batchSize: 100, l2: 1e-4 },
  )
  // fit reports the loss without the l2 term, and its last epoch is the curve's last point.
  expect(result.history).toHaveLength(100)
  const squares = (weights: number[]): number => weights.reduce((total, w) => total + w * w, 0)
  expect(result.history[0]!.loss + 1e-4 * squares(params)).toBeCloseTo(losses[0]!, 9)
  expect(result.evaluation.accuracy).toBe(1)
})

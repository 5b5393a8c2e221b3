/** The tutorial's training loop, written out: a network of Values learns two moons. */
import { sum } from 'chainrule'
import { moons } from 'chainrule/data'
import { l2, maxMargin } from 'chainrule/loss'
import { MLP } from 'chainrule/nn'

const { X, y } = moons(100, { noise: 0.1, seed: 1 })
const model = new MLP(2, [16, 16, 1], { activation: 'relu' })

for (let k = 0; k < 50; k++) {
  const scores = X.map((x) => model.forward(x)[0]!)
  const losses = scores.map((score, i) => maxMargin(score, y[i] === 1 ? 1 : -1))
  const loss = sum(losses).div(X.length).add(l2(model.parameters(), 1e-4))

  model.zeroGrad()
  loss.backward()
  const learningRate = 1 - (0.9 * k) / 50
  for (const p of model.parameters()) p.data -= learningRate * p.grad

  const right = scores.filter((score, i) => score.data > 0 === (y[i] === 1)).length
  if (k % 10 === 9) console.log(`step ${k + 1}: loss ${loss.data.toFixed(4)}, accuracy ${right} %`)
}

// A small network learns two moons: its loss, and what it came to believe.
import { moons } from 'chainrule/data'
import { MLP } from 'chainrule/nn'
import { Adam } from 'chainrule/optim'
import { fit } from 'chainrule/train'
import { plotBoundary, plotLoss } from 'chainrule/view'

const data = moons(300)
const model = new MLP(2, [16, 1], { activation: 'tanh', initialisation: 'xavier' })
const optimizer = new Adam(model.parameters(), { learningRate: 0.05 })
const { history, evaluation } = await fit(model, data, {
  optimizer,
  epochs: 40,
  validation: 0.2,
})

console.log(`accuracy ${((evaluation.accuracy ?? 0) * 100).toFixed(1)} %`)
show(await plotLoss(history))
show(await plotBoundary(model, data))

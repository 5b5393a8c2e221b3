/** npm run bench -- explain: the gradient of one weight in a full moons loss, explained. */
import { Random, sum } from '../dist/index.js'
import { moons } from '../dist/data/index.js'
import { l2, maxMargin } from '../dist/loss/index.js'
import { MLP } from '../dist/nn/index.js'
import { explain } from '../dist/view/index.js'
import { median } from './measure.js'

/** micrograd's loss on as many examples as make about 70,000 Values; its own 100 make 38,281. */
function moonsLoss() {
  const random = new Random(1)
  const model = new MLP(2, [16, 16, 1], { activation: 'relu', random })
  const data = moons(183)
  const losses = data.X.map((x, i) => maxMargin(model.forward(x), data.y[i] === 1 ? 1 : -1))
  const loss = sum(losses).div(losses.length).add(l2(model.parameters(), 1e-4))
  loss.backward()
  return { loss, parameters: model.parameters() }
}

function sizeOf(loss) {
  const seen = new Set([loss])
  for (const v of seen) for (const x of v.inputs) seen.add(x)
  return seen.size
}

/** @returns {Promise<import('./report.js').Report>} */
export async function run() {
  const { loss, parameters } = moonsLoss()
  const cases = [
    { name: 'a weight of the first layer', x: parameters[0] },
    { name: 'a weight of the second layer', x: parameters[60] },
    { name: 'a weight of the last layer', x: parameters.at(-2) },
  ]
  const rows = cases.map(({ name, x }) => {
    const times = []
    let told
    for (let i = 0; i < 15; i++) {
      const start = performance.now()
      told = explain(loss, x)
      String(told)
      times.push(performance.now() - start)
    }
    if (!told.check.passed || Math.abs(told.gradient - x.grad) > 1e-12)
      throw new Error(`${name}: the terms do not add up to the gradient`)
    return { name, ways: told.ways, first: times[0], ms: median(times) }
  })
  const slowest = Math.max(...rows.map(({ ms }) => ms))
  return {
    title: 'Explanations: a gradient as the sum over ways',
    about: [
      `The loss of micrograd's network on 183 moons: ${sizeOf(loss).toLocaleString('en')} Values.`,
      'explain and its text, with the checks against a backward pass and differences.',
    ],
    columns: [
      { key: 'name', title: 'explained' },
      { key: 'ways', title: 'ways' },
      { key: 'first', title: 'first, ms' },
      { key: 'ms', title: 'then, ms' },
    ],
    rows,
    aims: [
      {
        what: 'a weight in the full moons loss, ms',
        aim: 'at most 200',
        got: slowest,
        digits: 0,
        met: slowest <= 200,
      },
    ],
    notes: [],
  }
}

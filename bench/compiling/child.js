/** node child.js SIZES: from a model to the first result of its compiled step, in a fresh process. */
import { compile } from '../../dist/compile/index.js'
import { Random } from '../../dist/index.js'
import { crossEntropy, maxMargin } from '../../dist/loss/index.js'
import { MLP } from '../../dist/nn/index.js'
import { SGD } from '../../dist/optim/index.js'

const [inputs, ...layers] = process.argv[2].split('-').map(Number)
const model = new MLP(inputs, layers, { activation: 'relu', random: new Random(1) })
const parameters = model.parameters()
const optimizer = new SGD(parameters)
const classes = layers.at(-1) > 1
const loss = classes ? crossEntropy : maxMargin
const X = [Array.from({ length: inputs }, (_, i) => Math.sin(i))]

const start = performance.now()
const step = await compile((x, y) => loss(model.forward(x), y), {
  inputs: [{ length: inputs }, classes ? 'index' : 'number'],
  parameters,
  optimizer,
  precision: 'f32',
})
const compiled = performance.now()
step(X, [1])
const first = performance.now()

const { grouping, before, each, after } = step.program
console.log(
  JSON.stringify({
    parameters: parameters.length,
    scalars: grouping.scalars,
    groups: grouping.groups.length,
    nests: before.length + each.length + after.length,
    compile: compiled - start,
    first: first - compiled,
    bytes: step.binary(1).length,
    memory: process.resourceUsage().maxRSS / 1024,
  }),
)

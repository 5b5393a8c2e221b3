/**
 * node child.js SIZES|recurrence-STEPS [collected]: from a model and its data to the first result of its
 * compiled step, in a fresh process; then the same again with another model. Collected: the garbage of
 * loading modules and making model and data is cleared away before (needs --expose-gc).
 */
// Imported, as Node would else load it right before the clock starts, and its garbage would be measured.
import { performance } from 'node:perf_hooks'
import { compile } from '../../dist/compile/index.js'
import { digits, moons } from '../../dist/data/index.js'
import { Random, value } from '../../dist/index.js'
import { crossEntropy, maxMargin } from '../../dist/loss/index.js'
import { MLP } from '../../dist/nn/index.js'
import { SGD } from '../../dist/optim/index.js'

/** What a network of so many inputs learns from: rows of numbers, drawn where there is no data set of that width. */
function rowsOf(inputs) {
  if (inputs === 2) return moons(100, { noise: 0.1, seed: 1 }).X
  if (inputs === 64) return digits().X
  const random = new Random(2)
  return Array.from({ length: 100 }, () => Array.from({ length: inputs }, () => random.random()))
}

/** A dense network and its loss. */
function network([inputs, ...layers]) {
  const model = new MLP(inputs, layers, { activation: 'relu', random: new Random(1) })
  const classes = layers.at(-1) > 1
  const loss = classes ? crossEntropy : maxMargin
  return {
    inputs,
    target: classes ? 'index' : 'number',
    parameters: model.parameters(),
    f: (x, y) => loss(model.forward(x), y),
  }
}

/** One unit that reads a number and itself, again and again: as many groups as operations. */
function recurrence(steps) {
  const parameters = [0.5, 0.1, -0.3].map((x) => value(x))
  const [own, start, other] = parameters
  const f = (x, y) => {
    let h = start
    for (let t = 0; t < steps; t++)
      h = own
        .mul(h)
        .add(other.mul(x[t % x.length]))
        .tanh()
    return h.sub(y).pow(2)
  }
  return { inputs: 8, target: 'number', parameters, f }
}

const [name, ...rest] = process.argv[2].split('-')
const programOf = () =>
  name === 'recurrence' ? recurrence(Number(rest[0])) : network([name, ...rest].map(Number))

/** Milliseconds until a program is compiled, and from there to its first result. */
async function compiled({ f, inputs, target, parameters }, X) {
  const optimizer = new SGD(parameters)
  const start = performance.now()
  const step = await compile(f, {
    inputs: [{ length: inputs }, target],
    parameters,
    optimizer,
    precision: 'f32',
  })
  const middle = performance.now()
  step(X, [1])
  return { step, compile: middle - start, first: performance.now() - middle }
}

const program = programOf()
const X = rowsOf(program.inputs).slice(0, 1)
if (process.argv[3] === 'collected') globalThis.gc()
const { step, compile: compiling, first } = await compiled(program, X)
const { grouping, before, each, after } = step.program
const facts = {
  parameters: program.parameters.length,
  scalars: grouping.scalars,
  groups: grouping.groups.length,
  nests: before.length + each.length + after.length,
  compile: compiling,
  first,
  bytes: step.binary(1).length,
  memory: process.resourceUsage().maxRSS / 1024,
}
step.dispose()
const again = await compiled(programOf(), X)
console.log(JSON.stringify({ ...facts, again: again.compile + again.first }))

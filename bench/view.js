/**
 * npm run bench -- view: pictures of graphs of 200 Values to a million, from the Value to the SVG text.
 * The first picture of all loads the layout engine.
 */
import { Random, sum, value } from '../dist/index.js'
import { MLP } from '../dist/nn/index.js'
import { toSvg } from '../dist/view/index.js'
import { median } from './measure.js'

/** A program of about `size` Values without modules, every one of which is drawn. */
function program(size) {
  const random = new Random(1)
  const recent = [value(1, 'a'), value(-2, 'b'), value(3, 'c')]
  const latest = () => recent[recent.length - 1 - random.randint(0, Math.min(7, recent.length - 1))]
  for (let made = recent.length; made < size - 1; made++)
    recent.push(made % 3 === 0 ? latest().tanh() : latest().mul(latest()))
  return sum(recent.slice(-40))
}

/** micrograd's step of training: an MLP 2-16-16-1, hinge losses of `batch` examples, a penalty. */
function step(batch) {
  const random = new Random(1)
  const model = new MLP(2, [16, 16, 1], { random })
  const losses = Array.from({ length: batch }, (_, i) => {
    const [score] = model.forward([random.uniform(-1, 1), random.uniform(-1, 1)])
    return score
      .mul(i % 2 === 0 ? 1 : -1)
      .neg()
      .add(1)
      .relu()
  })
  const penalty = sum(model.parameters().map((p) => p.mul(p))).mul(1e-4)
  return sum(losses)
    .mul(1 / batch)
    .add(penalty)
}

/** A chain of two kinds of operations: no modules, and no two alike to put together. */
function chain(size) {
  let y = value(1, 'x')
  for (let made = 1; made < size; made += 2) y = y.tanh().sin()
  return y
}

const cases = [
  {
    name: '200 Values, all drawn',
    make: () => program(200),
    options: { open: 'all' },
    aim: 100,
    runs: 15,
  },
  {
    name: '2,000 Values, all drawn',
    make: () => program(2000),
    options: { open: 'all' },
    aim: 1000,
    runs: 7,
  },
  { name: 'a step of 20,000 Values', make: () => step(50), options: {}, aim: 300, runs: 9 },
  { name: 'a step of a million', make: () => step(2650), options: {}, aim: 5000, runs: 2 },
  { name: 'a chain of a million', make: () => chain(1e6), options: {}, aim: 5000, runs: 2 },
]

async function timed(root, options) {
  const start = performance.now()
  const svg = await toSvg(root, options)
  return { ms: performance.now() - start, svg }
}

async function measured({ name, make, options, runs }) {
  const root = make()
  const { ms: first, svg } = await timed(root, options)
  const times = []
  for (let i = 0; i < runs; i++) times.push((await timed(root, options)).ms)
  const nodes = svg.match(/data-id="(?!g\d+" data-path="[^"]*"><rect class="frame")/g).length
  return { name, nodes, kilobytes: svg.length / 1000, first, ms: median(times) }
}

/** @returns {Promise<import('./report.js').Report>} */
export async function run() {
  const { ms: load } = await timed(value(1, 'x').tanh(), {})
  const rows = []
  for (const one of cases) rows.push(await measured(one))
  return {
    title: 'Pictures: a graph of Values as SVG',
    about: [
      'toSvg from the Value to the text: reading the graph, closing groups, layout, drawing.',
      'First: on a graph not seen before. Then the median of repeated calls.',
      `The very first picture of a program, which loads the layout engine: ${load.toFixed(0)} ms.`,
    ],
    columns: [
      { key: 'name', title: 'graph' },
      { key: 'nodes', title: 'nodes drawn' },
      { key: 'kilobytes', title: 'kB of SVG' },
      { key: 'first', title: 'first, ms' },
      { key: 'ms', title: 'then, ms' },
    ],
    rows,
    aims: rows.map(({ name, ms }, i) => ({
      what: `${name} to SVG, ms`,
      aim: `at most ${cases[i].aim}`,
      got: ms,
      digits: 0,
      met: ms <= cases[i].aim,
    })),
    notes: ['An operation and its Value are two nodes.'],
  }
}

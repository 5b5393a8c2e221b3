/** One training step of a small network on the reference moons, against tensor libraries. */
import { agree, outcome, pythonWith } from './measure.js'
import { decay, labels, learningRate, matrices, points } from './moons/problem.js'

// Sums run in another order in each engine: some ulps a step in doubles, more in single precision.
const tolerance = { float64: 1e-9, float32: 1e-5 }

const python = pythonWith('torch')
const input = JSON.stringify({
  points,
  labels,
  layers: matrices(),
  decay,
  rates: Array.from({ length: 100 }, (_, step) => learningRate(step)),
})
const javascript = (peer) => (task) => outcome('moons/child.js', [peer, task])
const peers = [
  { name: 'chainrule, eager', precision: 'float64', run: javascript('chainrule') },
  { name: 'chainrule, compiled', precision: 'float64', run: javascript('compiled') },
  { name: 'micrograd in JavaScript', precision: 'float64', run: javascript('micrograd') },
  { name: 'tfjs 4.22.0, cpu', precision: 'float32', run: javascript('tfjs-cpu') },
  { name: 'tfjs 4.22.0, wasm', precision: 'float32', run: javascript('tfjs-wasm') },
  { name: 'jax-js 0.1.25, wasm, jit', precision: 'float64', run: javascript('jax') },
  python && {
    name: 'PyTorch',
    precision: 'float64',
    run: (task) => outcome('moons/pytorch.py', [python, task], input),
  },
].filter(Boolean)

/** @returns {Promise<import('./report.js').Report>} */
export async function run() {
  const expected = (await peers.at(-1).run('check')).results
  for (const { name, precision, run } of peers)
    agree(name, (await run('check')).results, expected, tolerance[precision])
  const rows = []
  let blas
  for (const { name, precision, run } of peers) {
    const result = await run('time')
    blas ??= result.blas
    const label = result.version === undefined ? name : `${name} ${result.version}, 1 thread`
    rows.push({ name: label, precision, milliseconds: result.milliseconds })
  }
  const torch = python === undefined ? undefined : rows.at(-1)
  for (const row of rows) {
    row.rate = 1e3 / row.milliseconds
    row.ratio = torch && row.milliseconds / torch.milliseconds
  }
  return {
    title: 'moons: one training step of an MLP 2-16-16-1, full batch of 100 points',
    about: [
      'Forward, backward, SGD update, loss read; mean relu(1 − y·score) + 1e-4 Σ p². Median time of',
      'a step after warming. The losses of the first 3 steps agreed before anything was timed:',
      'to 1e-9 in float64, to 1e-5 in float32.',
    ],
    columns: [
      { key: 'name', title: 'engine' },
      { key: 'precision', title: 'numbers' },
      { key: 'milliseconds', title: 'ms/step', digits: 3 },
      { key: 'rate', title: 'steps/s' },
      { key: 'ratio', title: 'time ÷ PyTorch', digits: 2 },
    ],
    rows,
    aims: [],
    notes: notes(blas),
  }
}

const notes = (blas) => [
  'chainrule, eager is one object per number, built anew each step: slower than tensors, and shown.',
  'tfjs computes in float32 only.',
  python === undefined
    ? 'PyTorch: skipped, no python3 can import torch (apt-get install python3-torch, or set PYTHON).'
    : `PyTorch: its BLAS is ${blas}.`,
]

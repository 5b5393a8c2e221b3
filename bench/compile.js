/** npm run bench -- compile: training steps of compiled networks beside tensor libraries. */
import { missing, native } from './compile/limit.js'
import { networks } from './compile/networks.js'
import { agree, outcome, pythonWith } from './measure.js'
import * as scalarAutograd from './scalar-autograd.js'

// Sums run in another order in each engine, and single precision has seven digits.
const tolerance = 2e-5
const libraries = [
  'chainrule f32',
  'chainrule f64',
  'chainrule f32, relaxed',
  'chainrule f32, 2 threads',
  'tfjs wasm',
  'jax-js jit, wasm',
]
const limits = { program: 'C, gcc -march=native', wasm: 'C, clang to wasm' }
const without = { program: missing('gcc'), wasm: missing('clang', 'wasm-ld') }
const peers = without.wasm ? libraries : [...libraries, limits.wasm]
const peersOf = (problem) =>
  scalarAutograd.without || !scalarAutograd.manages(problem)
    ? peers
    : [...peers, scalarAutograd.name]
const aims = {
  moons: { 'chainrule f32': 22 },
  digits: { 'chainrule f32': 3.5 },
  single: { 'chainrule f32': 8 },
  batch: { 'chainrule f32': 0.8, 'chainrule f32, 2 threads': 1 },
}

const python = pythonWith('torch')

/** What PyTorch is told of a network. */
function described(problem) {
  const rates = Array.from({ length: 100 }, (_, step) => problem.rate(step))
  return JSON.stringify({ ...problem, rates })
}

/** @returns {Promise<import('./report.js').Report>} */
export async function run() {
  const rows = []
  const reached = []
  const shares = []
  let torch
  for (const [key, make] of Object.entries(networks)) {
    const problem = make()
    const byTorch = (task) => outcome('compile/pytorch.py', [python, task], described(problem))
    const ours = (peer, task) => outcome('compile/child.js', [peer, key, task])
    const expected = (await ours('chainrule f64', 'check')).results
    const compared = peersOf(problem)
    for (const peer of compared)
      agree(peer, (await ours(peer, 'check')).results, expected, tolerance)
    if (python) agree('PyTorch', (await byTorch('check')).results, expected, tolerance)
    if (!without.program)
      agree(limits.program, (await native(problem, 'check')).results, expected, tolerance)
    // The machine's mood changes: PyTorch is timed on both sides of the others.
    const before = python && (await byTorch('time'))
    const times = {}
    for (const peer of compared) times[peer] = (await ours(peer, 'time')).microseconds
    if (!without.program) times[limits.program] = (await native(problem, 'time')).microseconds
    torch = python && (await byTorch('time'))
    const base = python && (before.microseconds + torch.microseconds) / 2
    if (python) times[`PyTorch ${torch.version}`] = base
    const limit = times[limits.program]
    for (const [engine, microseconds] of Object.entries(times))
      rows.push({
        network: problem.name,
        engine,
        microseconds,
        ratio: base && base / microseconds,
        limit: limit && limit / microseconds,
      })
    const share = (of) => times[of] && `${(times[of] / times['chainrule f32']).toFixed(2)} of ${of}`
    shares.push([problem.name, ...Object.values(limits).map(share).filter(Boolean)])
    if (!python) continue
    for (const [engine, aim] of Object.entries(aims[key]))
      reached.push({
        what: `${problem.name}, ${engine}, times as fast as PyTorch`,
        aim: `at least ${aim}`,
        got: base / times[engine],
        digits: 2,
        met: base / times[engine] >= aim,
      })
  }
  return {
    title: 'Compiled training steps, one thread each unless told',
    about: [
      'Forward, backward, optimizer, loss read; batches from typed arrays. Peers compute in float32. Median',
      'time of a step after warming. The losses of the first 5 steps agreed to 2e-5 before anything was timed.',
      'C is written by hand, tiles of results in registers (bench/compile/limit): what a compiler can hope for.',
    ],
    columns: [
      { key: 'network', title: 'network' },
      { key: 'engine', title: 'engine' },
      { key: 'microseconds', title: 'µs/step', digits: 1 },
      { key: 'ratio', title: 'PyTorch ÷ time', digits: 2 },
      { key: 'limit', title: 'C ÷ time', digits: 2 },
    ],
    rows,
    aims: reached,
    notes: [
      ...shares
        .filter(([, ...of]) => of.length > 0)
        .map(([name, ...of]) => `${name}: chainrule f32 reaches ${of.join(' and ')}.`),
      ...Object.entries(limits)
        .filter(([key]) => without[key])
        .map(([key, name]) => `${name}: ${without[key]}`),
      python
        ? `PyTorch's BLAS is ${torch.blas}.`
        : 'PyTorch: skipped, no python3 can import torch (apt-get install python3-torch, or set PYTHON).',
      'Relaxed: products are added without being rounded first, where the engine can (not Node 20).',
      scalarAutograd.without ??
        `${scalarAutograd.name}, computes in float64; its code of a network is longer than V8 optimizes unless ` +
          'told to (--max-optimized-bytecode-size), and that of 784-64-10 overflows the call stack.',
    ],
  }
}

/** npm run bench -- functions: value and gradient of a function of a few numbers, in float64. */
import { compile } from '../dist/compile/index.js'
import { blackScholes, byHand, points, rosenbrock } from './functions/problems.js'
import { agree, median, outcome, pythonWith } from './measure.js'
import * as scalarAutograd from './scalar-autograd.js'

const python = pythonWith('torch')

/** Nanoseconds of a call: stretches of some milliseconds, the median of them. */
function timed(call) {
  let calls = 1000
  const run = () => {
    const start = performance.now()
    for (let i = 0; i < calls; i++) call(i)
    return (performance.now() - start) / calls
  }
  for (const end = performance.now() + 300; performance.now() < end; ) run()
  calls = Math.ceil(5 / run())
  return 1e6 * median(Array.from({ length: 31 }, run))
}

/** @returns {Promise<import('./report.js').Report>} */
export async function run() {
  const torch = python && (await outcome('functions/pytorch.py', [python], JSON.stringify(points)))
  const rows = []
  const aims = []
  for (const [name, f] of Object.entries({ rosenbrock, blackScholes })) {
    const x = points[name]
    const compiled = await compile((...inputs) => f(inputs), { inputs: x.length })
    const hand = byHand[name]
    const expected = hand(x)
    const flat = ({ value, gradient }) => [value, ...gradient]
    agree(name, flat(compiled(...x)), flat(expected), 1e-12)
    if (torch) agree(`PyTorch, ${name}`, torch[name].results, flat(expected), 1e-10)
    // Another point at each call, so that nothing is computed once for all.
    const moved = x.map((xi) => xi)
    const move = (i) => {
      moved[0] = x[0] + (i & 7) * 1e-3
    }
    const ours = timed((i) => {
      move(i)
      return compiled(...moved)
    })
    const own = timed((i) => {
      move(i)
      return hand(moved)
    })
    const title = titles[name]
    rows.push(
      { function: title, engine: 'chainrule, compiled', nanoseconds: ours, ratio: ours / own },
      { function: title, engine: 'JavaScript by hand', nanoseconds: own, ratio: 1 },
    )
    const other = scalarAutograd.without ? undefined : await scalarAutograd.functions[name]?.(x)
    if (other) {
      agree(scalarAutograd.name, flat(other(x[0])), flat(expected), 1e-12)
      const its = timed((i) => {
        move(i)
        return other(moved[0])
      })
      rows.push({
        function: title,
        engine: scalarAutograd.name,
        nanoseconds: its,
        ratio: its / own,
      })
    }
    if (torch)
      rows.push({
        function: title,
        engine: `PyTorch ${torch.version}`,
        nanoseconds: torch[name].nanoseconds,
        ratio: torch[name].nanoseconds / own,
      })
    aims.push({
      what: `${title}: time ÷ that of JavaScript by hand`,
      aim: 'at most 3',
      got: ours / own,
      digits: 2,
      met: ours <= 3 * own,
    })
    if (torch)
      aims.push({
        what: `${title}: times as fast as PyTorch`,
        aim: 'at least 100',
        got: torch[name].nanoseconds / ours,
        digits: 0,
        met: torch[name].nanoseconds >= 100 * ours,
      })
  }
  return {
    title: 'Functions of a few numbers: value and gradient',
    about: [
      'float64, one thread. Results agreed to 1e-12 before anything was timed (PyTorch’s to 1e-10).',
    ],
    columns: [
      { key: 'function', title: 'function' },
      { key: 'engine', title: 'engine' },
      { key: 'nanoseconds', title: 'ns/call' },
      { key: 'ratio', title: 'time ÷ by hand', digits: 2 },
    ],
    rows,
    aims,
    notes: [
      ...(torch
        ? []
        : [
            'PyTorch: skipped, no python3 can import torch (apt-get install python3-torch, or set PYTHON).',
          ]),
      scalarAutograd.without ??
        `${scalarAutograd.name}, has no erf, which the price of a call takes.`,
    ],
  }
}

const titles = {
  rosenbrock: 'Rosenbrock, 10 dimensions',
  blackScholes: 'Black-Scholes call, 5 inputs',
}

/** Forward and backward over one graph of a million scalar nodes, against other scalar engines. */
import { agree, outcome, pythonWith } from './measure.js'

const million = 237 // examples that make 1,003,167 nodes
const tenth = 24 // 103,455 nodes, for engines that a million would keep busy for minutes
// Every engine adds and multiplies in the same order; only tanh's last bit may differ.
const tolerance = 1e-10

const python = pythonWith('json')
const javascript =
  (engine, ...flags) =>
  (task, examples) =>
    outcome('engine/child.js', [engine, task, examples], '', flags)
// The collector moves what survives; with this it has room for the graph while that is young.
const room = '--max-semi-space-size=128'
const engines = [
  { name: 'chainrule', run: javascript('chainrule'), examples: million },
  { name: 'adnn 2.0.10', run: javascript('adnn'), examples: million, peer: true },
  { name: 'chainrule ³', run: javascript('chainrule', room), examples: million, roomy: true },
  { name: 'adnn 2.0.10 ³', run: javascript('adnn', room), examples: million, roomy: true },
  {
    name: 'micrograd in JavaScript ¹',
    run: javascript('micrograd'),
    examples: million,
    peer: true,
  },
  { name: 'simplegrad 1.0.0 ²', run: javascript('simplegrad'), examples: tenth },
  python && {
    name: 'micrograd in Python ¹',
    run: (...args) => outcome('engine/micrograd.py', [python, ...args]),
    examples: tenth,
  },
].filter(Boolean)

/** @returns {Promise<import('./report.js').Report>} */
export async function run() {
  await check()
  const rows = []
  for (const { name, run, examples, peer = false, roomy = false } of engines) {
    const { nodes, forward, backward, bytes, version } = await run('time', examples)
    const rate = nodes / (forward + backward) / 1e3
    const label = version === undefined ? name : name.replace('Python', `Python ${version}`)
    rows.push({ name: label, nodes, forward, backward, rate, bytes, peer, roomy })
  }
  const [ours] = rows
  for (const row of rows) row.ratio = rows.find((own) => own.roomy === row.roomy).rate / row.rate
  return {
    title: 'engine: one graph of a million scalar nodes, forward and backward',
    about: [
      'A layer of 32 tanh neurons over 64 inputs, weights shared by 237 examples, all added up;',
      'a node is one operation or leaf. Loss and gradients agreed to 1e-10 before anything was timed.',
      'Medians of 7 after 2 to warm up, a fresh graph each time, its own garbage collection included.',
    ],
    columns: [
      { key: 'name', title: 'engine' },
      { key: 'nodes', title: 'nodes' },
      { key: 'forward', title: 'forward ms', digits: 1 },
      { key: 'backward', title: 'backward ms', digits: 1 },
      { key: 'rate', title: 'M nodes/s', digits: 2 },
      { key: 'bytes', title: 'B/node' },
      { key: 'ratio', title: 'ours/its', digits: 1 },
    ],
    rows,
    aims: aims(ours, Math.max(...rows.filter((row) => row.peer).map((row) => row.rate))),
    notes,
  }
}

async function check() {
  const references = new Map()
  for (const { name, run, examples } of engines) {
    const { results } = await run('check', examples)
    if (name === 'chainrule') references.set(examples, results)
    if (!references.has(examples))
      references.set(examples, (await engines[0].run('check', examples)).results)
    agree(name, results, references.get(examples), tolerance)
  }
}

function aims({ rate, bytes }, fastest) {
  const of = (what, aim, got, digits, met) => ({ what, aim, got, digits, met })
  return [
    of('million nodes/s', '8, at least 4', rate, 2, rate >= 8),
    of('bytes a node still held after collection', 'at most 300', bytes, 0, bytes <= 300),
    of(
      'times the fastest object-per-node peer',
      'at least 4',
      rate / fastest,
      2,
      rate / fastest >= 4,
    ),
  ]
}

const notes = [
  "¹ The tutorial's engine, transcribed by us with an iterative sort. The npm packages that port",
  '  it (scalar-autograd, @2bad/micrograd and others) could not be installed when this was written.',
  '² Not an object-per-node engine: writes the graph out as one JavaScript function. Forward is',
  '  building, compiling and the first run, as for a graph that changes; a tenth of the nodes.',
  `³ Node started with ${room}, compared with each other.`,
  'Python: its collector is off while the clock runs, as in timeit; on, it is 10 times slower.',
  "B/node: heap and typed arrays still held after gc() with the graph alive; Python's: resident.",
  ...(python === undefined ? ['Python: skipped, no python3 found (set PYTHON to one).'] : []),
]

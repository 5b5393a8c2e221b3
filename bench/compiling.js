/** npm run bench -- compiling: how long it takes from a model and its data to the first result, and the binary. */
import { median, outcome } from './measure.js'

const cases = [
  { sizes: '2-16-16-1', aim: 30, runs: 31 },
  { sizes: '64-32-10', aim: 100, runs: 15 },
  { sizes: '784-64-10', aim: 400, runs: 9 },
  { sizes: '784-512-512-10', aim: 5000, runs: 3 },
  { sizes: 'recurrence-100', runs: 3 },
  { sizes: 'recurrence-1000', runs: 3 },
]

/** The runs of each case spread over the whole time: the machine's mood changes. */
function turns() {
  const spread = cases.flatMap((one) =>
    Array.from({ length: one.runs }, (_, k) => ({ one, when: (k + 0.5) / one.runs })),
  )
  return spread.sort((a, b) => a.when - b.when).map(({ one }) => one)
}

/** @returns {Promise<import('./report.js').Report>} */
export async function run() {
  const outcomes = new Map(cases.map((one) => [one, { found: [], collected: [] }]))
  for (const one of turns()) {
    const { found, collected } = outcomes.get(one)
    found.push(await outcome('compiling/child.js', [one.sizes]))
    collected.push(await outcome('compiling/child.js', [one.sizes, 'collected']))
  }
  const rows = cases.map((one) => {
    const { found, collected } = outcomes.get(one)
    const middle = (key) => median(found.map((each) => each[key]))
    const together = (all) => median(all.map(({ compile, first }) => compile + first))
    return {
      sizes: one.sizes,
      ...found[0],
      compile: middle('compile'),
      first: middle('first'),
      total: together(found),
      collected: together(collected),
      again: middle('again'),
      memory: middle('memory'),
    }
  })
  const [, , large, largest, short, long] = rows
  return {
    title: 'Compiling: from a model and its data to the first result of its training step',
    about: [
      'Each time in a fresh process, code not yet warm: both traces, lifting, code generation, the',
      'first step, and its comparison with eager. Float32, SGD inside. Medians over the whole time.',
      'Collected: the garbage of loading modules and making model and data is cleared away before.',
      'Again: another model of that size, in the same process.',
    ],
    columns: [
      { key: 'sizes', title: 'program' },
      { key: 'parameters', title: 'parameters' },
      { key: 'scalars', title: 'scalars' },
      { key: 'groups', title: 'groups' },
      { key: 'nests', title: 'loop nests' },
      { key: 'compile', title: 'compile, ms' },
      { key: 'first', title: 'first step, ms' },
      { key: 'total', title: 'together, ms' },
      { key: 'collected', title: 'collected, ms' },
      { key: 'again', title: 'again, ms' },
      { key: 'bytes', title: 'bytes' },
      { key: 'memory', title: 'peak MiB' },
    ],
    rows,
    aims: [
      ...cases.flatMap(({ sizes, aim }, i) =>
        aim === undefined
          ? []
          : {
              what: `${sizes}, trace to first result, ms`,
              aim: `at most ${aim}`,
              got: rows[i].total,
              digits: 0,
              met: rows[i].total <= aim,
            },
      ),
      {
        what: 'binary of 784-64-10, bytes',
        aim: 'at most 65536',
        got: large.bytes,
        digits: 0,
        met: large.bytes <= 65_536,
      },
      {
        what: 'peak memory of 784-512-512-10, MiB',
        aim: 'at most 2048',
        got: largest.memory,
        digits: 0,
        met: largest.memory <= 2048,
      },
      {
        what: 'binary of a recurrence, ten times as long, times as large',
        aim: 'at most 1.2',
        got: long.bytes / short.bytes,
        digits: 2,
        met: long.bytes <= 1.2 * short.bytes,
      },
    ],
    notes: [
      'The binary grows with the kinds of loop nests, not with the scalars. A recurrence of n steps is a',
      'group for each operation of each step; steps alike share their code.',
    ],
  }
}

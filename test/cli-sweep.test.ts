import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { pngOf } from 'chainrule/view'
import { afterAll, describe, expect, test } from 'vitest'
import { planned } from '../src/cli/sweep/plan.ts'
import { sweepCommand } from '../src/cli/sweep/sweep.ts'
import { command, type Ended, main, plainly } from './command.ts'

const folder = mkdtempSync(join(tmpdir(), 'chainrule-sweep-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const run = (args: string, more?: NodeJS.ProcessEnv): Ended =>
  command(folder, args.split(' '), more)

const write = (name: string, config: unknown): void =>
  writeFileSync(join(folder, name), typeof config === 'string' ? config : JSON.stringify(config))
const read = (...path: string[]): string => readFileSync(join(folder, ...path), 'utf8')
const runsIn = (out: string): string[] => readdirSync(join(folder, out, 'runs')).toSorted()

/** What the command says, without a process of its own. */
async function complaint(...args: string[]): Promise<string> {
  const command = sweepCommand()
    .exitOverride()
    .configureOutput({ writeErr: () => {} })
  const error = await command.parseAsync(args, { from: 'user' }).catch((e: Error) => e)
  return (error as Error).message
}
const at = (name: string): string => join(folder, name)

/** Six runs of a moment each. */
const six = {
  data: 'moons',
  settings: { learningRate: [0.03, 0.1, 0.3], hidden: '4', epochs: 2, count: 40 },
  seeds: 2,
}
write('six.json', six)
/** What nothing disturbed. */
const whole = run('sweep six.json --jobs 2 --out whole')

describe('chainrule sweep', () => {
  test('trains all combinations, and compares them', () => {
    expect(whole.status).toBe(0)
    expect(whole.stdout).toContain(
      'six: 3 settings × 2 seeds on moons, 6 runs; 6 to do by 2 processes\n',
    )
    expect(whole.stderr).toMatch(/^(run \d\/6 │ \d+ s left\n){6}$/)
    expect(whole.stdout).toMatch(/learningRate +accuracy +loss +seeds\n( +\d +0\.\d+ .* 2\n){3}/)
    expect(whole.stdout).toContain('6 of 6 runs finished')
    expect(whole.stdout).toContain('all with hidden 4, epochs 2, count 40')
    expect(readdirSync(join(folder, 'whole')).toSorted()).toEqual([
      'runs',
      'summary.json',
      'sweep.svg',
      'table.csv',
    ])
    expect(runsIn('whole')[0]).toBe('hidden=4,learningRate=0.03,epochs=2,count=40,seed=0.json')
  })

  test('table.csv has the means and deviations of the runs, best first', () => {
    const [head, ...rows] = read('whole/table.csv').trim().split('\n')
    expect(head).toBe(
      'learningRate,accuracy,accuracyDeviation,evaluatedLoss,evaluatedLossDeviation,seeds,finished,diverged',
    )
    expect(rows).toHaveLength(3)
    const cells = rows.map((row) => row.split(',').map(Number))
    for (const [rate, accuracy, , loss, deviation, ...counts] of cells) {
      const [a, b] = [0, 1].map(
        (seed) =>
          JSON.parse(
            read(`whole/runs/hidden=4,learningRate=${rate},epochs=2,count=40,seed=${seed}.json`),
          ) as { accuracy: number; evaluatedLoss: number },
      )
      expect(accuracy).toBeCloseTo((a!.accuracy + b!.accuracy) / 2, 12)
      expect(loss).toBeCloseTo((a!.evaluatedLoss + b!.evaluatedLoss) / 2, 12)
      // Of two numbers, √(Σ(x − mean)² / 1) is their distance over √2.
      expect(deviation).toBeCloseTo(Math.abs(a!.evaluatedLoss - b!.evaluatedLoss) / Math.SQRT2, 12)
      expect(counts).toEqual([2, 2, 0])
    }
    const order = cells.map(([, accuracy, , loss]) => [-accuracy!, loss!] as const)
    expect(order).toEqual(order.toSorted((a, b) => a[0] - b[0] || a[1] - b[1]))
  })

  test('a run is what `train` does with the same settings, and the best one is told', () => {
    const [, command] = /again.*\n {2}npx chainrule (train moons .*)\n/.exec(whole.stdout)!
    const again = run(`${command} --json --no-report --out alone`)
    const { settings, accuracy, evaluatedLoss } = JSON.parse(again.stdout) as {
      settings: { learningRate: number; seed: number }
      accuracy: number
      evaluatedLoss: number
    }
    const { learningRate, seed } = settings
    const id = `hidden=4,learningRate=${learningRate},epochs=2,count=40,seed=${seed}`
    expect(JSON.parse(read(`whole/runs/${id}.json`))).toMatchObject({ accuracy, evaluatedLoss })
  })

  test('sweep.svg has a dot for each run and says what it shows', async () => {
    const svg = read('whole/sweep.svg')
    expect(svg.match(/<circle/g)).toHaveLength(6)
    expect(svg).toContain('aria-label="accuracy by learningRate"')
    expect(svg).not.toMatch(/NaN|undefined/)
    expect([...(await pngOf(svg)).subarray(1, 4)]).toEqual([80, 78, 71])
  })

  test('shards together are the whole, byte for byte, and are gathered; --json prints one object', () => {
    const shard = run('sweep six.json --jobs 1 --out parts --shard 1/2')
    expect(shard.status).toBe(0)
    expect(shard.stdout).toContain('shard 1/2: 3 of 3 runs done')
    expect(shard.stdout).toContain('npx chainrule sweep six.json --out parts --summary')
    expect(runsIn('parts')).toHaveLength(3)
    const other = run('sweep six.json --jobs 1 --out parts --shard 2/2 --json')
    expect(JSON.parse(other.stdout)).toMatchObject({ runs: 3, missing: 0, failed: [] })
    expect(other.stderr).toBe('')
    const gathered = run('sweep six.json --out parts --summary --json')
    expect(gathered.status).toBe(0)
    expect(gathered.stderr).toBe('')
    expect(JSON.parse(gathered.stdout)).toMatchObject({
      name: 'six',
      runs: 6,
      finished: 6,
      varied: ['learningRate'],
      best: expect.stringContaining('npx chainrule train moons --hidden 4 --learning-rate '),
      failed: [],
      files: ['parts/table.csv', 'parts/summary.json', 'parts/sweep.svg'],
    })
    for (const file of ['table.csv', 'summary.json', 'sweep.svg'])
      expect(read('parts', file), file).toBe(read('whole', file))
  })

  test('goes on where it was: what is there is kept, what is missing is trained', () => {
    const [kept, lost] = runsIn('parts')
    writeFileSync(
      join(folder, 'parts/runs', kept!),
      read('parts/runs', kept!).replace(/"seconds": .*,/, '"seconds": 12345,'),
    )
    rmSync(join(folder, 'parts/runs', lost!))
    rmSync(join(folder, 'parts/table.csv'))
    // Half-written by a process that is no more, and by one that is.
    const dead = `.${lost}.${hostname()}-${spawnSync(process.execPath, ['--version']).pid}.new`
    const alive = `.${lost}.${hostname()}-${process.pid}.new`
    for (const name of [dead, alive]) write(`parts/runs/${name}`, '{')
    const { status, stdout } = run('sweep six.json --jobs 2 --out parts')
    expect(status).toBe(0)
    expect(stdout).toContain('6 runs; 1 to do by 1 process\n')
    expect(read('parts/runs', kept!)).toContain('12345')
    expect(runsIn('parts')).not.toContain(dead)
    expect(runsIn('parts')).toContain(alive)
    expect(read('parts/table.csv')).toBe(read('whole/table.csv'))
  })

  test('--help has a configuration, Slurm and Kubernetes', () => {
    let help = ''
    sweepCommand()
      .configureOutput({ writeOut: (text) => (help += text) })
      .outputHelp()
    for (const word of ['--jobs', '--shard', '"settings"', 'SLURM_ARRAY_TASK_ID', 'JOB_COMPLETION'])
      expect(help).toContain(word)
  })

  test('grids one after the other, numbers to predict, layers as lists, a file beside the configuration', async () => {
    const rows = Array.from({ length: 30 }, (_, i) => `${i / 30},${(2 * i) / 30 + 0.5},0`)
    writeFileSync(join(folder, 'line.csv'), `x,y,z\n${rows.join('\n')}\n`)
    write('line.json', {
      name: 'a line',
      data: 'line.csv',
      label: 'y',
      settings: [
        { hidden: [[], [2, 2]], epochs: 1 },
        { optimizer: 'sgd', momentum: 0.5, learningRate: 1e-3, epochs: 1 },
      ],
      seeds: [7],
    })
    const { status, stdout } = run('sweep line.json --jobs 1')
    expect(status).toBe(0)
    expect(stdout).not.toContain('accuracy')
    expect(stdout).toContain('npx chainrule train line.csv --')
    expect(read('runs/a line/table.csv')).toMatch(
      /^hidden,optimizer,momentum,learningRate,.*\n(none,,,,.*\n|2-2,,,,.*\n|,sgd,0\.5,0\.001,.*\n){3}$/,
    )
    writeFileSync(join(folder, 'line.csv'), `x,y,z\n${rows.join('\n').replace('0,0.5', '0,0.6')}\n`)
    expect(await complaint(at('line.json'), '--out', at('runs/a line'))).toMatch(
      / was made with examples .*--out\.$/,
    )
  })

  test('a training that diverges is an outcome: it is told, and kept', () => {
    write('wild.json', {
      data: 'moons',
      settings: {
        optimizer: 'sgd',
        loss: 'meanSquaredError',
        activation: 'relu',
        learningRate: [0.01, 1e9],
        epochs: 3,
        count: 60,
      },
    })
    const { status, stdout } = run('sweep wild.json --jobs 1')
    expect(status).toBe(0)
    expect(stdout).toMatch(/1 +0\.01 .* 1\n +2 +1000000000 +– +– +0 of 1, 1 diverged\n/)
    expect(stdout).toContain('1 of 2 runs finished, 1 diverged')
    const { standings } = JSON.parse(read('runs/wild/summary.json')) as {
      standings: { runs: { reason: string }[] }[]
    }
    expect(standings[1]!.runs[0]!.reason).toMatch(
      /^the loss became Infinity in epoch \d, step \d, at a learning rate/,
    )
    expect(runsIn('runs/wild')).toHaveLength(2)
  })
})

describe('workers that are lost', () => {
  // Loaded into every process; in a worker it sees the run before the worker does.
  const crash = join(folder, 'crash.cjs')
  writeFileSync(
    crash,
    `const { appendFileSync, existsSync, readFileSync } = require('node:fs')
     const log = process.env.CRASHES
     const emit = process.emit
     process.emit = function (event, message, ...rest) {
       if (event === 'message' && message?.run?.id.includes('learningRate=0.1,')) {
         const crashes = existsSync(log) ? readFileSync(log).length : 0
         if (crashes < Number(process.env.CRASH_TIMES)) {
           appendFileSync(log, 'x')
           process.kill(process.pid, 'SIGKILL')
         }
       }
       return emit.call(this, event, message, ...rest)
     }`,
  )
  const crashing = (out: string, times: number): Ended =>
    run(`sweep six.json --jobs 1 --out ${out}`, {
      NODE_OPTIONS: `--require=${crash}`,
      CRASHES: join(folder, `${out}.log`),
      CRASH_TIMES: String(times),
    })

  test('killed once, the run is tried once more and the table is the same', () => {
    const { status, stderr } = crashing('once', 1)
    expect(status).toBe(0)
    expect(stderr).toMatch(/^! hidden=4,\S+: its process was killed by SIGKILL; once more$/m)
    expect(read('once/table.csv')).toBe(read('whole/table.csv'))
  })

  test('killed each time, it is reported, the others go on, and the exit code is 1', () => {
    const { status, stdout, stderr } = crashing('always', 9)
    expect(status).toBe(1)
    expect(stderr).toMatch(/^! \S+ failed: its process was killed by SIGKILL$/m)
    expect(stdout).toContain('4 of 6 runs finished, 2 missing')
    expect(runsIn('always')).toHaveLength(4)
  })
})

test.skipIf(process.platform === 'win32')(
  'Ctrl-C ends calmly and a long run goes on from its checkpoint',
  async () => {
    write('long.json', { ...six, settings: { ...six.settings, epochs: 1e6 }, seeds: 1 })
    const args = 'sweep long.json --jobs 2 --out long --checkpoint-seconds 0'.split(' ')
    const child = spawn(process.execPath, [main, ...args], { cwd: folder, env: plainly })
    let [said, complained] = ['', '']
    child.stderr.on('data', (text) => (complained += String(text)))
    child.stdout.on('data', (text) => {
      if (said === '') setTimeout(() => child.kill('SIGINT'), 1000)
      said += String(text)
    })
    const status = await new Promise((ended) => child.on('close', ended))
    expect(complained).toBe('')
    expect(status).toBe(130)
    expect(said).toContain('0 of 3 runs finished, 3 missing')
    expect(said).toContain('the same command again trains what is missing')
    const checkpoints = readdirSync(join(folder, 'long/checkpoints'))
    expect(checkpoints.filter((name) => /^hidden=4.*~\w{8}\.json$/.test(name))).toHaveLength(2)
  },
)

type Mistake = [title: string, config: unknown, message: RegExp]

describe('mistakes: one line that names the key, and nothing is started', () => {
  const settings = (settings: unknown): unknown => ({ data: 'moons', settings })
  const mistakes: Mistake[] = [
    ['no JSON', '{', /wrong\.json: not JSON: /],
    ['no object', [], /expected an object with name, data, label, .*, got \[\]/],
    ['no data', {}, /data: expected the name of a data set or .*, got nothing/],
    ['unknown data', { data: 'moon' }, /unknown data set 'moon': choose one of moons/],
    [
      'a file that is not there',
      { data: 'none.csv' },
      /cannot read \S*none\.csv: there is no such/,
    ],
    ['an unknown key', { data: 'moons', seed: 3 }, /unknown key 'seed': expected name, data/],
    ['a setting beside the others', { data: 'moons', hidden: 4 }, /hidden belongs into settings/],
    [
      'an unknown setting',
      settings({ hiden: 4 }),
      /settings: unknown key 'hiden': expected hidden/,
    ],
    ['a label among settings', settings({ label: 'y' }), /'label'.*label stands beside settings/],
    ['a label of moons', { data: 'moons', label: 'y' }, /--label is for CSV files/],
    ['a target that is none', { data: 'moons', target: 'x' }, /target: expected one of class, num/],
    [
      'a name that is a path',
      { data: 'moons', name: '../x' },
      /name: expected letters, .*'\.\.\/x'/,
    ],
    ['a word', settings({ learningRate: ['x'] }), /settings\.learningRate: expected a number.*'x'/],
    [
      'true',
      settings({ epochs: true }),
      /settings\.epochs: expected what train --epochs.*got true/,
    ],
    ['null', settings({ epochs: null }), /settings\.epochs: expected what .*got null/],
    [
      'a word for yes',
      settings({ nesterov: 'yes' }),
      /nesterov: expected true or false, got 'yes'/,
    ],
    ['an empty list', settings({ l2: [] }), /settings\.l2: expected at least one value/],
    ['twins', settings({ hidden: [16, 16] }), /settings\.hidden: .*16 twice; layers.*'16-16'/],
    [
      'layers that are none',
      settings({ hidden: [[16, 0]] }),
      /settings\.hidden: .*got '0' in '16-0'/,
    ],
    ['an unknown name', settings({ loss: 'hinge' }), /settings\.loss: expected one of .*'hinge'/],
    [
      'momentum of adam',
      settings({ momentum: 0.9 }),
      /run momentum=0\.9,seed=0: --momentum is for/,
    ],
    ['no settings', settings(null), /settings: expected an object such as/],
    ['no grids', settings([]), /settings: expected at least one object/],
    [
      'the same grids',
      settings([{ hidden: 4 }, { hidden: '4' }]),
      /the run hidden=4,seed=0 is in two/,
    ],
    [
      'no seeds',
      { data: 'moons', seeds: 0 },
      /seeds: expected a number of seeds, or a list.*got 0/,
    ],
    [
      'twin seeds',
      { data: 'moons', seeds: [3, 3] },
      /seeds: expected different seeds, got 3 twice/,
    ],
    ['too many', { data: 'moons', seeds: 1001 }, /at most 1,000 runs, got 1,001: .*--max-runs/],
    [
      'a loss that does not fit one of them',
      { data: 'iris', settings: { loss: ['crossEntropy', 'maxMargin'] } },
      /run loss=maxMargin,seed=0: maxMargin .* does not suit 3 classes/,
    ],
  ]

  test.each(mistakes)('%s', async (_, config, message) => {
    write('wrong.json', config)
    const error = await planned(join(folder, 'wrong.json'), { maxRuns: 1000 }).catch(
      (e: Error) => e,
    )
    expect(error).toBeInstanceOf(Error)
    expect((error as Error).message).toMatch(message)
    expect((error as Error).message).toMatch(/^.{20,400}$/)
  })

  test('from the command line', () => {
    write('wrong.json', settings({ learningRate: ['x'] }))
    const { status, stdout, stderr } = run('sweep wrong.json --out wrong')
    expect(stderr).toBe(
      "chainrule: wrong.json: settings.learningRate: expected a number from 0 on, got 'x'.\n",
    )
    expect(stdout).toBe('')
    expect(status).toBe(1)
    expect(readdirSync(folder)).not.toContain('wrong')
  })

  test.each<[string, RegExp]>([
    ['--shard 3/2', /--shard.*expected i\/n with i from 1 to n.*'3\/2'/],
    ['--summary --shard 1/2', /--summary gathers .* leave out --shard/],
    ['--summary --out /nowhere', /\/nowhere has no result of six yet/],
    ['--jobs 0', /--jobs.*whole number above 0, got '0'/],
    [`--out ${at('six.json')}`, /cannot read \S*six\.json\/runs\/.*a part of its path is a file/],
  ])('%s', async (args, message) => {
    expect(await complaint(at('six.json'), ...args.split(' '))).toMatch(message)
  })

  test('results of other settings are refused', async () => {
    write('other.json', { ...six, data: 'circles' })
    expect(await complaint(at('other.json'), '--out', at('whole'))).toMatch(
      /whole\/runs\/hidden=4,.*json was made with data "moons", .*"circles"; .*--out\.$/,
    )
  })

  test('a damaged result is refused', async () => {
    mkdirSync(at('damaged/runs'), { recursive: true })
    write(`damaged/runs/${runsIn('whole')[0]}`, '{')
    expect(await complaint(at('six.json'), '--out', at('damaged'))).toMatch(
      /damaged\/runs\/.* is not the result of a run, or is damaged: remove it\.$/,
    )
  })
})

import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadModel } from 'chainrule/train'
import { afterAll, describe, expect, test } from 'vitest'
import { command, type Ended, main } from './command.ts'

const folder = mkdtempSync(join(tmpdir(), 'chainrule-cli-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Runs the built command line in a folder of its own; trainings without their report, for speed. */
function run(...args: string[]): Ended {
  return runWhole(...args, ...(args[0] === 'train' ? ['--no-report'] : []))
}

const runWhole = (...args: string[]): Ended => command(folder, args)

const write = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text)
  return name
}
const escape = String.fromCharCode(27)

describe('chainrule train', () => {
  test('leaves a report beside the model, and names it', () => {
    const { status, stdout } = runWhole('train', 'moons', '--epochs', '3', '--out', 'told it')
    expect(status).toBe(0)
    expect(stdout).toContain('report in told it/report.html')
    const html = readFileSync(join(folder, 'told it/report.html'), 'utf8')
    expect(html).toContain('npx chainrule train moons --epochs 3 --out &#39;told it&#39;')
    const { report } = JSON.parse(
      runWhole('train', 'xor', '--epochs', '1', '--out', 'told', '--json').stdout,
    )
    expect(report).toBe('told/report.html')
  })

  test('trains, reports and saves a model that loads', () => {
    const { status, stdout, stderr } = run(
      'train',
      'moons',
      '--epochs',
      '20',
      '--count',
      '100',
      '--out',
      'moons',
    )
    expect(stderr).toContain('epoch 20/20')
    expect(status).toBe(0)
    expect(stdout).toContain(
      'moons: 100 examples of 2 numbers, 2 classes; 80 to learn from, 20 held out',
    )
    expect(stdout).toMatch(/accuracy \d+\.\d % on 20 held-out examples/)
    expect(stdout).toContain('true \\ answer')
    expect(stdout).not.toContain(escape)
    const { model, standardisation, classes } = loadModel(
      readFileSync(join(folder, 'moons/model.json'), 'utf8'),
    )
    expect(model.architecture.sizes).toEqual([16, 16, 1])
    expect(standardisation!.mean).toHaveLength(2)
    expect(classes).toHaveLength(2)
  })

  test.each(['circles', 'spirals', 'xor', 'blobs', 'yinYang', 'iris'])(
    '%s, as one JSON object',
    (name) => {
      const { status, stdout, stderr } = run(
        'train',
        name,
        '--json',
        '--epochs',
        '2',
        '--out',
        name,
      )
      expect(stderr).toBe('')
      expect(status).toBe(0)
      const result = JSON.parse(stdout) as { accuracy: number; model: string; history: unknown[] }
      expect(result.history).toHaveLength(2)
      expect(result.accuracy).toBeGreaterThan(0.1)
      expect(result.model).toBe(join(name, 'model.json'))
    },
  )

  test('takes every option', () => {
    const options =
      '--hidden 4-4 --activation gelu --initialisation torch --loss maxMargin --optimizer sgd --learning-rate 0.1 --momentum 0.9 --nesterov --weight-decay 0.001 --l2 0.0001 --schedule linear --warm-up 5 --epochs 3 --batch-size 10 --seed 4 --validation 0.3 --patience 50 --noise 0.2 --count 60 --no-standardise --threads 2 --precision f32 --relaxed --out options --json'
    const { status, stdout, stderr } = run('train', 'moons', ...options.split(' '))
    expect(stderr).toBe('')
    expect(status).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      loss: 'maxMargin',
      parameters: 37,
      examples: { train: 42, validation: 18 },
      settings: { optimizer: 'sgd', momentum: 0.9, nesterov: true, seed: 4, standardise: false },
    })
    const made = readFileSync(join(folder, 'options', 'checkpoint.json'), 'utf8')
    expect(made).toMatch(/"precision":"f32","relaxed":(true|"asked for, but)/)
    const model = JSON.parse(readFileSync(join(folder, 'options', 'model.json'), 'utf8')) as object
    expect(model).toMatchObject({ training: { precision: 'f32', relaxed: true, threads: 2 } })
  })

  test('learns a CSV file of classes and one of numbers', () => {
    const rows = Array.from(
      { length: 40 },
      (_, i) => `${i % 7},${i},${i % 2 === 0 ? 'even' : 'odd'}`,
    )
    write('kinds.csv', `a,b,kind\n${rows.join('\n')}\n`)
    const kinds = run('train', 'kinds.csv', '--label', 'kind', '--epochs', '2', '--json')
    expect(kinds.stderr).toBe('')
    expect(JSON.parse(kinds.stdout)).toMatchObject({ data: 'kinds', classes: ['even', 'odd'] })
    const line = Array.from({ length: 40 }, (_, i) => `${i / 40},${(3 * i) / 40 + 0.5}`)
    write('line.csv', `x,y\n${line.join('\n')}\n`)
    const numbers = run('train', 'line.csv', '--epochs', '3', '--json')
    expect(JSON.parse(numbers.stdout)).toMatchObject({
      loss: 'meanSquaredError',
      model: 'runs/line-csv/model.json',
    })
    expect(existsSync(join(folder, 'runs/line-csv/model.json'))).toBe(true)
  })

  test('advises to go on with the CSV file as it was named, in a folder of its own', () => {
    const rows = Array.from({ length: 20 }, (_, i) => `${i % 2 === 0 ? 'even' : 'odd'},${i}`)
    write('iris.csv', `the kind,a\n${rows.join('\n')}\n`)
    const { stdout } = run('train', './iris.csv', '--label', 'the kind', '--epochs', '1')
    expect(stdout).toContain("npx chainrule train ./iris.csv --label 'the kind' --hidden 32-32")
    expect(stdout).toContain('model saved in runs/iris-csv/model.json')
  })

  test('prints what the doctor found after the summary, in --json as data', () => {
    const options = 'train moons --count 60 --epochs 3 --learning-rate 10'.split(' ')
    const text = run(...options)
    expect(text.status).toBe(0)
    expect(text.stdout).toMatch(
      /your\.csv --label column\n\n! learning rate: a step moved [^\n]+ times their own size[^\n]+\n {2}Try one \d+ times lower\.\n$/,
    )
    const { findings } = JSON.parse(run(...options, '--json').stdout) as { findings: unknown[] }
    expect(findings).toMatchObject([{ kind: 'learningRateTooHigh', severity: 'error' }])
    const healthy = run('train', 'moons', '--count', '60', '--epochs', '3', '--json')
    expect(JSON.parse(healthy.stdout)).toMatchObject({ findings: [] })
  })

  test('reads a CSV file whose name has no extension', () => {
    write('table', 'a,kind\n1,x\n2,y\n3,x\n4,y\n5,x\n6,y\n')
    const { stdout, stderr } = run('train', 'table', '--epochs', '1', '--json')
    expect(stderr).toBe('')
    expect(JSON.parse(stdout)).toMatchObject({ data: 'table', model: 'runs/table-csv/model.json' })
  })

  test('trains on and saves the model when nobody reads what it prints', () => {
    const options = 'train moons --count 40 --epochs 2 --out unread'
    const command = `set -o pipefail; "${process.execPath}" "${main}" ${options} | true`
    const { status, stderr } = spawnSync('bash', ['-c', command], {
      cwd: folder,
      encoding: 'utf8',
      timeout: 60_000,
    })
    expect(stderr).not.toMatch(/EPIPE|\n\s+at /)
    expect(status).toBe(0)
    expect(existsSync(join(folder, 'unread/model.json'))).toBe(true)
  })

  test('says why a schedule that spans the training is not continued with more epochs', () => {
    const options = 'train xor --count 40 --out spanned --json --epochs'.split(' ')
    expect(run(...options, '1').status).toBe(0)
    const { status, stderr } = run(...options, '2', '--resume')
    expect(stderr).toMatch(
      /^chainrule: .*cosine schedule spans .*--epochs.*--schedule constant.*\n$/,
    )
    expect(stderr).not.toContain('{')
    expect(status).toBe(1)
  })

  test('resumes: more of the same, and refuses other settings', () => {
    const options = [
      'train',
      'xor',
      '--count',
      '80',
      '--schedule',
      'constant',
      '--out',
      'again',
      '--json',
    ]
    expect(run(...options, '--epochs', '2').status).toBe(0)
    const more = run(...options, '--epochs', '4', '--resume')
    expect((JSON.parse(more.stdout) as { history: unknown[] }).history).toHaveLength(4)
    const other = run(...options, '--epochs', '4', '--resume', '--seed', '1')
    expect(other.status).toBe(1)
    expect(other.stderr).toMatch(/^chainrule: .*seed 0, this training has 1.*\n$/)
  })
})

type Mistake = [title: string, args: () => string[], message: RegExp]

describe('mistakes: one clear line, a non-zero exit, no stack', () => {
  const ragged = 'a,b,label\n1,2,x\n1,2\n'
  const mistakes: Mistake[] = [
    [
      'an unknown data set',
      () => ['train', 'moon'],
      /unknown data set 'moon': choose one of moons, circles/,
    ],
    [
      'a file that is not there',
      () => ['train', 'none.csv'],
      /cannot read none\.csv: there is no such file/,
    ],
    ['a ragged row', () => ['train', write('ragged.csv', ragged)], /ragged\.csv.*(row|line) 3/],
    [
      'a word for a number',
      () => ['train', write('word.csv', 'a,label\n1,x\ntwo,y\n')],
      /word\.csv.*(row|line) 3.*"?a"?.*two/,
    ],
    ['an empty file', () => ['train', write('empty.csv', '')], /empty\.csv.*empty/],
    [
      'a missing label',
      () => ['train', write('label.csv', 'a,b\n1,2\n'), '--label', 'kind'],
      /label\.csv.*kind/,
    ],
    [
      'NaN in the data',
      () => ['train', write('nan.csv', 'a,label\n1,x\nNaN,y\n')],
      /nan\.csv.*(row|line) 3.*NaN/,
    ],
    [
      'layer sizes that are none',
      () => ['train', 'moons', '--hidden', '2-x-1'],
      /--hidden.*got 'x' in '2-x-1'/,
    ],
    [
      'an unknown activation',
      () => ['train', 'moons', '--activation', 'swoosh'],
      /--activation.*swoosh.*relu/,
    ],
    ['an unknown loss', () => ['train', 'moons', '--loss', 'hinge'], /--loss.*hinge.*crossEntropy/],
    [
      'a loss that does not fit',
      () => ['train', 'iris', '--loss', 'maxMargin'],
      /maxMargin.*3 classes/,
    ],
    ...['--epochs', '--batch-size', '--count', '--patience'].map(
      (option): Mistake => [
        `${option} 0`,
        () => ['train', 'moons', option, '0'],
        new RegExp(`^chainrule: .*${option}.*expected a whole number above 0, got '0'`),
      ],
    ),
    ...['--order', '--points', '--inputs'].map(
      (option): Mistake => [
        `${option} 0`,
        () => ['check', 'any.ts', option, '0'],
        new RegExp(`^chainrule: .*${option}.*expected a whole number above 0, got '0'`),
      ],
    ),
    [
      'momentum of adam',
      () => ['train', 'moons', '--momentum', '0.9'],
      /--momentum is for --optimizer sgd, the optimizer is adam/,
    ],
    [
      'Nesterov’s momentum of adamW',
      () => ['train', 'moons', '--nesterov', '--optimizer', 'adamW'],
      /--nesterov is for --optimizer sgd, the optimizer is adamW/,
    ],
    [
      'a label of a built-in data set',
      () => ['train', 'iris', '--label', 'species'],
      /--label is for CSV files, iris is a built-in data set/,
    ],
    [
      'noise on a collected data set',
      () => ['train', 'digits', '--noise', '0.1'],
      /--noise is for drawn data sets, digits is not drawn/,
    ],
    [
      'a count of a CSV file',
      () => ['train', write('two.csv', 'a,b\n1,2\n3,4\n'), '--count', '9'],
      /--count is for drawn data sets, two\.csv is not drawn/,
    ],
    [
      'patience with nothing to judge by',
      () => ['train', 'moons', '--patience', '3', '--validation', '0'],
      /--patience waits for .*--validation 0 holds nothing out/,
    ],
    ['a share above 1', () => ['train', 'moons', '--validation', '2'], /--validation.*got '2'/],
    [
      'an unknown option',
      () => ['train', 'moons', '--hiden', '3'],
      /^chainrule: unknown option '--hiden'\n\(Did you mean --hidden\?\)/,
    ],
    ['an unknown command', () => ['trian', 'moons'], /unknown command 'trian'/],
    [
      'an out folder that is a file',
      () => ['train', 'moons', '--out', write('file', '')],
      /cannot write file/,
    ],
  ]

  test.each(mistakes)('%s', (_, args, message) => {
    const { status, stderr, stdout } = run(...args())
    expect(stderr).toMatch(message)
    expect(stderr).not.toMatch(/\n\s+at /)
    expect(stderr.trim().split('\n').length).toBeLessThanOrEqual(2)
    expect(stderr.length).toBeLessThan(600)
    expect(status).toBe(1)
    expect(stdout).not.toContain('accuracy')
  })

  test('a million columns', () => {
    const row = Array.from({ length: 1_000_000 }, () => '1').join(',')
    write(
      'wide.csv',
      `${Array.from({ length: 1_000_000 }, (_, i) => `c${i}`).join(',')}\n${row}\n${row},1\n`,
    )
    const { status, stderr } = run('train', 'wide.csv')
    expect(status).toBe(1)
    expect(stderr).toMatch(/wide\.csv.*(row|line) 3/)
    expect(stderr.length).toBeLessThan(400)
  })

  test('a disk that is full: the old checkpoint stays whole, nothing half-written is left', () => {
    const options = `train digits --hidden 8 --epochs 1 --out full --json`
    expect(run(...options.split(' ')).status).toBe(0)
    const before = readFileSync(join(folder, 'full/checkpoint.json'), 'utf8')
    // 512-byte blocks in sh; the checkpoint is larger than 20 of them.
    const command = `ulimit -f 20; exec "${process.execPath}" "${main}" ${options} --seed 1`
    const { status, stderr } = spawnSync('sh', ['-c', command], {
      cwd: folder,
      encoding: 'utf8',
      timeout: 60_000,
    })
    expect(stderr).toMatch(/^chainrule: cannot write full\/checkpoint\.json: .*(limit|full).*\n$/)
    expect(status).toBe(1)
    expect(readFileSync(join(folder, 'full/checkpoint.json'), 'utf8')).toBe(before)
    expect(readdirSync(join(folder, 'full')).toSorted()).toEqual(['checkpoint.json', 'model.json'])
  })

  const root = process.getuid?.() === 0
  test('a read-only output folder', () => {
    const target = join(folder, 'sealed')
    spawnSync('mkdir', ['-p', target])
    chmodSync(target, 0o555)
    // root writes everywhere, so for root the folder stands where nothing can be made at all.
    const out = root ? '/proc/chainrule' : 'sealed/inside'
    const { status, stderr } = run('train', 'moons', '--out', out)
    expect(stderr).toContain(`cannot write ${out}`)
    expect(status).toBe(1)
  })
})

describe('chainrule check', () => {
  write(
    'good.ts',
    `import { type Value } from 'chainrule'\nexport const f = (x: Value, y: Value): Value => x.mul(y).add(x.sin())\n`,
  )
  write('shared.ts', 'export const factor: number = 3\n')
  write(
    'two.ts',
    `import { factor } from './shared.js'\nimport { relu, type Value } from 'chainrule'
export function kinked(x: Value): Value { return relu(x).mul(factor) }
export function broken(x: Value): Value { return x.add(Math.abs(x.data) * 0.001) }\n`,
  )
  write(
    'plain.js',
    `import { defineOp } from 'chainrule'
export default defineOp({ name: 'wrong', arity: 1, eval: (x) => x * x, partials: (m, y, x) => [m.mul(2.002, x)] })\n`,
  )

  test('passes a right gradient, in TypeScript', () => {
    const { status, stdout, stderr } = run('check', 'good.ts')
    expect(stderr).toBe('')
    expect(status).toBe(0)
    expect(stdout.match(/passed/g)).toHaveLength(3)
    expect(stdout).toContain('dual numbers')
  })

  test('fails a wrong rule, in JavaScript, and says so in JSON', () => {
    const { status, stdout } = run('check', 'plain.js', '--inputs', '1', '--at', '1.5', '--json')
    expect(status).toBe(1)
    const { passed, reports } = JSON.parse(stdout) as {
      passed: boolean
      reports: { entries: { passed: boolean }[] }[]
    }
    expect(passed).toBe(false)
    expect(reports[0]!.entries[0]!.passed).toBe(false)
  })

  test('reports a kink, and a gradient that a plain number cut off', () => {
    const kinked = run('check', 'two.ts', '--function', 'kinked', '--at', '0')
    expect(kinked.stdout).toContain('relu is at a kink')
    expect(kinked.stdout).toContain('~ kink')
    expect(kinked.stdout).not.toMatch(/[✓✗]/)
    expect(kinked.status).toBe(0)
    expect(run('check', 'two.ts', '--function', 'broken').status).toBe(1)
  })

  test('wants as many numbers as the function names inputs', () => {
    for (const at of ['1', '1,2,3']) {
      const { status, stderr } = run('check', 'good.ts', '--at', at)
      expect(stderr).toMatch(/^chainrule: the function names 2 inputs, --at gives [13];.*\n$/)
      expect(status).toBe(1)
    }
    expect(run('check', 'good.ts', '--inputs', '1').stderr).toContain('--inputs says 1')
    write(
      'default.ts',
      `import { type Value } from 'chainrule'\nexport const f = (x: Value, y: Value | number = 2): Value => x.mul(y)\n`,
    )
    expect(run('check', 'default.ts', '--at', '1,2', '--inputs', '2').status).toBe(0)
  })

  test('names the import that is missing as the file wrote it', () => {
    write('imp.js', `import './nope.js'\nexport const f = (x) => x\n`)
    const { stderr } = run('check', 'imp.js')
    expect(stderr).toContain('nope.js')
    expect(stderr).not.toContain('nope.ts')
  })

  test('says what it cannot find', () => {
    expect(run('check', 'two.ts').stderr).toContain(
      'exports broken, kinked: choose one with --function',
    )
    expect(run('check', 'two.ts', '--function', 'h').stderr).toContain('but not h')
    expect(run('check', 'shared.ts').stderr).toContain('exports no function')
    expect(run('check', 'none.ts').stderr).toContain('cannot read none.ts')
    expect(run('check', write('bad.ts', 'export const f = (')).stderr).toMatch(
      /^chainrule: cannot load bad\.ts: [^\n]*\n$/,
    )
  })
})

test('every command has --help and an exit code', () => {
  for (const args of [['--help'], ['train', '--help'], ['check', '--help'], ['sweep', '--help']]) {
    const { status, stdout } = run(...args)
    expect(status).toBe(0)
    expect(stdout).toContain('Usage: chainrule')
  }
  expect(run('--version').stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
})

/** `chainrule compile`: what it shows, and the module that it writes. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { noGrad, Random } from 'chainrule'
import { applyStandardisation } from 'chainrule/data'
import { MLP } from 'chainrule/nn'
import { loadModel, type ModelDetails, saveModel } from 'chainrule/train'
import { type Browser, chromium as launcher } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { command, type Ended } from './command.ts'
import { chromium, flags, withoutChromium } from './chromium.ts'

const folder = mkdtempSync(join(tmpdir(), 'chainrule-compile-'))
writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const run = (...args: string[]): Ended => command(folder, ['compile', ...args])

function write(name: string, text: string): string {
  writeFileSync(join(folder, name), text)
  return name
}

/** A model file of random weights. */
function model(
  name: string,
  inputs: number,
  layers: readonly number[],
  details: ModelDetails = {},
): string {
  const random = new Random(3)
  const net = new MLP(inputs, layers, { activation: 'tanh', random, initialisation: 'xavier' })
  return write(name, saveModel(net, details))
}

interface Shipped {
  predict(X: unknown): number[][]
  classify(X: unknown): string[]
  probabilities(X: unknown): number[][]
  readonly classes: readonly string[]
}

const imported = (name: string): Promise<Shipped> =>
  import(pathToFileURL(join(folder, name)).href) as Promise<Shipped>

function rows(count: number, width: number): number[][] {
  const random = new Random(count)
  return Array.from({ length: count }, () =>
    Array.from({ length: width }, () => random.uniform(-1, 2)),
  )
}

/** What the model file itself gives. */
function expected(name: string, X: readonly number[][]): number[][] {
  const { model: net, standardisation } = loadModel(readFileSync(join(folder, name), 'utf8'))
  const scaled = standardisation ? applyStandardisation(X, standardisation) : X
  return scaled.map((x) => noGrad(() => net.forward(x)).map((v) => v.data))
}

function furthest(a: readonly number[][], b: readonly number[][]): number {
  expect(a.length).toBe(b.length)
  return Math.max(...a.flatMap((row, i) => row.map((x, k) => Math.abs(x - b[i]![k]!))))
}

const hostile = ['</script><b>', "it's \u2028 \\ `${1}`"]

describe('the module of a model', () => {
  const standardisation = { mean: [0.1, -2, 3], deviation: [1, 0.5, 7] }
  test.each([
    ['64-32-10 with classes', 64, [32, 10], { classes: '0123456789'.split('') }],
    ['3-5-2, standardised, hostile class names', 3, [5, 2], { standardisation, classes: hostile }],
    ['2-16-16-1, two classes', 2, [16, 16, 1], { classes: ['upper', 'lower'] }],
    ['a regression 3-1', 3, [1], { standardisation }],
  ] as const)(
    '%s predicts what the model does, in f64 and f32, batches of 1 to 1,000',
    async (title, inputs, layers, details) => {
      const name = `${title.replaceAll(/\W+/g, '-')}.json`
      model(name, inputs, layers, details)
      for (const [precision, bound] of [
        ['f64', 1e-12],
        ['f32', 1e-4],
      ] as const) {
        const output = name.replace('.json', `.${precision}.js`)
        expect(run(name, '-o', output, '--precision', precision)).toMatchObject({
          status: 0,
          stderr: '',
        })
        const shipped = await imported(output)
        for (const count of [1, 7, 16, 1000]) {
          const X = rows(count, inputs)
          const want = expected(name, X)
          expect(furthest(shipped.predict(X), want)).toBeLessThan(bound)
          expect(furthest(shipped.predict(Float64Array.from(X.flat())), want)).toBeLessThan(bound)
          if (!('classes' in details)) continue
          const probabilities = shipped.probabilities(X)
          const answers = shipped.classify(X)
          probabilities.forEach((p, i) => {
            expect(p.reduce((a, b) => a + b)).toBeCloseTo(1, 6)
            expect(answers[i]).toBe(details.classes[p.indexOf(Math.max(...p))])
          })
        }
        const code = readFileSync(join(folder, output), 'utf8')
        expect(code).not.toMatch(/\bimport\b(?!ed)|require\(|https?:|<\/script|\u2028/)
      }
    },
  )

  test('is small: 64-32-10 in f32 with its weights', () => {
    const name = model('small.json', 64, [32, 10], { classes: '0123456789'.split('') })
    const { stdout } = run(name, '-o', 'small.js', '--json')
    const { bytes, binary } = JSON.parse(stdout) as { bytes: number; binary: number }
    expect(bytes).toBe(readFileSync(join(folder, 'small.js')).length)
    // 2,410 weights are 12,856 letters of base64.
    expect(bytes - 12_856).toBeLessThan(8_000)
    expect(binary).toBeLessThan(4_000)
  })

  test('is named otherwise where Node would not take it for a module: that is said', () => {
    const name = model('named.json', 2, [1])
    mkdirSync(join(folder, 'older'))
    writeFileSync(join(folder, 'older/package.json'), '{"type":"commonjs"}')
    expect(run(name, '-o', 'older/net.js').stdout).toContain(
      'Node reads net.js as CommonJS there, which knows no export: name it net.mjs',
    )
    for (const fine of ['older/net.mjs', 'net.js'])
      expect(run(name, '-o', fine).stdout).not.toContain('CommonJS')
  })

  test('refuses what does not fit, saying what', async () => {
    model('strict.json', 3, [2], {})
    run('strict.json', '-o', 'strict.js')
    const { predict } = await imported('strict.js')
    expect(() => predict([[1, 2]])).toThrow('row 0: expected 3 numbers, got 2.')
    expect(() => predict([1, 2, 3, 4])).toThrow(
      'a flat list holds 3 numbers for each example, got 4.',
    )
    expect(() => predict('x')).toThrow('expected a list of rows of 3 numbers, got string.')
    expect(predict([])).toEqual([])
  })

  test('has types that a program can be checked against', () => {
    model('typed.json', 2, [2], { classes: ['a', 'b'] })
    run('typed.json', '-o', 'typed.js')
    write(
      'use.ts',
      `import { classify, predict, probabilities } from './typed.js'
const z: number[][] = predict(new Float32Array(4))
const names: string[] = classify([[1, 2]])
export const all = [z, names, probabilities([[1, 2]])]
// @ts-expect-error rows hold numbers
predict([['a']])
`,
    )
    const tsc = resolve(import.meta.dirname, '../node_modules/typescript/bin/tsc')
    const options = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2022']
    const { stdout } = spawnSync(process.execPath, [tsc, ...options, 'use.ts'], {
      cwd: folder,
      encoding: 'utf8',
    })
    expect(stdout).toBe('')
  })

  describe.skipIf(withoutChromium !== undefined)('in a real browser', () => {
    let browser: Browser
    beforeAll(async () => {
      browser = await launcher.launch({ executablePath: chromium!, args: flags })
    })
    afterAll(() => browser?.close())

    test('predicts in a page', async () => {
      model('page.json', 3, [4, 2], { classes: hostile })
      run('page.json', '-o', 'page.js', '--precision', 'f64')
      const page = await browser.newPage()
      const code = readFileSync(join(folder, 'page.js'), 'utf8')
      await page.setContent(`<script type="module">${code}
        window.found = { rows: predict([[1, 2, 3]]), classes: classify([[1, 2, 3]]) }</script>`)
      await page.waitForFunction('window.found')
      const found = (await page.evaluate('window.found')) as { rows: number[][]; classes: string[] }
      expect(furthest(found.rows, expected('page.json', [[1, 2, 3]]))).toBeLessThan(1e-12)
      expect(hostile).toContain(found.classes[0])
    })
  })
})

describe('what is shown', () => {
  write('f.ts', 'export const f = (x: any, y: any) => x.mul(y).add(x.sin())\n')

  test('loops of a function are its mathematics', () => {
    const { stdout, status } = run('f.ts')
    expect(status).toBe(0)
    expect(stdout).toContain('v3[e] = (x[e, 0] × x[e, 1]) + sin(x[e, 0])')
    expect(stdout).toMatch(
      /5 scalars, 5 groups, 5 loop nests; [\d,]+ bytes of WebAssembly; 8 operations for an example, 0 once\n$/,
    )
  })

  test.each([
    ['graph', /v2 +sum +4 +each example +parameter, v1 × 3/],
    ['loops', /v2\[e, i\] = 0 \+ p\[4i \+ 3\] \+ Σ j<3: p\[4i \+ j\] × x\[e, j\] {3}i<4/],
    ['text', / {2}for \(i = 0; i < 4; i\+\+\)\n[^]* {6}v2\[e, i\] \+= p\[4i \+ j\] × x\[e, j\]/],
    ['wat', /^\(module\n[^]*\(func \$first \(export "first"\)[^]*f64x2\.mul[^]*\)\n\n/],
  ])('a model as %s', (form, text) => {
    model('shown.json', 3, [4, 1])
    const { stdout, status } = run('shown.json', '--show', form)
    expect(status).toBe(0)
    expect(stdout).toMatch(text)
    const told = JSON.parse(run('shown.json', '--show', form, '--json').stdout) as Record<
      string,
      unknown
    >
    // 12 products and additions, 4 tanh, 4 products and additions, and 5 sums that begin with a bias.
    expect(told).toMatchObject({ parameters: 21, operationsPerExample: 41, operationsOnce: 0 })
    expect(stdout).toContain(String(told[form]))
  })

  test('a recurrence once, and every step where that is asked for', () => {
    write(
      'steps.ts',
      'export const f = (x: any) => { for (let t = 0; t < 50; t++) x = x.sin().tanh(); return x }\n',
    )
    const shown = (...args: string[]): string => run('steps.ts', ...args).stdout
    expect(shown()).toMatch(/ {2}t = \d+ … \d+:\n/)
    expect(shown('--show', 'graph')).toMatch(/\nt = \d+ … \d+:\n/)
    expect(shown('--show', 'text')).toMatch(/for \(t = \d+; t <= \d+; t\+\+\) \{\n/)
    expect(shown()).not.toContain('v98[e] = ')
    expect(shown('--unrolled')).toContain('v98[e] = tanh(sin(v96[e]))')
  })

  test('every loop of the text ends, and what is called is there', () => {
    model('wat.json', 3, [4, 1])
    for (const args of [['--precision', 'f32', '--batch', '9'], []]) {
      const { stdout } = run('wat.json', '--show', 'wat', ...args)
      const count = (pattern: RegExp): number => stdout.match(pattern)?.length ?? 0
      expect(count(/^\s+loop$/gm)).toBe(count(/^\s+end$/gm))
      for (const [, name] of stdout.matchAll(/call \$(\w+)/g))
        expect(stdout).toContain(`(func $${name} `)
    }
  })
})

describe('mistakes: one clear line, nothing written', () => {
  test.each([
    [['nowhere.json'], /cannot read nowhere\.json/],
    [['bad.json'], /bad\.json is not a chainrule model/],
    [['f.ts', '-o', 'f.js'], /f\.ts is no model: give a model\.json/],
    [['reads.ts'], /no number while the function is traced for compiling: write select/],
    [['fine.json', '-o', 'fine.txt'], /ends in \.js or \.mjs/],
    [['fine.json', '-o', '/proc/no/fine.js'], /cannot write \/proc\/no\/fine\.js/],
    [['f.ts', '--show', 'poem'], /--show.*poem/],
    [['many.ts'], /choose one with --function/],
    [['untold/many.js'], /choose one with --function/],
    [['fine.json', '--train'], /--train is for the module that -o writes/],
    [['fine.json', '-o', 'fine.js', '--show', 'wat'], /--show is for what is printed/],
    [['fine.json', '--inputs', '2'], /--inputs is for a .ts or .js file, and fine.json is a model/],
  ])('%j', (args, message) => {
    model('fine.json', 2, [1])
    write('bad.json', '{"a": 1}')
    write('reads.ts', 'export const f = (x: any) => (x.data > 0 ? x : x.neg())\n')
    write('many.ts', 'export const f = (x: any) => x\nexport const g = (x: any) => x\n')
    mkdirSync(join(folder, 'untold'), { recursive: true })
    write('untold/package.json', '{}')
    write('untold/many.js', 'export const f = (x) => x\nexport const g = (x) => x\n')
    const { status, stdout, stderr } = run(...args)
    expect([status, stdout]).toEqual([1, ''])
    expect(stderr).toMatch(/^chainrule: [^\n]+\n$/)
    expect(stderr).toMatch(message)
    expect(existsSync(join(folder, 'fine.txt'))).toBe(false)
  })
})

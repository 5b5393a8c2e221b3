/** `chainrule export`: the programs that it writes, and its mistakes. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Random } from 'chainrule'
import { fromOnnx } from 'chainrule/interop'
import { MLP } from 'chainrule/nn'
import { saveModel } from 'chainrule/train'
import { afterAll, describe, expect, test } from 'vitest'
import { command, type Ended } from './command.ts'
import { runProgram, withoutPyTorch } from './pytorch.ts'

const folder = mkdtempSync(join(tmpdir(), 'chainrule-export-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const run = (...args: string[]): Ended => command(folder, args)

describe('chainrule export', () => {
  const small = new MLP(3, [4, 2], { activation: 'tanh', random: new Random(2) })
  const standardisation = { mean: [1, 2, 3], deviation: [1, 2, 0.5] }
  const hostile = ['"""', "it's \\ {x}"]
  writeFileSync(join(folder, 'small.json'), saveModel(small, { standardisation, classes: hostile }))

  test('writes a module with the weights, and says what to do with it', () => {
    const { status, stdout, stderr } = run(
      'export',
      'small.json',
      '--to',
      'torch',
      '-o',
      'small.py',
    )
    expect([status, stderr]).toEqual([0, ''])
    expect(stdout).toMatch(/^small\.py: [\d,]+ bytes\nfrom small import load\n$/)
    const text = readFileSync(join(folder, 'small.py'), 'utf8')
    expect(text).toContain('self.layers = nn.ModuleList([nn.Linear(3, 4), nn.Linear(4, 2)])')
    expect(text).toContain('v5 = self.layers[1](v3)')
    const told = run('export', 'small.json', '--to', 'torch', '-o', 'small.py', '--json')
    expect(JSON.parse(told.stdout)).toEqual({
      file: 'small.py',
      to: 'torch',
      bytes: Buffer.byteLength(text),
    })
  })

  test.skipIf(withoutPyTorch !== undefined)('raw rows and class names travel along', () => {
    run('export', 'small.json', '--to', 'torch', '-o', 'asked.py')
    const rows = [
      [0, 1, 2],
      [2, -1, 4],
      [1, 2, 3.5],
    ]
    const wanted = rows.map((row) => {
      const x = row.map((x, j) => (x - standardisation.mean[j]!) / standardisation.deviation[j]!)
      return small.forward(x).map((v) => v.data)
    })
    const ask = `import json\nfrom asked import *\nrows = ${JSON.stringify(rows)}
print(json.dumps([predict(load(), rows).tolist(), classify(load(), rows)]))\n`
    writeFileSync(join(folder, 'ask.py'), ask)
    const [outputs, names] = JSON.parse(runProgram(join(folder, 'ask.py'))) as [
      number[][],
      string[],
    ]
    outputs.forEach((row, i) => row.forEach((x, k) => expect(x).toBeCloseTo(wanted[i]![k]!, 12)))
    expect(names).toEqual(wanted.map(([a, b]) => hostile[a! >= b! ? 0 : 1]))
  })

  test.skipIf(withoutPyTorch !== undefined)(
    'with data and from the start, it is the training that the command line ran',
    () => {
      const trained = run(
        'train',
        'iris',
        '--epochs',
        '5',
        '--l2',
        '0.01',
        '--out',
        'iris',
        '--no-report',
        '--json',
      )
      const { history } = JSON.parse(trained.stdout) as { history: { loss: number }[] }
      const args = ['--data', 'iris', '--from-start', '--l2', '0.01', '-o', 'iris.py']
      expect(run('export', 'iris/model.json', '--to', 'torch', ...args)).toMatchObject({
        status: 0,
      })
      const printed = runProgram(join(folder, 'iris.py'))
      const losses = [...printed.matchAll(/loss (\S+)/g)].map(([, x]) => Number(x))
      // 120 examples are seven batches of 16 and one of 8.
      expect(losses.length).toBe(40)
      history.forEach(({ loss }, epoch) => {
        const own = losses.slice(epoch * 8, epoch * 8 + 8)
        const sum = own.reduce((total, x, k) => total + x * (k === 7 ? 8 : 16), 0)
        expect(sum / 120).toBeCloseTo(loss, 9)
      })
    },
  )

  test('to ONNX, what is read back is the model', async () => {
    const args = ['--to', 'onnx', '-o', 'small.onnx', '--precision', 'f64', '--json']
    const { status, stdout } = run('export', 'small.json', ...args)
    const bytes = readFileSync(join(folder, 'small.onnx'))
    expect(status).toBe(0)
    expect(JSON.parse(stdout)).toEqual({ file: 'small.onnx', to: 'onnx', bytes: bytes.length })
    const { state, ...told } = await fromOnnx(bytes)
    expect(state).toEqual(small.stateDict())
    expect(told).toMatchObject({ inputs: 3, sizes: [4, 2], classes: hostile, standardisation })
  })

  test.each([
    [['nowhere.json', '--to', 'torch', '-o', 'x.py'], /cannot read nowhere\.json/],
    [['small.json', '--to', 'tensor', '-o', 'x.py'], /--to.*tensor/],
    [['small.json', '--to', 'onnx', '-o', 'x.py'], /--to onnx writes a file that ends in \.onnx/],
    [
      ['small.json', '--to', 'onnx', '-o', 'x.onnx', '--data', 'iris'],
      /--data is for --to torch: a file of onnx does not train/,
    ],
    [['small.json', '--to', 'torch'], /required option.*--output/],
    [['small.json', '--to', 'torch', '-o', 'x.py', '--from-start'], /name its data with --data/],
    [
      ['small.json', '--to', 'torch', '-o', 'x.py', '--data', 'moons'],
      /the model is 3-4-2, a network for moons is 2-16-16-1: name the data it was trained on/,
    ],
    [['small.json', '--to', 'torch', '-o', '/proc/no/x.py'], /cannot write \/proc\/no\/x\.py/],
  ])('%j: one clear line, nothing written', (args, message) => {
    const { status, stdout, stderr } = run('export', ...args)
    expect([status, stdout]).toEqual([1, ''])
    expect(stderr).toMatch(/^chainrule: [^\n]+\n$/)
    expect(stderr).toMatch(message)
    expect(existsSync(join(folder, 'x.py'))).toBe(false)
  })
})

import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { Random } from 'chainrule'
import { afterAll, expect, test } from 'vitest'

const main = resolve(import.meta.dirname, '../../dist/cli/main.js')
const folder = mkdtempSync(join(tmpdir(), 'chainrule-sweeps-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Runs a sweep and, after `patience` ms, kills it and all its workers at once; true if it had ended by itself. */
async function killedAfter(patience: number, ...args: string[]): Promise<boolean> {
  const options = { cwd: folder, stdio: 'ignore', detached: true } as const
  const child = spawn(process.execPath, [main, 'sweep', ...args, '--jobs', '2'], options)
  const timer = setTimeout(() => process.kill(-child.pid!, 'SIGKILL'), Math.min(patience, 2 ** 30))
  const code = await new Promise((ended) => child.on('close', ended))
  clearTimeout(timer)
  return code === 0
}

/** Those that are there; of a sweep that was killed before it made its folder, none. */
function results(out: string): string[] {
  const runs = join(folder, out, 'runs')
  return existsSync(runs) ? readdirSync(runs).filter((name) => !name.startsWith('.')) : []
}

function expectSame(out: string, straight: string): void {
  for (const file of ['table.csv', 'summary.json', 'sweep.svg'])
    expect(readFileSync(join(folder, out, file)), file).toEqual(
      readFileSync(join(folder, straight, file)),
    )
}

test('200 runs by 2 processes, killed with SIGKILL 20 times and resumed, end with the same table', async () => {
  const settings = {
    hidden: ['2', '3'],
    learningRate: [0.01, 0.03, 0.1, 0.3, 1],
    batchSize: [8, 16],
    epochs: 1,
    count: 20,
  }
  const config = { data: 'moons', settings, seeds: 10 }
  writeFileSync(join(folder, 'many.json'), JSON.stringify(config))
  expect(await killedAfter(Infinity, 'many.json', '--out', 'straight')).toBe(true)
  expect(results('straight')).toHaveLength(200)
  const random = new Random(5)
  let kills = 0
  for (let sweep = 0; kills < 20; sweep++) {
    const out = `killed${sweep}`
    let done = 0
    // From before anything is read to where some dozens of runs are done.
    const patience = (): number => (kills < 20 ? random.uniform(100, 1200) : Infinity)
    while (!(await killedAfter(patience(), 'many.json', '--out', out))) {
      kills++
      // Whatever was on its way, what stands there is whole, and nothing that was there is lost.
      const found = results(out)
      for (const name of found)
        expect(() =>
          JSON.parse(readFileSync(join(folder, out, 'runs', name), 'utf8')),
        ).not.toThrow()
      expect(found.length).toBeGreaterThanOrEqual(done)
      done = found.length
    }
    expectSame(out, 'straight')
    expect(results(out)).toEqual(results('straight'))
    console.log(`${kills} kills; ${done} of 200 runs were done when the last one fell`)
  }
})

test('runs that take long go on from their checkpoints and end with the same table', async () => {
  const settings = { learningRate: [0.01, 0.02], hidden: '8', epochs: 800, count: 400 }
  writeFileSync(join(folder, 'long.json'), JSON.stringify({ data: 'moons', settings }))
  const args = ['long.json', '--checkpoint-seconds', '0.05', '--out']
  const begun = performance.now()
  expect(await killedAfter(Infinity, ...args, 'long')).toBe(true)
  const whole = performance.now() - begun
  let kills = 0
  // Each time less than a whole run: without checkpoints it would never end.
  while (!(await killedAfter(0.7 * whole, ...args, 'stages'))) {
    kills++
    expect(kills).toBeLessThan(20)
  }
  expect(kills).toBeGreaterThan(0)
  expectSame('stages', 'long')
  expect(readdirSync(join(folder, 'stages/checkpoints'))).toEqual([])
  console.log(`${kills} kills of runs of ${(whole / 1000).toFixed(1)} s`)
})

test('two sweeps on one folder at once do not hurt each other', async () => {
  const settings = { hidden: ['2', '3'], learningRate: [0.01, 0.1], epochs: 1, count: 20 }
  writeFileSync(join(folder, 'both.json'), JSON.stringify({ data: 'moons', settings, seeds: 10 }))
  expect(await killedAfter(Infinity, 'both.json', '--out', 'one')).toBe(true)
  const twice = [0, 1].map(() => killedAfter(Infinity, 'both.json', '--out', 'two'))
  expect(await Promise.all(twice)).toEqual([true, true])
  expectSame('two', 'one')
  expect(readdirSync(join(folder, 'two/runs'))).toEqual(readdirSync(join(folder, 'one/runs')))
})

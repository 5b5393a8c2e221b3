import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { Random } from 'chainrule'
import { afterAll, expect, test } from 'vitest'

const main = resolve(import.meta.dirname, '../../dist/cli/main.js')
const folder = mkdtempSync(join(tmpdir(), 'chainrule-resume-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const command = (out: string): string[] =>
  `${main} train digits --hidden 8 --epochs 4 --json --no-report --resume --checkpoint-seconds 0 --out ${out}`.split(
    ' ',
  )
const weights = (out: string): unknown => {
  const { weights: found } = JSON.parse(readFileSync(join(folder, out, 'model.json'), 'utf8')) as {
    weights: unknown
  }
  return found
}

/** Runs the training and kills it after `patience` ms; true if it had ended by itself. */
async function killedAfter(patience: number, out: string): Promise<boolean> {
  const child = spawn(process.execPath, command(out), {
    cwd: folder,
    stdio: 'ignore',
  })
  const timer = setTimeout(() => child.kill('SIGKILL'), patience)
  const code = await new Promise((ended) => child.on('close', ended))
  clearTimeout(timer)
  return code === 0
}

test('killed with SIGKILL at 24 moments and resumed, training ends with the same bits', async () => {
  const { status, stderr } = spawnSync(process.execPath, command('straight'), {
    cwd: folder,
    encoding: 'utf8',
  })
  expect(stderr).toBe('')
  expect(status).toBe(0)
  const random = new Random(11)
  let kills = 0
  for (let run = 0; kills < 24; run++) {
    const out = `run${run}`
    // A process needs about 150 ms to start; after that a moment anywhere in its first second of work.
    while (!(await killedAfter(random.uniform(150, 1200), out))) {
      kills++
      const file = join(folder, out, 'checkpoint.json')
      // Whatever was on its way, what stands there is whole.
      if (existsSync(file)) expect(() => JSON.parse(readFileSync(file, 'utf8'))).not.toThrow()
    }
    expect(weights(out)).toEqual(weights('straight'))
    expect(readdirSync(join(folder, out)).toSorted()).toEqual(['checkpoint.json', 'model.json'])
  }
  console.log(`${kills} kills, ${readdirSync(folder).length - 1} trainings`)
}, 600_000)

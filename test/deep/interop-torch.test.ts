/** Exported programs as a user runs them: alone, and as two processes that share each batch. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { furthest } from '../compiled-suite.ts'
import { type Exported, exportedPrograms } from '../exported.ts'
import { runProgram, runPyTorch, withoutPyTorch } from '../pytorch.ts'
import { curveOf, exported, ours } from '../torch-training.ts'

const folder = mkdtempSync(join(tmpdir(), 'chainrule-torchrun-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Where a program is, and the losses that it has to print. */
async function written(program: Exported): Promise<{ file: string; curve: number[] }> {
  const file = join(folder, `${program.title.replaceAll(' ', '-')}.py`)
  writeFileSync(file, exported(program, false))
  return { file, curve: (await ours(program)).curve }
}

/** What shared.py tells of a program. */
interface Shared {
  readonly printed: string
  readonly attempts: number
}

describe.skipIf(withoutPyTorch !== undefined)('an exported program', () => {
  // Every process of torchrun imports torch, which takes seconds: two programs go that way.
  test.each(
    exportedPrograms()
      .slice(0, 2)
      .map((program) => [program.title, program] as const),
  )('%s: the same 100 losses alone and under torchrun, to 1e-9', async (title, program) => {
    const { file, curve } = await written(program)
    const apart = [1, 2].map((count) => furthest(curveOf(runProgram(file, count)), curve))
    console.log(
      `${title}: alone, torchrun: ${apart.map((x) => x.toExponential(1)).join(', ')} apart`,
    )
    for (const x of apart) expect(x).toBeLessThan(1e-9)
  })

  test('each of them: the same 100 losses by two processes, to 1e-9', async () => {
    const programs = exportedPrograms()
    const all = await Promise.all(programs.map(written))
    const runs = runPyTorch('shared.py', { files: all.map(({ file }) => file) }) as Shared[]
    all.forEach(({ curve }, i) => {
      const { printed, attempts } = runs[i]!
      const apart = furthest(curveOf(printed), curve)
      const hung = attempts > 1 ? ` (begun ${attempts} times: its processes did not meet)` : ''
      console.log(`${programs[i]!.title}: shared by two, ${apart.toExponential(1)} apart${hung}`)
      expect(apart, programs[i]!.title).toBeLessThan(1e-9)
    })
  })
})

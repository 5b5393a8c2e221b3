/** Exported programs as a user runs them: alone, and as two processes that share each batch. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { furthest } from '../compiled-suite.ts'
import { exportedPrograms } from '../exported.ts'
import { runProgram, withoutPyTorch } from '../pytorch.ts'
import { curveOf, exported, ours } from '../torch-training.ts'

const folder = mkdtempSync(join(tmpdir(), 'chainrule-torchrun-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe.skipIf(withoutPyTorch !== undefined)('an exported program', () => {
  test.each(exportedPrograms().map((program) => [program.title, program] as const))(
    '%s: the same 100 losses alone and under torchrun, to 1e-9',
    async (title, program) => {
      const file = join(folder, `${title.replaceAll(' ', '-')}.py`)
      writeFileSync(file, exported(program, false))
      const { curve } = await ours(program)
      const apart = [1, 2].map((count) => furthest(curveOf(runProgram(file, count)), curve))
      console.log(
        `${title}: alone and shared by two, ${apart.map((x) => x.toExponential(1)).join(', ')} apart`,
      )
      for (const x of apart) expect(x).toBeLessThan(1e-9)
    },
  )
})

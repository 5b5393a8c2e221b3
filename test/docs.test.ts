import { spawnSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { runProgram, withoutPyTorch } from './pytorch.ts'

const root = resolve(import.meta.dirname, '..')
const documents = [
  'README.md',
  'ARCHITECTURE.md',
  'CHANGELOG.md',
  'llms.txt',
  'docs/interop.md',
  'docs/moving.md',
]
// Inside the package, so that `chainrule` means this one.
mkdirSync(join(root, 'runs'), { recursive: true })
const folder = mkdtempSync(join(root, 'runs/docs-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** A program, and all that it prints where that follows, with a sentence between at most. */
const program = /```(?:js|ts)\n([\s\S]*?)```(?:\n[^`#]{0,80}\n```text\n([\s\S]*?)```)?/g

const snippets = documents.flatMap((file) =>
  [...readFileSync(join(root, file), 'utf8').matchAll(program)].map((found, i) => ({
    title: `${file}, program ${i + 1}`,
    code: found[1]!,
    output: found[2],
  })),
)

/** `console.log(…) // text` promises that text, up to a remark after two spaces. */
const promised = (code: string): string[] =>
  [...code.matchAll(/console\.log\(.*\) \/\/ (.*)$/gm)].map((found) =>
    found[1]!.split('  ')[0]!.trim(),
  )

/** A document without its programs, where `layers[0](x)` is no link. */
const prose = (file: string): string =>
  readFileSync(join(root, file), 'utf8').replaceAll(/```[\s\S]*?```/g, '')

describe('documents', () => {
  test('there are programs in the README', () => {
    expect(snippets.length).toBeGreaterThan(4)
  })

  test.each(snippets)('$title prints what it says', ({ title, code, output }) => {
    const file = join(folder, `${title.replaceAll(/\W+/g, '-')}.mjs`)
    writeFileSync(file, code)
    const { stdout, stderr, status } = spawnSync(process.execPath, [file], {
      encoding: 'utf8',
      cwd: folder,
    })
    expect(stderr).toBe('')
    expect(status).toBe(0)
    if (output !== undefined) {
      expect(stdout).toBe(output)
      return
    }
    expect(
      stdout
        .trimEnd()
        .split('\n')
        .map((line) => line.replace(/ {2,}=.*/, '')),
    ).toEqual(promised(code))
  })

  test.skipIf(withoutPyTorch !== undefined)(
    'docs/moving.md: its Python prints what it says, and goes on where its JavaScript ends',
    () => {
      const text = readFileSync(join(root, 'docs/moving.md'), 'utf8')
      const programs = [...text.matchAll(/```python\n([\s\S]*?)```/g)]
      expect(programs.length).toBeGreaterThan(0)
      for (const [i, [, code]] of programs.entries()) {
        const file = join(folder, `moving-${i}.py`)
        writeFileSync(file, code!)
        expect(runProgram(file).trim().split('\n')).toEqual(
          [...code!.matchAll(/print\(.*\) # (.*)$/gm)].map((found) => found[1]),
        )
      }
      const [, first] = /console\.log\(first.*\) \/\/ (.*)$/m.exec(text)!
      const printed = runProgram(join(folder, 'moons.py'))
      const [, loss] = /^step 1 {2}loss (\S+)/.exec(printed)!
      expect(Number(loss).toFixed(10)).toBe(first)
    },
  )

  test.each(readdirSync(join(root, 'examples')))('examples/%s runs', (example) => {
    const script = join(folder, 'example.mjs')
    const loader = join(root, 'dist/cli/source.js')
    const code = `import { importFile } from ${JSON.stringify(loader)}
await importFile(process.argv[2])`
    writeFileSync(script, code)
    const file = join('examples', example)
    const run = spawnSync(process.execPath, [script, file], { encoding: 'utf8', cwd: root })
    expect(run.stderr).toBe('')
    expect(run.stdout).toMatchSnapshot()
  })

  test('links lead somewhere', () => {
    for (const file of documents)
      for (const [, target] of prose(file).matchAll(/\]\(([^)#:]+)\)/g))
        expect(existsSync(join(root, dirname(file), target!)), `${file}: ${target}`).toBe(true)
  })
})

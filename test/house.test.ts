import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
import * as chainrule from 'chainrule'
import { build } from 'esbuild'
import { describe, expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '..')
const read = (file: string): string => readFileSync(join(root, file), 'utf8')
const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => `src/${file}`)

/** Lowest first. A unit may import from itself and from lower rows, never from its neighbours. */
const layers = [
  { ops: ['ops'] },
  { engine: ['page', 'order', 'adjoints', 'engine'] },
  { functions: ['functions'] },
  {
    transforms: ['transforms', 'gradcheck'],
    random: ['random'],
    algebra: ['algebra'],
    base64: ['base64'],
  },
  {
    core: ['index'],
    nn: ['nn'],
    loss: ['loss'],
    optim: ['optim'],
    data: ['data'],
    expression: ['expression'],
  },
  { lift: ['lift'] },
  { view: ['view'], compile: ['compile'], interop: ['interop'] },
  { train: ['train'], notebook: ['notebook'] },
  { node: ['node'] },
  { cli: ['cli'] },
]

/** The unit a source belongs to, and its layer. */
function place(file: string): { unit: string; layer: number } {
  const name = file
    .replace(/^src\//, '')
    .split('/')[0]!
    .replace(/\.ts$/, '')
  for (const [layer, units] of layers.entries())
    for (const [unit, names] of Object.entries(units))
      if (names.includes(name)) return { unit, layer }
  throw new Error(
    `${file} is in no layer: add it to the table in this test and in ARCHITECTURE.md.`,
  )
}

/** Ways to write graphs, and readers of graphs: neither knows the other. */
const writers = ['nn', 'loss', 'optim', 'data', 'expression']
const readers = ['lift', 'view', 'compile', 'interop']

const importsOf = (file: string): string[] =>
  [...read(file).matchAll(/^(?:import|export)\b[^'"]*?from '([^']+)'|import\('([^']+)'\)/gm)].map(
    (found) => (found[1] ?? found[2])!,
  )
const lines = (file: string): string[] => read(file).trimEnd().split('\n')

describe('the house', () => {
  test('imports point downward only', () => {
    for (const file of sources) {
      const from = place(file)
      for (const path of importsOf(file).filter((path) => path.startsWith('.'))) {
        const target = relative(root, resolve(root, file, '..', path))
        const to = place(target)
        const stranger = readers.includes(from.unit) && writers.includes(to.unit)
        const allowed = to.unit === from.unit || (to.layer < from.layer && !stranger)
        expect(allowed, `${file} imports ${target}, which is not below it`).toBe(true)
      }
    }
  })

  test('core, nn, loss, optim, data, lift and compile import no library', () => {
    const mayImport = ['expression', 'view', 'interop', 'train', 'notebook', 'node', 'cli']
    for (const file of sources.filter((file) => !mayImport.includes(place(file).unit)))
      expect(
        importsOf(file).filter((path) => !path.startsWith('.')),
        file,
      ).toEqual([])
  })

  test('engine.ts is at most 100 lines, ops.ts at most 350, both at most 100 columns wide', () => {
    expect(lines('src/engine.ts').length).toBeLessThanOrEqual(100)
    expect(lines('src/ops.ts').length).toBeLessThanOrEqual(350)
    for (const file of ['src/engine.ts', 'src/ops.ts'])
      for (const line of lines(file)) expect(line.length, line).toBeLessThanOrEqual(100)
  })

  test('no other source is over 250 lines', () => {
    const apart = ['src/ops.ts', 'src/data/digits.ts', 'src/data/iris.ts'] // a table, and two of data
    for (const file of sources.filter((file) => !apart.includes(file)))
      expect(lines(file).length, file).toBeLessThanOrEqual(250)
  })

  test('nothing uses Math.random, `any` or a default export', () => {
    for (const file of sources) {
      const code = read(file).replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*/g, '')
      expect(
        /Math\.random|[:<|]\s*any\b|\bas any\b|export default/.exec(code)?.[0],
        file,
      ).toBeUndefined()
    }
  })

  test('every row of the table is a function of the package, and a method unless it is variadic', () => {
    for (const op of Object.values<chainrule.Row>(chainrule.ops)) {
      expect(chainrule, op.name).toHaveProperty(op.name)
      if (op.arity !== 'variadic')
        expect(chainrule.Value.prototype, op.name).toHaveProperty(op.name)
    }
  })

  test('`chainrule` alone is at most 6 KB, minified and compressed', async () => {
    const { outputFiles } = await build({
      entryPoints: [join(root, 'src/index.ts')],
      bundle: true,
      minify: true,
      format: 'esm',
      target: 'es2022',
      write: false,
    })
    expect(gzipSync(outputFiles[0]!.contents, { level: 9 }).length).toBeLessThanOrEqual(6 * 1024)
  })

  test('every subpath of package.json is a folder of src with an index', () => {
    const { exports } = JSON.parse(read('package.json')) as { exports: Record<string, unknown> }
    for (const path of Object.keys(exports).filter((path) => path !== './package.json')) {
      const file = path === '.' ? 'src/index.ts' : `src/${path.slice(2)}/index.ts`
      expect(sources, path).toContain(file)
    }
  })

  test('lock files name no registry', () => {
    for (const file of ['package-lock.json', 'bench/package-lock.json', 'ci/package-lock.json'])
      expect(/"resolved": "https?:\/\/[^"]*/.exec(read(file))?.[0], file).toBeUndefined()
  })
})

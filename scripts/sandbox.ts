/**
 * Bundles what the studio's Code view runs programs with: one classic script that holds chainrule, and
 * two more that it asks for when a graph or a plot is drawn. They are passed to the sandbox as text, as
 * a page without an origin can load no module.
 */
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { build, type Plugin } from 'esbuild'

const root = resolve(import.meta.dirname, '..')
const source = (path: string): string => resolve(root, 'src', path)

/** What is loaded later, by name. Fixed imports of these become questions to the page. */
const parts = {
  graphs: `export * from '@viz-js/viz'`,
  plots: `export * from '@observablehq/plot'; export { parseHTML } from 'linkedom'`,
} as const
export type SandboxFile = 'program' | keyof typeof parts
export const sandboxFiles: readonly SandboxFile[] = ['program', 'graphs', 'plots']

/** In which source which import stands, and what stands there instead. */
const replaced: Record<string, readonly (readonly [text: string, instead: string])[]> = {
  'view/layout.ts': [[`import('@viz-js/viz')`, `self.sandboxPart('graphs')`]],
  'view/plot/figure.ts': [
    [`import('@observablehq/plot')`, `self.sandboxPart('plots')`],
    [`nodeModule<typeof import('linkedom')>('linkedom')`, `self.sandboxPart('plots')`],
    ["  refuseWorkers('a plot')\n", ''], // this worker has been given what Node has
    // As wide as there is room for: smaller letters than these could not be read.
    ['    width,\n    height,', '    width: Math.min(width, self.sandboxWidth),\n    height,'],
  ],
  'view/png.ts': [['import.meta.url', `''`]],
  // A file is of no use where none can be kept: toHtml says so.
  'view/html.ts': [
    [`import('./page/bundle.js')`, `Promise.reject(new Error(self.sandboxWithoutFiles))`],
  ],
}

/** The text of a file of the sandbox. */
export async function bundleOf(file: SandboxFile): Promise<string> {
  const { outputFiles } = await build({
    ...(file === 'program'
      ? { entryPoints: [resolve(root, 'studio/src/code/sandbox/worker.ts')] }
      : { stdin: { contents: parts[file], resolveDir: root } }),
    bundle: true,
    minify: true,
    format: 'iife',
    ...(file !== 'program' && { globalName: 'part' }),
    platform: 'browser',
    target: 'es2022',
    charset: 'utf8',
    legalComments: 'none',
    keepNames: file === 'program', // names of classes are printed
    write: false,
    tsconfigRaw: {},
    plugins: [ownSources],
  })
  return outputFiles[0]!.text
}

const ownSources: Plugin = {
  name: 'chainrule-sources',
  setup(build) {
    build.onResolve({ filter: /^chainrule(\/|$)/ }, ({ path }) => ({
      path: source(path === 'chainrule' ? 'index.ts' : `${path.slice(10)}/index.ts`),
    }))
    // Style sheets in documents, which plots have none of; and pictures in Node.
    build.onResolve({ filter: /^(cssomnom\/parse|canvas)$/ }, ({ path }) => ({
      path,
      namespace: 'nothing',
    }))
    build.onLoad({ filter: /./, namespace: 'nothing' }, () => ({
      contents: 'module.exports = {}',
    }))
    build.onLoad({ filter: /\/src\/view\/.*\.ts$/ }, async ({ path }) => {
      let contents = await readFile(path, 'utf8')
      for (const [text, instead] of replaced[path.slice(source('').length + 1)] ?? []) {
        if (!contents.includes(text)) throw new Error(`${path} has no ${text} any more.`)
        contents = contents.replace(text, instead)
      }
      return { contents, loader: 'ts' }
    })
  },
}

import { createHash } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig, type Plugin } from 'vite'
import { colours } from '../scripts/colours.ts'
import { parse } from '../src/expression/index.ts'
import { contentsOf } from '../src/view/contents.ts'
import { opening } from './src/expression/opening.ts'

const local = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
const source = (path: string): string => fileURLToPath(new URL(`../src/${path}`, import.meta.url))

/** Modules that are computed when the studio is built: colours, and the first graph with its layout. */
function computed(): Plugin {
  const made: Record<string, () => string | Promise<string>> = {
    'virtual:colours.css': () => colours,
    'virtual:opening': async () => {
      const f = parse(opening.text)(opening.numbers)
      f.backward()
      return `export default ${JSON.stringify(await contentsOf(f))}`
    },
  }
  return {
    name: 'chainrule-computed',
    resolveId: (id) => (id in made ? `\0${id}` : undefined),
    load: (id) => made[id.slice(1)]?.(),
  }
}

/** Names every file of the studio to its service worker, which keeps them for when there is no network. */
function kept(): Plugin {
  return {
    name: 'chainrule-kept',
    enforce: 'post',
    generateBundle(_, bundle) {
      const worker = bundle['service-worker.js']
      if (worker?.type !== 'chunk') throw new Error('the studio has no service worker.')
      const files = Object.values(bundle)
        .filter(({ fileName }) => fileName !== worker.fileName)
        .map((file) => ({
          url: file.fileName,
          revision: file.fileName.startsWith('assets/') ? null : hashOf(file),
        }))
      worker.code = worker.code.replace('self.files', JSON.stringify(files))
    },
  }
}

function hashOf(file: { code: string } | { source: string | Uint8Array }): string {
  const content = 'code' in file ? file.code : file.source
  return createHash('sha256').update(content).digest('hex').slice(0, 16)
}

/** The studio uses the package by its public names; here those names lead to the sources. */
const alias = [
  { find: /^chainrule$/, replacement: source('index.ts') },
  { find: /^chainrule\/(.+\.css)$/, replacement: source('$1') },
  {
    find: /^chainrule\/view\/page\/worker(\?worker)$/,
    replacement: source('view/page/worker.ts$1'),
  },
  { find: /^chainrule\/(.+)$/, replacement: source('$1/index.ts') },
]

export default defineConfig({
  base: './',
  plugins: [computed(), svelte(), kept()],
  resolve: { alias },
  worker: { format: 'es' },
  build: {
    outDir: '../dist/studio',
    emptyOutDir: true,
    target: 'es2022',
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 2000,
    assetsInlineLimit: 0,
    rolldownOptions: {
      input: { index: local('index.html'), 'service-worker': local('src/service-worker.ts') },
      output: {
        entryFileNames: ({ name }) =>
          name === 'service-worker' ? '[name].js' : 'assets/[name]-[hash].js',
      },
    },
  },
})

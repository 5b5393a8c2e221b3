import { fileURLToPath } from 'node:url'
import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig, type Plugin } from 'vite'
import { colours } from '../scripts/colours.ts'
import { parse } from '../src/expression/index.ts'
import { contentsOf } from '../src/view/contents.ts'
import { kept } from './kept.ts'
import { sandbox } from './sandbox.ts'
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
  plugins: [computed(), sandbox(), svelte(), kept()],
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

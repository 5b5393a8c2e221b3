/**
 * Bundles the page of `toHtml` (src/view/page) into src/view/page/bundle.js and, for the built package,
 * dist/view/page/bundle.js: its script, its style with their hashes, and the worker that lays graphs
 * out, compressed because Graphviz is large. `npm run build` runs it; the output is not committed.
 */
import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { deflateRawSync } from 'node:zlib'
import { build } from 'esbuild'
import { colours } from './colours.ts'

const page = 'src/view/page'

/** One file with everything it imports, minified. */
async function bundled(file: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [`${page}/${file}`],
    bundle: true,
    minify: true,
    format: 'iife',
    platform: 'browser',
    target: 'es2022',
    charset: 'utf8',
    legalComments: 'none',
    write: false,
  })
  return outputFiles[0]!.text.trim()
}

const hash = (text: string): string =>
  `sha256-${createHash('sha256').update(text).digest('base64')}`

const script = await bundled('main.ts')
if (/<\/script|<!--/i.test(script)) throw new Error('the script of the page would end its element.')
const sheets = await Promise.all(['base.css', 'page.css', 'inspector.css'].map(bundled))
const style = colours + sheets.join('')
if (/<\/style/i.test(style)) throw new Error('the style of the page would end its element.')
const layouter = deflateRawSync(await bundled('worker.ts'), { level: 9 }).toString('base64')

const constants = { script, scriptHash: hash(script), style, styleHash: hash(style), layouter }
const source = Object.entries(constants)
  .map(([name, text]) => `export const ${name} = ${JSON.stringify(text)}\n`)
  .join('')
for (const folder of [page, page.replace('src', 'dist')]) {
  mkdirSync(folder, { recursive: true })
  writeFileSync(`${folder}/bundle.js`, `// Written by scripts/page.ts.\n${source}`)
}

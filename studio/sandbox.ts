/** Modules of the Code view that are computed when the studio is built: names, programs, the sandbox. */
import { readFileSync } from 'node:fs'
import type { Plugin } from 'vite'
import { namesOf } from '../scripts/names.ts'
import { bundleOf, type SandboxFile, sandboxFiles } from '../scripts/sandbox.ts'

/** What a program of the Code view can import. */
const subpaths = [
  '',
  'nn',
  'loss',
  'optim',
  'data',
  'train',
  'view',
  'expression',
  'compile',
  'lift',
  'interop',
]

export function sandbox(): Plugin {
  let serving = false
  const made: Record<string, (emit: Emit) => string | Promise<string>> = {
    'virtual:names': () => `export default ${JSON.stringify(namesOf(subpaths))}`,
    'virtual:readme': () => `export default ${JSON.stringify(programs())}`,
    'virtual:sandbox': async (emit) => {
      const urls = sandboxFiles.map(async (file) => [file, await urlOf(file, emit)])
      const entries = (await Promise.all(urls)).map(([file, url]) => `${file}: ${url}`)
      return `export default { ${entries.join(', ')} }`
    },
  }
  /** An expression that is the address of a file. */
  async function urlOf(file: SandboxFile, emit: Emit): Promise<string> {
    if (serving) return `'/@sandbox/${file}.js'`
    const asset = emit({ name: `sandbox-${file}.js`, source: await bundleOf(file) })
    return `import.meta.ROLLUP_FILE_URL_${asset}`
  }
  return {
    name: 'chainrule-sandbox',
    resolveId: (id) => (id in made ? `\0${id}` : undefined),
    load(id) {
      return made[id.slice(1)]?.((file) => this.emitFile({ type: 'asset', ...file }))
    },
    configureServer(server) {
      serving = true
      server.middlewares.use('/@sandbox', ({ url }, response, next) => {
        const file = sandboxFiles.find((file) => url === `/${file}.js`)
        if (file === undefined) return next()
        void bundleOf(file).then((text) => response.end(text), next)
      })
    },
  }
}

type Emit = (file: { name: string; source: string }) => string

/** The programs of the README, each with the heading it stands below; two of them are told apart. */
function programs(): { name: string; code: string }[] {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
  const found: { name: string; code: string }[] = []
  let heading = ''
  for (const [, title, code] of readme.matchAll(/^## (.+)$|^```js\n([\s\S]*?)^```$/gm)) {
    if (title !== undefined) heading = title
    if (code === undefined || code.includes(`from 'node:`)) continue // files, of which there are none
    const name = heading === '' ? 'The first program' : heading
    const again = found.filter((other) => other.name.startsWith(name)).length
    found.push({ name: again === 0 ? name : `${name}, ${again + 1}`, code })
  }
  return found
}

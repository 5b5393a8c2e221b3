/** What the service worker keeps: the names of all files of the studio, written into it when it is built. */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Plugin } from 'vite'

const shared = fileURLToPath(new URL('public', import.meta.url))

interface File {
  readonly name: string
  readonly content: string | Uint8Array
}

export function kept(): Plugin {
  return {
    name: 'chainrule-kept',
    enforce: 'post',
    generateBundle(_, bundle) {
      const worker = bundle['service-worker.js']
      if (worker?.type !== 'chunk') throw new Error('the studio has no service worker.')
      const made = Object.values(bundle)
        .filter(({ fileName }) => fileName !== worker.fileName)
        .map((file) => ({
          name: file.fileName,
          content: file.type === 'chunk' ? file.code : file.source,
        }))
      const copied = readdirSync(shared).map((name) => ({
        name,
        content: readFileSync(`${shared}/${name}`),
      }))
      const files = [...made, ...copied].map(entryOf)
      worker.code = worker.code.replace('self.files', () => JSON.stringify(files))
    },
  }
}

/** Names of assets have a hash in them already. */
function entryOf({ name, content }: File): { url: string; revision: string | null } {
  if (name.startsWith('assets/')) return { url: name, revision: null }
  return { url: name, revision: createHash('sha256').update(content).digest('hex').slice(0, 16) }
}

/** How Node reads a script: as a module, or as CommonJS, which knows no `export`. */
import { readFileSync } from 'node:fs'
import { dirname, extname, join, resolve } from 'node:path'

/** Whether Node takes a .js or .mjs file for a module: by its name, or by the nearest package.json. */
export function isModule(file: string): boolean {
  if (extname(file) === '.mjs') return true
  for (let folder = dirname(resolve(file)); ; folder = dirname(folder)) {
    const found = packageIn(folder)
    if (found !== undefined) return found.type === 'module'
    if (folder === dirname(folder)) return false
  }
}

/** What a folder's package.json says; undefined where there is none that can be read. */
function packageIn(folder: string): { readonly type?: unknown } | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as object
  } catch {
    return undefined
  }
}

import { register } from 'node:module'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { readText } from '../node/file.ts'

let registered = false

/**
 * The exports of a user's .ts or .js file. TypeScript is stripped as it loads, also in what the file
 * imports, and `chainrule` in it means this very package.
 */
export async function importFile(file: string): Promise<Record<string, unknown>> {
  await readText(file)
  if (!registered) register('./source-hooks.js', import.meta.url)
  registered = true
  try {
    return (await import(pathToFileURL(resolve(file)).href)) as Record<string, unknown>
  } catch (error) {
    throw new Error(`cannot load ${file}: ${(error as Error).message}`, { cause: error })
  }
}

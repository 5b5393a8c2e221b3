/** Node's loader hooks for a user's files; they run in a thread of their own. See source.ts. */
import { readFile } from 'node:fs/promises'
import type { LoadFnOutput, LoadHook, ResolveHook } from 'node:module'
import { fileURLToPath } from 'node:url'
import { transform } from 'sucrase'

const typescript = /\.m?ts$/
/** A line that only a module has. */
const declaration = /^\s*(?:import|export)\b/m

export const resolve: ResolveHook = async (specifier, context, next) => {
  if (/^chainrule(\/|$)/.test(specifier))
    return next(specifier, { ...context, parentURL: import.meta.url })
  try {
    return await next(specifier, context)
  } catch (error) {
    // TypeScript sources import `./x.js` or `./x` where `./x.ts` stands.
    if (!/^\.{0,2}\//.test(specifier)) throw error
    return Promise.resolve(next(`${specifier.replace(/\.js$/, '')}.ts`, context)).catch(() => {
      throw error // it names what the user wrote
    })
  }
}

export const load: LoadHook = async (url, context, next) => {
  if (!typescript.test(url)) return (await asModule(url, context.format)) ?? next(url, context)
  const filePath = fileURLToPath(url)
  const { code } = transform(await readFile(filePath, 'utf8'), {
    transforms: ['typescript'],
    filePath,
  })
  return { format: 'module', source: code, shortCircuit: true }
}

/** A .js file that no package.json says anything of: some Nodes warn before they find out what it is, some refuse it. */
async function asModule(
  url: string,
  format: string | null | undefined,
): Promise<LoadFnOutput | undefined> {
  const told = format === 'module' || format === 'commonjs'
  if (told || !url.startsWith('file:') || !url.endsWith('.js')) return undefined
  const source = await readFile(fileURLToPath(url), 'utf8')
  return declaration.test(source) ? { format: 'module', source, shortCircuit: true } : undefined
}

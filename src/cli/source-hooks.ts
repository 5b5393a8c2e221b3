/** Node's loader hooks for a user's files; they run in a thread of their own. See source.ts. */
import { readFile } from 'node:fs/promises'
import type { LoadHook, ResolveHook } from 'node:module'
import { fileURLToPath } from 'node:url'
import { transform } from 'sucrase'

const typescript = /\.m?ts$/

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
  if (!typescript.test(url)) return next(url, context)
  const filePath = fileURLToPath(url)
  const { code } = transform(await readFile(filePath, 'utf8'), {
    transforms: ['typescript'],
    filePath,
  })
  return { format: 'module', source: code, shortCircuit: true }
}

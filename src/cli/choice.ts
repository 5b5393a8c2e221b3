import type { Program } from '../transforms.ts'

/** The function that is meant, among a file's exports. */
export function chosen(
  exports: Record<string, unknown>,
  wanted: string | undefined,
  file: string,
): { name: string; f: Program } {
  const names = Object.keys(exports).filter((name) => typeof exports[name] === 'function')
  const name =
    wanted ?? (names.includes('default') ? 'default' : names.length === 1 ? names[0] : undefined)
  if (name !== undefined && names.includes(name)) return { name, f: exports[name] as Program }
  const found = names.length === 0 ? 'no function' : names.join(', ')
  throw new Error(
    wanted === undefined && names.length > 1
      ? `${file} exports ${found}: choose one with --function.`
      : `${file} exports ${found}${wanted === undefined ? '; export one' : `, but not ${wanted}`}.`,
  )
}

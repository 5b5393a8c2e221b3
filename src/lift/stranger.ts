/** What came where something else was expected, as a message names it: no message is as long as a text may be. */
export function named(x: unknown): string {
  if (typeof x === 'string') return x.length > 20 ? `'${x.slice(0, 20)}…'` : `'${x}'`
  if (typeof x === 'bigint') return `${x}n`
  if (Array.isArray(x)) return 'a list'
  if (ArrayBuffer.isView(x)) return `a ${Object.prototype.toString.call(x).slice(8, -1)}`
  const isPlain = x === null || typeof x === 'number' || typeof x === 'boolean'
  return isPlain ? String(x) : typeof x
}

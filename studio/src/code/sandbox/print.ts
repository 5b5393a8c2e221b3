/** Values as text, the way Node's console writes them, so that a README's output looks the same here. */
import { Value } from 'chainrule'

/** The most of a list, and the deepest, that is written out. */
const [mostItems, deepest, width] = [100, 2, 72]

/** What `console.log` prints of its arguments. */
export function printed(items: readonly unknown[]): string {
  return items.map((item) => (typeof item === 'string' ? item : textOf(item))).join(' ')
}

export function textOf(x: unknown, depth = 0, above: readonly object[] = []): string {
  if (typeof x === 'string') return quoted(x)
  if (typeof x === 'bigint') return `${x}n`
  if (Object.is(x, -0)) return '-0'
  if (typeof x === 'function') return nameOfFunction(x)
  if (typeof x !== 'object' || x === null) return String(x)
  if (x instanceof Value) return x.toString()
  if (above.includes(x)) return '[Circular]'
  return ofObject(x, depth, [...above, x])
}

function ofObject(x: object, depth: number, above: readonly object[]): string {
  if (x instanceof Error) return `${x.name}: ${x.message}`
  if (x instanceof Date || x instanceof RegExp) return String(x)
  const name = className(x)
  const inside = (item: unknown): string => textOf(item, depth + 1, above)
  if (Array.isArray(x) || (ArrayBuffer.isView(x) && !(x instanceof DataView))) {
    const list = x as ArrayLike<unknown>
    const prefix = name === 'Array' ? '' : `${name}(${list.length}) `
    if (depth > deepest) return `[${name}]`
    return prefix + ofList(Array.from(list).slice(0, mostItems), list.length, inside)
  }
  if (depth > deepest) return `[${name || 'Object'}]`
  if (x instanceof Map) {
    const entries = [...x].map(([key, item]) => `${inside(key)} => ${inside(item)}`)
    return `Map(${x.size}) ${joined('{', entries, '}')}`
  }
  if (x instanceof Set) return `Set(${x.size}) ${joined('{', [...x].map(inside), '}')}`
  if (x instanceof Promise) return 'Promise { … }: await it to see what it gives'
  return (name === 'Object' || name === '' ? '' : `${name} `) + fieldsOf(x, inside)
}

function ofList(
  shown: readonly unknown[],
  length: number,
  inside: (item: unknown) => string,
): string {
  const items = shown.map(inside)
  if (length > shown.length) items.push(`… ${length - shown.length} more`)
  const short = items.length > 6 && items.every((item) => item.length <= 24)
  return short ? filled(items) : joined('[', items, ']')
}

function fieldsOf(x: object, inside: (item: unknown) => string): string {
  const fields = Object.entries(Object.getOwnPropertyDescriptors(x)).filter(
    ([, { enumerable }]) => enumerable,
  )
  const items = fields.slice(0, mostItems).map(([key, { value, get }]) => {
    const name = /^[\w$]+$/.test(key) ? key : quoted(key)
    return `${name}: ${get === undefined ? inside(value) : '[Getter]'}`
  })
  if (fields.length > mostItems) items.push(`… ${fields.length - mostItems} more`)
  return joined('{', items, '}')
}

/** On one line where that is short, else an item a line. */
function joined(open: string, items: readonly string[], close: string): string {
  if (items.length === 0) return open + close
  const line = `${open} ${items.join(', ')} ${close}`
  if (line.length <= width && !line.includes('\n')) return line
  const rows = items.map((item) => `  ${item.replaceAll('\n', '\n  ')}`)
  return `${open}\n${rows.join(',\n')}\n${close}`
}

/** As many short items to a line as there is room for. */
function filled(items: readonly string[]): string {
  const line = `[ ${items.join(', ')} ]`
  if (line.length <= width) return line
  const widest = Math.max(...items.map(({ length }) => length))
  const columns = Math.max(1, Math.floor(width / (widest + 2)))
  const rows: string[] = []
  for (let i = 0; i < items.length; i += columns)
    rows.push(
      `  ${items
        .slice(i, i + columns)
        .map((item) => item.padStart(widest))
        .join(', ')}`,
    )
  return `[\n${rows.join(',\n')}\n]`
}

function quoted(text: string): string {
  const quote = ["'", '"', '`'].find((quote) => !text.includes(quote)) ?? "'"
  const escaped = text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')
  return quote + (quote === "'" ? escaped.replaceAll("'", "\\'") : escaped) + quote
}

function nameOfFunction(x: { readonly name: string }): string {
  const name = x.name === '' ? '(anonymous)' : x.name
  return /^class\b/.test(Function.prototype.toString.call(x))
    ? `[class ${name}]`
    : `[Function: ${name}]`
}

function className(x: object): string {
  const prototype = Object.getPrototypeOf(x) as { constructor?: { name?: string } } | null
  return prototype === null ? '' : (prototype.constructor?.name ?? '')
}

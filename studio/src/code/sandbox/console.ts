/** The console of a program: what it prints appears on the page. */
import type { Output } from './output.ts'
import { printed, textOf } from './print.ts'

/** Puts it in the place of the browser's. */
export function openConsole(output: Output): void {
  const print =
    (level: 'log' | 'info' | 'warn' | 'error') =>
    (...items: unknown[]): void =>
      output.print(level, printed(items))
  const times = new Map<string, number>()
  const counts = new Map<string, number>()
  const own = {
    log: print('log'),
    info: print('info'),
    debug: print('info'),
    warn: print('warn'),
    error: print('error'),
    dir: (item: unknown) => output.print('log', textOf(item)),
    table: (data: unknown) => table(output, data),
    assert: (condition: unknown, ...items: unknown[]) => {
      if (!condition) output.print('error', `Assertion failed: ${printed(items)}`)
    },
    time: (label = 'default') => void times.set(label, performance.now()),
    timeEnd: (label = 'default') => {
      const took = performance.now() - (times.get(label) ?? performance.now())
      output.print('info', `${label}: ${took.toFixed(1)} ms`)
    },
    count: (label = 'default') => {
      const count = (counts.get(label) ?? 0) + 1
      counts.set(label, count)
      output.print('info', `${label}: ${count}`)
    },
    group: print('log'),
    groupEnd: () => {},
    trace: print('info'),
  }
  Object.assign(console, own)
}

/** Whether an item has no columns of its own. */
const plain = (item: unknown): boolean =>
  typeof item !== 'object' || item === null || !/^(Object|Array)$/.test(item.constructor?.name)

/** A row for each item, a column for each key of theirs. */
function table(output: Output, data: unknown): void {
  if (typeof data !== 'object' || data === null) {
    output.print('log', textOf(data))
    return
  }
  const rows = Object.entries(data)
  const keys = new Set(
    rows.flatMap(([, item]) => (plain(item) ? [] : Object.keys(item as object))).slice(0, 2000),
  )
  const values = rows.some(([, item]) => plain(item))
  const columns = ['(index)', ...[...keys].slice(0, 20), ...(values ? ['value'] : [])]
  const cells = rows.slice(0, 500).map(([index, item]) => {
    const fields = plain(item) ? {} : (item as Record<string, unknown>)
    const cell = (key: string): string => (key in fields ? textOf(fields[key], 2) : '')
    const own = [...keys].slice(0, 20).map(cell)
    return [index, ...own, ...(values ? [plain(item) ? textOf(item) : ''] : [])]
  })
  output.table(columns, cells)
}

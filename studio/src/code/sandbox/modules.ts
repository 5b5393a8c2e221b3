/** What a program can import: everything of chainrule but what touches files, consoles or notebooks. */
import * as core from 'chainrule'
import * as compile from 'chainrule/compile'
import * as data from 'chainrule/data'
import * as expression from 'chainrule/expression'
import * as interop from 'chainrule/interop'
import * as lift from 'chainrule/lift'
import * as loss from 'chainrule/loss'
import * as nn from 'chainrule/nn'
import * as optim from 'chainrule/optim'
import * as train from 'chainrule/train'
import * as view from 'chainrule/view'

export type Exports = Readonly<Record<string, unknown>>

export const modules: ReadonlyMap<string, Exports> = new Map<string, Exports>([
  ['chainrule', core],
  ['chainrule/nn', nn],
  ['chainrule/loss', loss],
  ['chainrule/optim', optim],
  ['chainrule/data', data],
  ['chainrule/train', train],
  ['chainrule/view', view],
  ['chainrule/expression', expression],
  ['chainrule/compile', compile],
  ['chainrule/lift', lift],
  ['chainrule/interop', interop],
])

/** Why there is no such module here. */
export function missing(path: string): string {
  if (path === 'chainrule/node') return 'chainrule/node touches files, and there are none here.'
  if (path === 'chainrule/notebook')
    return 'chainrule/notebook is for Deno and Jupyter: here, show(value) draws a graph.'
  return `there is no module '${path}' here: a program can import ${[...modules.keys()].join(', ')}.`
}

/** Which module exports `name`. */
export function exporterOf(name: string): string | undefined {
  for (const [path, exports] of modules) if (name in exports) return path
  return undefined
}

/** The export that is spelt most like `name`, if one is near. */
export function nearest(name: string, exports: Exports): string | undefined {
  const distances = Object.keys(exports).map((known) => [distance(name, known), known] as const)
  const [best] = distances.sort(([a], [b]) => a - b)
  return best !== undefined && best[0] <= Math.max(1, name.length / 3) ? best[1] : undefined
}

/** How many letters to change, add or leave out; case does not count. */
function distance(a: string, b: string): number {
  const [from, to] = [a.toLowerCase(), b.toLowerCase()]
  let row = Array.from({ length: to.length + 1 }, (_, j) => j)
  for (let i = 1; i <= from.length; i++) {
    const next = [i]
    for (let j = 1; j <= to.length; j++) {
      const change = row[j - 1]! + (from[i - 1] === to[j - 1] ? 0 : 1)
      next.push(Math.min(change, row[j]! + 1, next[j - 1]! + 1))
    }
    row = next
  }
  return row.at(-1)!
}

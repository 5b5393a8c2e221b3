/** Finding Values of a graph by label, operation or number. */
import type { Graph, GraphValue } from './graph.ts'
import { shown } from './number.ts'

/** What was found: the first `limit` places, and how many there are in all. */
export interface Found {
  readonly values: readonly number[]
  readonly total: number
}

/**
 * Values whose label holds the words, that an operation of that name or symbol computed, or whose data
 * or grad reads as the number: `-0.69` finds −0.6931. Exact labels come first.
 */
export function search(graph: Graph, words: string, limit: number): Found {
  const wanted = words.trim().toLowerCase()
  if (wanted === '') return { values: [], total: 0 }
  const fits = matcher(graph, wanted)
  const ranks: number[][] = [[], [], []]
  graph.values.forEach((v, i) => {
    const rank = fits(v)
    if (rank >= 0) ranks[rank]!.push(i)
  })
  const all = ranks.flat()
  return { values: all.slice(0, limit), total: all.length }
}

/** 0: the very label; 1: an operation or a number; 2: part of a label or of a group’s name; −1: not. */
function matcher(graph: Graph, wanted: string): (v: GraphValue) => number {
  const number = wanted.replace('−', '-')
  const numeric = /^-?[\d.]+(e[-+]?\d*)?$|^-?(inf|infinity|∞)$|^nan$/.test(number)
  const ops = graph.ops.map(({ name, symbol }) =>
    [name.toLowerCase(), symbol.toLowerCase()].includes(wanted),
  )
  const groups = graph.groups.map(({ id }) => id.toLowerCase().includes(wanted))
  return (v) => {
    const label = v.label?.toLowerCase()
    if (label === wanted) return 0
    if (v.op !== undefined && ops[v.op]!) return 1
    if (numeric && (reads(v.data, number) || reads(v.grad, number))) return 1
    return label?.includes(wanted) || groups[v.group] === true ? 2 : -1
  }
}

/** Whether a number is written so, in full or as pictures show it, at least from its beginning. */
function reads(x: GraphValue['data'], number: string): boolean {
  return String(x).toLowerCase().startsWith(number) || shown(x).toLowerCase().startsWith(number)
}

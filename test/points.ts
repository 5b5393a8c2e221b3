/** Where the edges are: the points at which every row is compared with PyTorch. */
import { ops, type Row } from 'chainrule'
import { decode, encode, type Encoded, runPyTorch } from './pytorch.ts'
import { takesIndex } from './rows.ts'

/** Both zeros, both infinities, NaN, the tiny and the huge, an odd, an even and a broken number. */
const common: readonly number[] = [
  0,
  -0,
  Infinity,
  -Infinity,
  NaN,
  1e-300,
  -1e-300,
  1e300,
  -1e300,
  1,
  -1,
  0.5,
  -0.5,
  2,
  3,
  -2.5,
]
/** Where exp overflows or vanishes, functions saturate, and PyTorch switches formula. */
const large: readonly number[] = [5, 6, 19, 21, -21, 36, 40, -40, 709, 746, -746, 1000, -1000]
const small: readonly number[] = [1e-8, -1e-8, 1e-16, 0.1, 1.5, 1.9, 2.1, 1e5]
/** Three operands: enough to see what each position lets through. */
const few: readonly number[] = [0, -0, Infinity, -Infinity, NaN, 1e-300, -2.5]

/** Every way to take one from each list. */
function product(...lists: readonly (readonly number[])[]): number[][] {
  return lists.reduce<number[][]>(
    (points, list) => points.flatMap((point) => list.map((x) => [...point, x])),
    [[]],
  )
}

/** The points of a row, from nothing but its arity. */
export function edgePoints(row: Row): number[][] {
  if (row.arity === 1) return product([...common, ...large, ...small])
  if (row.arity === 2)
    return [
      ...product(common, common),
      [1000, 1000],
      [1000, -1000],
      [-1000, 3],
      [0.1, 0.2],
      [1e8, 1],
    ]
  if (row.arity === 3) return product(few, few, few)
  const lists = [
    ...product(common),
    ...product(common, common),
    ...product([0, -Infinity, NaN, 1], [0, Infinity, 1], [-0, 1e300, 1]),
    [1000, 0, 0],
    [0, -800, 0],
    [0.1, 0.2, 0.3, 0.4, 0.5],
  ]
  if (!takesIndex(row)) return lists
  return lists.flatMap((list) => list.map((_, index) => [...list, index]))
}

/** One point of a row: its inputs, its value, its gradient. */
export interface Edge {
  readonly x: readonly number[]
  readonly value: number
  readonly gradient: readonly number[]
}

/** The golden file, as the script writes it: what PyTorch says at every point of every row. */
export interface GoldenEdges {
  readonly torch: string
  readonly rows: Readonly<Record<string, [x: Encoded[], value: Encoded, gradient: Encoded[]][]>>
}

/** Asks PyTorch, live: about each row, or at order 2 about the sum of its slopes. */
export function edgesByPyTorch(order: 1 | 2): GoldenEdges {
  const rows = Object.values<Row>(ops).map((row) => ({
    ...spelling(row),
    points: edgePoints(row).map((x) => x.map(encode)),
  }))
  return runPyTorch('edges.py', { order, rows }) as GoldenEdges
}

/** What rows.py needs to know to build a row in PyTorch. */
export function spelling({ name, torch, arity }: Row): object {
  return { name, torch, arity, variadic: arity === 'variadic' }
}

export function edgesOf(golden: GoldenEdges, name: string): Edge[] {
  return (golden.rows[name] ?? []).map(([x, value, gradient]) => ({
    x: x.map(decode),
    value: decode(value),
    gradient: gradient.map(decode),
  }))
}

import type { Expression } from './expression.ts'
import type { Group } from './group.ts'

/** What a buffer is for. */
export type Purpose =
  /** Memory that others fill: parameters, inputs, other leaves. */
  | 'parameter'
  | 'input'
  | 'index'
  | 'leaf'
  /** Results of a group, and of a loop on the way to them. */
  | 'data'
  /** ∂loss/∂members. */
  | 'adjoint'
  /** ∂loss/∂parameters, the answer. */
  | 'gradient'
  /** What an optimizer remembers of each parameter, and what it is told at each step. */
  | 'state'
  | 'setting'
  /** Constants, one for each place. */
  | 'table'
  /** What the result's adjoint starts from: 1, or 1 / examples. */
  | 'seed'
  /** The sum of the results of all examples. */
  | 'total'

/** Numbers side by side in a kernel's memory: one for each member, and each example if it varies. */
export interface Buffer {
  readonly purpose: Purpose
  readonly size: number
  readonly varying: boolean
  readonly group: Group | undefined
  /** The numbers of a table. */
  readonly numbers: readonly number[]
}

export function buffer(purpose: Purpose, size: number, what: Partial<Buffer> = {}): Buffer {
  return { purpose, size, varying: false, group: undefined, numbers: [], ...what }
}

/** What an expression reads, spelled out: a place of a buffer for every turn. */
export interface Source {
  readonly buffer: Buffer
  readonly positions: Int32Array
}

/** In a loop whose turns build on one another: what they have come to. */
export const total = { buffer: buffer('total', 1), positions: new Int32Array(0) }

/** What is computed at every turn, over reads spelled out. */
export type Spelled = Expression<Source>

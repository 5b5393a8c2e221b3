/** What a sandbox says to the page, and is told. All of it is plain data. */
import type { Contents } from 'chainrule/view'

export type Level = 'log' | 'info' | 'warn' | 'error'

/** What is wrong with a program, where, and what to do about it. */
export interface Failure {
  readonly name: string
  readonly message: string
  /** Counted from 1, as editors do. */
  readonly line?: number | undefined
  readonly column?: number | undefined
  readonly hint?: string | undefined
}

/** A picture that `show` has finished. */
export interface Drawn {
  /** What it is, for those who do not see it. */
  readonly title: string
  readonly svg?: string | undefined
  /** Of a graph. */
  readonly contents?: Contents | undefined
  readonly wrong?: string | undefined
}

export type Message =
  | { readonly kind: 'started' }
  | { readonly kind: 'print'; readonly level: Level; readonly text: string }
  | {
      readonly kind: 'table'
      readonly columns: readonly string[]
      readonly rows: readonly (readonly string[])[]
    }
  /** A place for a picture; what it shows comes later. */
  | { readonly kind: 'picture'; readonly id: number }
  | { readonly kind: 'drawn'; readonly id: number; readonly drawn: Drawn }
  | { readonly kind: 'failure'; readonly failure: Failure }
  /** More was printed or shown than is kept. */
  | { readonly kind: 'capped'; readonly note: string }
  | { readonly kind: 'part'; readonly name: PartName }
  | { readonly kind: 'done' }

export type PartName = 'graphs' | 'plots'

/** A program to run. */
export interface Start {
  readonly source: string
  /** Pixels that there are for plots. */
  readonly width: number
}

/** The answer to `part`; without text it could not be loaded. */
export interface Part {
  readonly name: PartName
  readonly text: string | undefined
}

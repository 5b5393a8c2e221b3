/** What a link holds: everything that one sees, as plain data. */

export const viewNames = ['expression', 'network', 'learn', 'code'] as const
export type ViewName = (typeof viewNames)[number]

export interface StudioState {
  readonly view: ViewName
  readonly expression: ExpressionState
  readonly network: NetworkState
  /** The id of the lesson that is open; empty: none. */
  readonly lesson: string
  /** The program in the editor, where it is not the first example. */
  readonly code: string | undefined
}

export interface ExpressionState {
  readonly text: string
  /** The numbers of its names. */
  readonly numbers: Readonly<Record<string, number>>
  /** Differentiated by these, one after the other. */
  readonly over: readonly string[]
}

/** So many times a formula is differentiated: the graphs of more are too large to draw. */
export const mostDerivatives = 4

/** A row of numbers and its class. */
interface Row {
  readonly x: readonly number[]
  readonly y: number
}

/** Letters of the names of own data: of its file, its columns and its classes. */
export const longestOwnName = 100

/** Data of the reader's own: clicked, or from a CSV file. */
export interface OwnData {
  readonly name: string
  readonly rows: readonly Row[]
  readonly classes: readonly string[]
  readonly features: readonly string[]
}

/** The number of a name; 1 for one that nobody gave a number. */
export const numberOf = ({ numbers }: ExpressionState, name: string): number =>
  Object.hasOwn(numbers, name) ? numbers[name]! : 1

export interface NetworkState {
  /** The name of a data set, or `own`. */
  readonly data: string
  readonly own: OwnData | undefined
  /** How many points are drawn, and their scatter. */
  readonly count: number
  readonly noise: number
  /** The share that is held out for the test. */
  readonly held: number
  /** Of data and first weights. */
  readonly seed: number
  /** The features that the network is given, by name. */
  readonly features: readonly string[]
  readonly hidden: readonly number[]
  readonly activation: string
  readonly loss: string
  readonly l2: number
  readonly optimizer: string
  readonly learningRate: number
  readonly batchSize: number
  /** The weights, where they are not the first ones; and how many epochs made them. */
  readonly weights: readonly number[] | undefined
  readonly epoch: number
}

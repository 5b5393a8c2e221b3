/** A lesson as plain data: what it says, the live model beside it, and what the reader is asked to do. */
import type { Network } from './models/network.ts'

export interface Lesson {
  readonly id: string
  readonly title: string
  /** One line for the list of lessons. */
  readonly about: string
  /** Paragraphs, written as prose.ts reads them. */
  readonly text: readonly string[]
  readonly model: LiveModel
  readonly tasks: readonly Task[]
}

/** What stands beside the text. Its numbers are those that the reader can move, by name. */
export type LiveModel = { readonly numbers: Numbers } & (
  | { readonly kind: 'expression'; readonly text: string }
  | { readonly kind: 'slope' }
  | { readonly kind: 'activation' }
  /** `forgets`: there is a switch for zeroing the gradients, and it is off. */
  | { readonly kind: 'descent'; readonly forgets: boolean }
  | ({ readonly kind: 'network' } & Network)
  | { readonly kind: 'pytorch' }
  | { readonly kind: 'nests' }
)

export type Numbers = Readonly<Record<string, number>>

/** What a live model says of itself: its numbers now, gradients as `grad a`. */
export type Facts = Readonly<Record<string, number>>

export type Task = Predict | Choose | Arrange | Reach | Fix

interface Asked {
  /** Unique in its lesson. */
  readonly id: string
  readonly question: string
  /** What is said when it was answered rightly: why it is so. */
  readonly because: string
}

/** A number is asked for. */
export interface Predict extends Asked {
  readonly kind: 'predict'
  /** Computed by chainrule, never written down. */
  readonly answer: () => number
  /** Numbers at which the live model shows the answer. */
  readonly at?: Numbers
  /** Answers that come from a known mistake. */
  readonly mistakes?: readonly { readonly gives: number; readonly says: string }[]
  readonly hint: string
}

/** One of several is right. */
export interface Choose extends Asked {
  readonly kind: 'choose'
  readonly right: string
  /** The others, each with what is said about it. */
  readonly others: Readonly<Record<string, string>>
  /** The place of the right one. */
  readonly place: number
}

/** Things are put into an order. */
export interface Arrange extends Asked {
  readonly kind: 'arrange'
  /** As they stand at first, in a wrong order. */
  readonly items: readonly string[]
  /** What has to stand before what, and what is said where it does not. */
  readonly rules: readonly {
    readonly first: string
    readonly after: string
    readonly says: string
  }[]
}

/** Something is done with the live model. */
export interface Reach extends Asked {
  readonly kind: 'reach'
  /** What is still missing; undefined: nothing. */
  readonly missing: (facts: Facts) => string | undefined
  /** One way to get there. */
  readonly solution: readonly Action[]
}

/** A number of the model is set, or one of its buttons is pressed. */
export type Action =
  | { readonly set: string; readonly to: number }
  | { readonly press: string; readonly times: number }

/** A formula has a bug. It is right when it agrees with another one at all the points. */
export interface Fix extends Asked {
  readonly kind: 'fix'
  readonly text: string
  readonly solution: string
  readonly points: readonly Numbers[]
  readonly hint: string
}

import { isBuiltIn, isDrawn } from './dataset.ts'
import type { Recipe } from './recipe.ts'

/** Options that only mean something together with others; undefined where not given. */
interface Dependent {
  readonly momentum?: number
  readonly nesterov?: boolean
  readonly label?: string
  readonly target?: string
  readonly count?: number
  readonly noise?: number
  readonly patience?: number
  readonly validation: number
}

/** Throws where an option was given that this training would not look at. */
export function refuseUnused(name: string, options: Dependent, { optimizer }: Recipe): void {
  const refuse = (condition: boolean, given: readonly (keyof Dependent)[], why: string): void => {
    const option = condition ? given.find((key) => options[key] !== undefined) : undefined
    if (option !== undefined) throw new Error(`--${option} ${why}.`)
  }
  refuse(
    optimizer !== 'sgd',
    ['momentum', 'nesterov'],
    `is for --optimizer sgd, the optimizer is ${optimizer}`,
  )
  refuse(isBuiltIn(name), ['label', 'target'], `is for CSV files, ${name} is a built-in data set`)
  refuse(!isDrawn(name), ['count', 'noise'], `is for drawn data sets, ${name} is not drawn`)
  refuse(
    options.validation === 0,
    ['patience'],
    'waits for a better validation loss, and --validation 0 holds nothing out to judge by',
  )
}

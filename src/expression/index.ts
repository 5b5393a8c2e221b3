/** Programs written as text: `parse`. */
export { ExpressionError } from './expression-error.ts'
export { operators } from './forms.ts'
export { type Expression, parse, type ParseOptions, type Scope } from './parse.ts'
export type { OwnFunction } from './vocabulary.ts'

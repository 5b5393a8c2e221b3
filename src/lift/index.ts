/** A graph of scalars, re-rolled into a few loop nests. */
export { type Buffer, type Purpose } from './buffer.ts'
export type { Expression } from './expression.ts'
export { lift, type LiftOptions } from './lift.ts'
export { type Access, type Counter, type Manner, type Nest, totalAccess } from './nest.ts'
export { type By, type Input, type Located, type LoopProgram, programOf } from './program.ts'
export { type Changing, steadyTraceOf } from './same.ts'
export {
  type Arguments,
  type InputKind,
  type InputKinds,
  type Trace,
  type Traceable,
  type TracedInput,
} from './trace.ts'
export { toCode, toGroups } from './listing.ts'
export type { ListingOptions } from './rolled.ts'
export { toLoops } from './text.ts'
export { type Work, workOf } from './work.ts'

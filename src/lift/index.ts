/** A graph of scalars, re-rolled into a few loop nests. */
export { type Buffer, type Purpose } from './buffer.ts'
export type { Expression } from './expression.ts'
export { type Access, type Counter, type Manner, type Nest, totalAccess } from './nest.ts'
export { type By, type Located, type LoopProgram,  programOf } from './program.ts'
export {
  type InputKind,
  type InputKinds,
  type Trace,
  type Traceable,
  type TracedInput,
  traceOf,
} from './trace.ts'
export { toLoops } from './text.ts'

/** chainrule: scalar automatic differentiation. The table, the engine, and what is built on them. */
export { type Operand, Value } from './engine.ts'
export {
  abs,
  add,
  cos,
  div,
  dot,
  elu,
  eq,
  erf,
  exp,
  expm1,
  ge,
  gelu,
  gt,
  le,
  leakyRelu,
  log,
  log1p,
  logSumExp,
  lt,
  max,
  mean,
  min,
  mul,
  neg,
  pick,
  pow,
  relu,
  select,
  sigmoid,
  silu,
  sin,
  softmax,
  softplus,
  sqrt,
  sub,
  sum,
  tan,
  tanh,
  value,
} from './functions.ts'
export { gradcheck, type GradcheckEntry, type GradcheckReport, type Kink } from './gradcheck.ts'
export { type Algebra, type Arity, type Num, ops, type Partials, type Row } from './ops.ts'
export { topologicalOrder } from './order.ts'
export { inScope, type Scope } from './page.ts'
export { Random, type RandomState, type RandomStream } from './random.ts'
export {
  defineOp,
  grad,
  hessian,
  jacobian,
  jvp,
  noGrad,
  type OpDefinition,
  type Program,
  valueAndGrad,
} from './transforms.ts'

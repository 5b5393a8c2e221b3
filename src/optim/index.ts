/** Optimizers and learning-rate schedules. An update rule is a scalar program in any arithmetic. */
export { Adam, type AdamOptions, AdamW } from './adam.ts'
export { type OptimizerOptions, Optimizer, type OptimizerState, type Update } from './optimizer.ts'
export { RMSprop, type RMSpropOptions } from './rmsprop.ts'
export {
  constant,
  cosine,
  type LearningRate,
  linear,
  type Schedule,
  type ScheduleSettings,
  stepDecay,
  warmUp,
} from './schedule.ts'
export { SGD, type SGDOptions } from './sgd.ts'

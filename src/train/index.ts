/** Training: the loop with its progress, checkpoints and early stop, and the model file. */
export type { Store } from './checkpoint.ts'
export {
  confusion,
  evaluate,
  type Evaluation,
  type Model,
  predict,
} from './evaluate.ts'
export {
  type EpochRecord,
  fit,
  type FitOptions,
  type FitResult,
  type ProgressReport,
} from './fit.ts'
export {
  type LoadedModel,
  loadModel,
  type ModelDetails,
  saveModel,
} from './model.ts'
export {
  type LossFunction,
  type LossName,
  lossNames,
  type Objective,
  objectiveFor,
} from './objective.ts'

import type { Precision } from '../compile/index.ts'
import type { Examples } from '../data/index.ts'
import type { Optimizer } from '../optim/index.ts'
import type { Finding } from '../view/doctor/finding.ts'
import type { Store } from './checkpoint.ts'
import type { Evaluation, Model } from './evaluate.ts'
import type { LossFunction, LossName } from './objective.ts'
import { Training } from './training.ts'

/** How `fit` trains. */
export interface FitOptions {
  /** A name, or a function of outputs and target. Default: what suits the data and the last layer. */
  readonly loss?: LossName | LossFunction
  /** Default: Adam with a learning rate of 0.01. */
  readonly optimizer?: Optimizer
  /** Passes over the data. Default 20. */
  readonly epochs?: number
  /** Examples a step. Default 32. */
  readonly batchSize?: number
  /** Strength of Σ p² in each step's loss. Default 0. */
  readonly l2?: number
  /** Of the order of examples, and of the split. Default 0. */
  readonly seed?: number
  /** Examples to judge by, or the share of the data to set aside for that. Default none. */
  readonly validation?: Examples | number
  /** Stop after this many epochs without a better validation loss. Default: never. */
  readonly patience?: number
  /** End with the weights of the best validation loss. Default true where there is validation. */
  readonly keepBest?: boolean
  /** Compile the training step, which is many times faster; false runs it Value by Value. Default true. */
  readonly compile?: boolean
  /** Threads that share a compiled step, where it is worth it; results repeat at the same number. Default 1. */
  readonly threads?: number
  /** Of a compiled training: 'f32' is about twice as fast, and ends at 3.4e38. Default 'f64'. */
  readonly precision?: Precision
  /**
   * Of a compiled training: adds products without rounding them first (relaxed SIMD): long sums are faster, but
   * no longer the same bits on every machine. Engines that cannot (Node 20) compute as ever; checkpoint and
   * report say so. Default false.
   */
  readonly relaxed?: boolean
  /** Called after each step. */
  readonly onProgress?: (report: ProgressReport) => void
  /** Ends the training after the step under way; what was learned stays. */
  readonly signal?: AbortSignal
  /** Where checkpoints go. Default: nowhere, no file is touched. */
  readonly store?: Store
  /** The checkpoint's name in the store. Default 'checkpoint.json'. */
  readonly checkpointName?: string
  /** Least time between two checkpoints. Default 1; 0 writes one after each step. */
  readonly checkpointSeconds?: number
  /**
   * Writes a report into the store when the training ends: one HTML file with curves, decisions, worst
   * mistakes, histograms, graphs and every setting. Its name there, or that and what to type to do the
   * same again. Default: none.
   */
  readonly report?: string | { readonly name: string; readonly repeat?: string | undefined }
  /**
   * Go on from the checkpoint, if there is one: bit for bit as if never interrupted; of a `relaxed` training,
   * on the machine that began it.
   */
  readonly resume?: boolean
  /**
   * Look for what is wrong with the training, at its beginning, a few times on the way and at its
   * end. The doctor runs the model on a few examples by itself: a model whose `forward` draws random
   * numbers or keeps a state of its own wants `false`. Default true.
   */
  readonly doctor?: boolean
}

/** One finished epoch. */
export interface EpochRecord {
  readonly epoch: number
  /** Mean training loss while the epoch ran, without the l2 term. */
  readonly loss: number
  readonly learningRate: number
  readonly validationLoss?: number | undefined
  /** Share of the validation examples decided rightly. */
  readonly accuracy?: number | undefined
}

/** A training after a step; epochs and steps count from 1. */
export interface ProgressReport {
  readonly epoch: number
  readonly epochs: number
  readonly step: number
  readonly stepsPerEpoch: number
  /** Mean loss of the epoch so far. */
  readonly loss: number
  readonly learningRate: number
  readonly stepsPerSecond: number
  readonly secondsLeft: number
  /** The last finished epoch. */
  readonly last: EpochRecord | undefined
  /** What the doctor found since the last report; absent if nothing. */
  readonly findings?: readonly Finding[]
}

/** What came of a training. */
export interface FitResult {
  readonly history: readonly EpochRecord[]
  /** Why it ended: all epochs done, patience lost, or the signal. */
  readonly ended: 'finished' | 'early' | 'aborted'
  readonly steps: number
  readonly seconds: number
  /** The epoch whose weights the model now has. */
  readonly bestEpoch: number
  readonly loss: string
  /** The model as it now is, on the validation examples, or on the data where there are none. */
  readonly evaluation: Evaluation
  /** What `evaluation` was measured on. */
  readonly validation: Examples | undefined
  /** What the doctor found: what to mend first comes first, each kind once. Empty if all is well. */
  readonly findings: readonly Finding[]
}

/**
 * Trains `model` on `data` by gradient descent on the mean loss of shuffled batches. Touches no
 * file unless a store is given; everything random comes from the seed.
 * Throws on data or options that do not fit, and when the loss or a parameter becomes NaN or infinite:
 * the error names the first operation, its inputs and the example, the finding is its `cause`, and
 * the parameters are as they were before that step.
 */
export async function fit(
  model: Model,
  data: Examples,
  options: FitOptions = {},
): Promise<FitResult> {
  return new Training(model, data, options).run()
}

import type { Examples } from '../data/index.ts'
import type { Operand, Value } from '../engine.ts'
import type { Module } from '../nn/index.ts'
import { noGrad } from '../transforms.ts'
import { classOf, type Objective } from './objective.ts'

/** A module that turns inputs into outputs: an MLP, or one's own. */
export interface Model extends Module {
  /** As many outputs as the loss reads. */
  forward(x: readonly Operand[]): Value[]
}

/** How a model does on examples. */
export interface Evaluation {
  /** Mean loss over the examples. */
  readonly loss: number
  /** Share of examples decided rightly; undefined where targets are numbers. */
  readonly accuracy: number | undefined
  /** The answer for each example: a class index, or a number. */
  readonly predictions: readonly number[]
}

/** What `model` gives for each row, without remembering how. */
export function predict(model: Model, X: Examples['X']): number[][] {
  return X.map((x) => noGrad(() => model.forward(x)).map((v) => v.data))
}

/** Loss, accuracy and predictions of `model` on examples it need not have seen. */
export function evaluate(model: Model, data: Examples, objective: Objective): Evaluation {
  let loss = 0
  let right = 0
  const predictions = data.X.map((x, i) => {
    const y = data.y[i]!
    const outputs = noGrad(() => model.forward(x))
    loss += noGrad(() => objective.loss(outputs, objective.encode(y))).data
    const answer = objective.decide(outputs.map((v) => v.data))
    if (answer === classOf(y)) right++
    return answer
  })
  const accuracy = objective.classes > 0 ? right / data.X.length : undefined
  return { loss: loss / data.X.length, accuracy, predictions }
}

/** Rows: the true class; columns: the class that was answered. */
export function confusion(
  y: readonly number[],
  predictions: readonly number[],
  classes: number,
): number[][] {
  const table = Array.from({ length: classes }, () => Array.from({ length: classes }, () => 0))
  y.forEach((truth, i) => {
    table[truth]![predictions[i]!]!++
  })
  return table
}

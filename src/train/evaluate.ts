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
  const judged = data.X.map((x, i) =>
    noGrad(() => {
      const outputs = model.forward(x)
      const loss = objective.loss(outputs, objective.encode(data.y[i]!))
      return { loss: loss.data, outputs: outputs.map((v) => v.data) }
    }),
  )
  return summarised(data, objective, judged)
}

/** What a model made of one example. */
interface Judged {
  readonly loss: number
  readonly outputs: readonly number[]
}

/** The examples of `data` taken together. */
export function summarised(
  { y }: Examples,
  objective: Objective,
  judged: readonly Judged[],
): Evaluation {
  const predictions = judged.map(({ outputs }) => objective.decide(outputs))
  const right = predictions.filter((answer, i) => answer === classOf(y[i]!)).length
  return {
    loss: judged.reduce((sum, { loss }) => sum + loss, 0) / y.length,
    accuracy: objective.classes > 0 ? right / y.length : undefined,
    predictions,
  }
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

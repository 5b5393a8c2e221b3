/**
 * Losses of one example, written with Values. They take what the last layer gives: scores and
 * logits, never probabilities, so that nothing overflows and nothing is clamped.
 */
import type { Operand, Value } from '../engine.ts'
import { lift } from '../engine.ts'
import { logSumExp, mean, mul, pick, sub, sum } from '../functions.ts'

/** One output, or a list of them as a network gives it. */
export type Outputs = Operand | readonly Operand[]

/** Σ (outputᵢ − targetᵢ)² / n. As torch.nn.MSELoss. */
export function meanSquaredError(outputs: Outputs, targets: Outputs): Value {
  const y = listOf(outputs)
  const t = listOf(targets)
  if (y.length !== t.length)
    throw new RangeError(`meanSquaredError: ${y.length} outputs but ${t.length} targets.`)
  return mean(y.map((yi, i) => sub(yi, t[i]!).pow(2)))
}

/** relu(1 − label · score) for a label of −1 or 1: 0 once the score is right by a margin of 1. */
export function maxMargin(score: Outputs, label: Operand): Value {
  if (typeof label === 'number' && Math.abs(label) !== 1)
    throw new RangeError(`maxMargin: the label is −1 or 1, got ${label}.`)
  return sub(1, mul(label, only(score, 'maxMargin'))).relu()
}

/** ln Σ exp(logitⱼ) − logit_label: −ln of the label's softmax probability. As torch's, of logits. */
export function crossEntropy(logits: readonly Operand[], label: Operand): Value {
  if (!Array.isArray(logits)) throw new TypeError('crossEntropy takes a list of logits.')
  return logSumExp(logits).sub(pick(logits, label))
}

/** softplus(logit) − label · logit for a label of 0 or 1. As torch's BCEWithLogitsLoss. */
export function binaryCrossEntropy(logit: Outputs, label: Operand): Value {
  if (typeof label === 'number' && !(label >= 0 && label <= 1))
    throw new RangeError(`binaryCrossEntropy: the label lies between 0 and 1, got ${label}.`)
  const x = only(logit, 'binaryCrossEntropy')
  return x.softplus().sub(mul(label, x))
}

/** strength · Σ p²: what keeps weights small. Added once to a batch's loss, not to each example's. */
export function l2(parameters: readonly Operand[], strength = 1e-4): Value {
  return sum(parameters.map((p) => mul(p, p))).mul(strength)
}

function listOf(outputs: Outputs): readonly Operand[] {
  return Array.isArray(outputs) ? outputs : [outputs as Operand]
}

function only(outputs: Outputs, loss: string): Value {
  const list = listOf(outputs)
  if (list.length === 1) return lift(list[0]!)
  throw new RangeError(`${loss} takes one output, got ${list.length}: give the last layer size 1.`)
}

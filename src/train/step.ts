import type { Examples } from '../data/index.ts'
import { l2 } from '../loss/index.ts'
import type { Optimizer } from '../optim/index.ts'
import type { Model } from './evaluate.ts'
import type { Objective } from './objective.ts'

/** One training step on a batch, given by its positions in the data; returns the mean loss. */
export type Step = (data: Examples, batch: readonly number[]) => number

/**
 * A step on the graph of Values itself. Each example is run and swept on its own, so that its graph
 * is garbage before the next begins: the gradients of a mean are the sum of its terms' gradients.
 */
export function eagerStep(
  model: Model,
  objective: Objective,
  optimizer: Optimizer,
  decay: number,
): Step {
  return (data, batch) => {
    optimizer.zeroGrad()
    let total = 0
    for (const i of batch) {
      const loss = objective.loss(model.forward(data.X[i]!), objective.encode(data.y[i]!))
      total += loss.data
      loss.div(batch.length).backward()
    }
    if (decay > 0) l2(optimizer.parameters, decay).backward()
    optimizer.step()
    return total / batch.length
  }
}

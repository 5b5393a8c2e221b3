/** Eager and compiled on the same settings, in epochs a second, and what the graph became. */
import { compile } from 'chainrule/compile'
import { batches } from 'chainrule/data'
import type { NetworkState } from '../share/state.ts'
import { partsOf } from './network.ts'
import type { Measured } from './protocol.ts'

/** Milliseconds for each of the two. */
const time = 600

export async function measured(settings: NetworkState): Promise<Measured> {
  return { kind: 'measured', eager: eagerSpeed(settings), ...(await compiledSpeed(settings)) }
}

function eagerSpeed(settings: NetworkState): number {
  const { data, model, objective, optimizer } = partsOf(settings)
  const { X, y } = data.train
  return speedOf(batches(X.length, settings.batchSize), (batch) => {
    optimizer.zeroGrad()
    for (const i of batch) {
      const loss = objective.loss(model.forward(X[i]!), objective.encode(y[i]!))
      loss.div(batch.length).backward()
    }
    optimizer.step()
  })
}

async function compiledSpeed(settings: NetworkState): Promise<Omit<Measured, 'kind' | 'eager'>> {
  const { data, model, objective, optimizer, parameters } = partsOf(settings)
  const { X, y } = data.train
  const step = await compile((x, y) => objective.loss(model.forward(x), y), {
    inputs: [{ length: data.features.length }, objective.target],
    parameters,
    optimizer,
  })
  const compiled = speedOf(batches(X.length, settings.batchSize), (batch) => {
    step(
      batch.map((i) => X[i]!),
      batch.map((i) => objective.encode(y[i]!)),
    )
  })
  const { grouping, before, each, after } = step.program
  const found = {
    compiled,
    loops: step.toString(),
    scalars: grouping.scalars,
    nests: before.length + each.length + after.length,
    bytes: step.binary(settings.batchSize).length,
  }
  step.dispose()
  return found
}

/** Epochs a second: whole batches, after a first one, until the time is over. */
function speedOf(order: readonly number[][], step: (batch: readonly number[]) => void): number {
  step(order[0]!)
  const start = performance.now()
  let steps = 0
  for (; performance.now() - start < time; steps++) step(order[steps % order.length]!)
  return (steps / order.length) * (1000 / (performance.now() - start))
}

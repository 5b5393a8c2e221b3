import {
  compile,
  type CompiledPredict,
  type CompileOptions,
  type UpdateRule,
} from '../compile/index.ts'
import type { Examples } from '../data/index.ts'
import type { Value } from '../engine.ts'
import { l2 } from '../loss/index.ts'
import type { Optimizer } from '../optim/index.ts'
import { evaluate, type Evaluation, type Model, summarised } from './evaluate.ts'
import type { Objective } from './objective.ts'

/** How the steps of a training are computed: one Value at a time, or by compiled kernels. */
export interface Execution {
  /** One training step on a batch, given by its positions in the data; returns the mean loss. */
  step(data: Examples, batch: readonly number[]): number
  /** How the model does on examples. */
  evaluate(data: Examples): Evaluation
  /** Gives memory back. */
  end(): void
}

/** What is executed. */
export interface Work {
  readonly model: Model
  readonly objective: Objective
  readonly optimizer: Optimizer
  /** Strength of Σ p² in each step's loss. */
  readonly decay: number
  /** How kernels compute it. */
  readonly terms: Pick<CompileOptions, 'threads' | 'precision' | 'relaxed'>
  /** Numbers of an example. */
  readonly inputs: number
}

/**
 * On the graph of Values itself. Each example is run and swept on its own, so that its graph is
 * garbage before the next begins: the gradients of a mean are the sum of its terms' gradients.
 */
export function eagerExecution({ model, objective, optimizer, decay }: Work): Execution {
  return {
    step(data, batch) {
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
    },
    evaluate: (data) => evaluate(model, data, objective),
    end: () => {},
  }
}

/** By kernels that the same functions are compiled to. Throws, with what to do, where they cannot be. */
export async function compiledExecution(work: Work): Promise<Execution> {
  try {
    return await kernelsOf(work)
  } catch (error) {
    const { message } = error as Error
    throw new TypeError(`the training cannot be compiled: ${message} Or pass compile: false.`, {
      cause: error,
    })
  }
}

async function kernelsOf(work: Work): Promise<Execution> {
  const { model, objective, optimizer, inputs, terms } = work
  const { threads, precision, relaxed } = terms
  const { parameters } = optimizer
  const kinds = [{ length: inputs }, objective.target] as const
  const train = await compile((x, y) => objective.loss(model.forward(x), y), {
    inputs: kinds,
    parameters,
    optimizer: withDecay(work),
    threads,
    precision,
    relaxed,
  })
  const judge = await judged(work, kinds).catch((error: unknown) => {
    train.dispose()
    throw error
  })
  const rows = (data: Examples, batch: readonly number[]) =>
    [batch.map((i) => data.X[i]!), batch.map((i) => objective.encode(data.y[i]!))] as const
  return {
    step: (data, batch) => train(...rows(data, batch)).loss,
    evaluate(data) {
      const found = judge(
        ...rows(
          data,
          data.X.map((_, i) => i),
        ),
      )
      return summarised(
        data,
        objective,
        found.map(([loss, ...outputs]) => ({ loss: loss!, outputs })),
      )
    },
    end() {
      train.dispose()
      judge.dispose()
    },
  }
}

/** Loss and outputs of an example. */
function judged(
  { model, objective, optimizer: { parameters } }: Work,
  inputs: readonly [{ length: number }, Objective['target']],
): Promise<CompiledPredict> {
  const both = (x: Value[], y: Value): Value[] => {
    const outputs = model.forward(x)
    return [objective.loss(outputs, y), ...outputs]
  }
  return compile(both, { inputs, parameters })
}

/** The optimizer, seeing 2 · decay · p in each gradient: that of decay · Σ p² in the loss. */
function withDecay({ optimizer, decay }: Work): UpdateRule {
  if (decay === 0) return optimizer
  const { parameters, slots } = optimizer
  return {
    parameters,
    slots,
    within: optimizer,
    get steps() {
      return optimizer.steps
    },
    set steps(steps) {
      optimizer.steps = steps
    },
    get state() {
      return optimizer.state
    },
    set state(state) {
      optimizer.state = state
    },
    rate: () => optimizer.rate(),
    update(m, of) {
      const gradient = m.add(of.gradient, m.mul(2 * decay, of.parameter))
      return optimizer.update(m, { ...of, gradient })
    },
  }
}

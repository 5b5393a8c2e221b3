/** A network with all that its training needs, made from settings: eager, and as kernels. */
import { type Operand, Random, Value } from 'chainrule'
import { compile, type CompiledPredict, type CompiledStep } from 'chainrule/compile'
import { MLP } from 'chainrule/nn'
import { Adam, AdamW, type Optimizer, RMSprop, SGD } from 'chainrule/optim'
import { type LossName, type Objective, objectiveFor } from 'chainrule/train'
import type { NetworkState } from '../share/state.ts'
import type { ActivationName } from './choices.ts'
import { type Part, type Prepared, prepared } from './data.ts'
import type { Score } from './protocol.ts'
import { outputsFor } from './settings.ts'

export class Network {
  settings: NetworkState
  readonly data: Prepared
  readonly model: MLP
  readonly parameters: readonly Value[]
  readonly objective: Objective
  readonly optimizer: Optimizer
  readonly step: CompiledStep
  readonly #judge: CompiledPredict
  /** Every neuron's output for a row. */
  readonly #neurons: CompiledPredict

  private constructor(
    parts: Parts,
    step: CompiledStep,
    judge: CompiledPredict,
    all: CompiledPredict,
  ) {
    this.settings = parts.settings
    this.data = parts.data
    this.model = parts.model
    this.parameters = parts.parameters
    this.objective = parts.objective
    this.optimizer = parts.optimizer
    this.step = step
    this.#judge = judge
    this.#neurons = all
  }

  static async make(settings: NetworkState): Promise<Network> {
    const parts = partsOf(settings)
    const { model, objective, parameters, optimizer, data } = parts
    const row = { length: data.features.length } as const
    const kinds = [row, objective.target] as const
    const lossOf = (x: Value[], y: Value): Value => objective.loss(model.forward(x), y)
    const step = await compile(lossOf, { inputs: kinds, parameters, optimizer })
    const judge = await compile(
      (x: Value[], y: Value) => {
        const outputs = model.forward(x)
        return [objective.loss(outputs, y), ...outputs]
      },
      { inputs: kinds, parameters },
    )
    const neurons = await compile((x: Value[]) => neuronsOf(model, x).flat(), {
      inputs: [row],
      parameters,
    })
    return new Network(parts, step, judge, neurons)
  }

  /** Settings that change nothing but how it goes on: learning rate, size of a batch. */
  take(settings: NetworkState): void {
    this.settings = settings
    this.optimizer.learningRate = settings.learningRate
  }

  /** The targets of examples as the loss wants them. */
  encoded(part: Part, at: readonly number[]): number[] {
    return at.map((i) => this.objective.encode(part.y[i]!))
  }

  /** One step on a batch of training examples. */
  learn(batch: readonly number[]): void {
    const { train } = this.data
    this.step(
      batch.map((i) => train.X[i]!),
      this.encoded(train, batch),
    )
  }

  /** Mean loss and share of right answers; NaN of nothing. */
  score(part: Part): Score {
    const count = part.X.length
    if (count === 0) return { loss: NaN, accuracy: NaN }
    const all = part.X.map((_, i) => i)
    let [loss, right] = [0, 0]
    this.#judge([...part.X], this.encoded(part, all)).forEach(([own, ...outputs], i) => {
      loss += own!
      if (this.decide(outputs) === part.y[i]) right++
    })
    return { loss: loss / count, accuracy: right / count }
  }

  /** The class that outputs stand for. */
  decide(outputs: readonly number[]): number {
    return Math.max(0, this.objective.decide(outputs)) // squared error decides between −1 and 1
  }

  /** Every neuron's output for rows, layer after layer. */
  neurons(rows: readonly (readonly number[])[]): number[][] {
    return this.#neurons([...rows])
  }

  dispose(): void {
    this.step.dispose()
    this.#judge.dispose()
    this.#neurons.dispose()
  }
}

/** What a model, its loss and its optimizer are made from. */
interface Parts {
  readonly settings: NetworkState
  readonly data: Prepared
  readonly model: MLP
  readonly parameters: readonly Value[]
  readonly objective: Objective
  readonly optimizer: Optimizer
}

export function partsOf(settings: NetworkState): Parts {
  const data = prepared(settings)
  const { classes } = data
  const outputs = outputsFor(settings.loss, classes.length)
  const model = new MLP(data.features.length, [...settings.hidden, outputs], {
    activation: settings.activation as ActivationName,
    random: new Random(settings.seed),
    initialisation: settings.activation.endsWith('elu') ? 'he' : 'xavier',
  })
  const parameters = model.parameters()
  const { weights } = settings
  if (weights?.length === parameters.length)
    parameters.forEach((p, i) => {
      p.data = weights[i]!
    })
  const objective = objectiveFor(settings.loss as LossName, { X: [], y: [], classes }, outputs)
  return {
    settings,
    data,
    model,
    parameters,
    objective,
    optimizer: optimizerOf(parameters, settings),
  }
}

/** The strength of Σ w² is λ: its gradient is 2 λ w. */
function optimizerOf(parameters: readonly Value[], settings: NetworkState): Optimizer {
  const options = { learningRate: settings.learningRate, weightDecay: 2 * settings.l2 }
  const makers: Readonly<Record<string, () => Optimizer>> = {
    SGD: () => new SGD(parameters, options),
    momentum: () => new SGD(parameters, { ...options, momentum: 0.9 }),
    Adam: () => new Adam(parameters, options),
    AdamW: () => new AdamW(parameters, options),
    RMSprop: () => new RMSprop(parameters, options),
  }
  return makers[settings.optimizer]!()
}

/** The outputs of each layer. */
function neuronsOf(model: MLP, x: readonly Operand[]): Value[][] {
  const layers: Value[][] = []
  for (const layer of model.layers) layers.push(layer.forward(layers.at(-1) ?? x.map(asValue)))
  return layers
}

const asValue = (x: Operand): Value => (typeof x === 'number' ? new Value(x) : x)

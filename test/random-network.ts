/** Networks of odd sizes with a batch each, and what kernels make of them. Runs wherever JavaScript does. */
import { type Operand, Random, type Value } from 'chainrule'
import { compile, type Precision } from 'chainrule/compile'
import { binaryCrossEntropy, crossEntropy, l2 } from 'chainrule/loss'
import { MLP } from 'chainrule/nn'

const sizes = [1, 2, 3, 4, 5, 7, 8, 31, 32, 64, 100, 128, 129, 257]
const activations = ['relu', 'tanh', 'sigmoid', 'gelu', 'silu', 'softplus', 'elu', 'sin'] as const

export interface RandomNetwork {
  readonly name: string
  readonly model: MLP
  readonly parameters: readonly Value[]
  readonly X: readonly number[][]
  readonly y: readonly number[]
  /** Whether y is an index. */
  readonly classes: boolean
  /** Whether rows come as lists, else all in one typed array. */
  readonly lists: boolean
  /** The loss of an example, to which `penalty`, of the parameters alone, is added if there is one. */
  readonly own: (x: readonly Operand[], target: Operand) => Value
  readonly penalty: (() => Value) | undefined
}

export function randomNetwork(k: number): RandomNetwork {
  const random = new Random(k)
  const inputs = random.randint(1, 9)
  const layers = Array.from({ length: random.randint(1, 3) }, () => random.randint(1, 13))
  const activation = activations[k % activations.length]!
  const model = new MLP(inputs, layers, { activation, random, initialisation: 'torch' })
  const parameters = model.parameters()
  const X = Array.from({ length: sizes[k % sizes.length]! }, () =>
    Array.from({ length: inputs }, () => random.uniform(-2, 2)),
  )
  const classes = layers.at(-1)! > 1
  const y = X.map(() => (classes ? random.randint(0, layers.at(-1)! - 1) : random.random()))
  return {
    name: `${inputs}-${layers.join('-')} ${activation}, ${X.length} examples`,
    model,
    parameters,
    X,
    y,
    classes,
    lists: k % 2 === 0,
    own: (x, target) =>
      classes
        ? crossEntropy(model.forward(x), target)
        : binaryCrossEntropy(model.forward(x), target),
    penalty: k % 4 === 0 ? () => l2(parameters, 0.01) : undefined,
  }
}

/** The loss of one example, as one writes it. */
export const lossOf =
  ({ own, penalty }: RandomNetwork) =>
  (x: readonly Operand[], target: Operand): Value =>
    penalty ? own(x, target).add(penalty()) : own(x, target)

/** By kernels: the mean loss and its gradient, and every output of every example. */
export async function compiled(
  network: RandomNetwork,
  precision: Precision,
): Promise<{ step: number[]; outputs: number[] }> {
  const { model, parameters, X, y, classes, lists } = network
  const rows = { length: X[0]!.length }
  const loss = lossOf(network)
  const step = await compile((x, target) => loss(x, target), {
    inputs: [rows, classes ? 'index' : 'number'],
    parameters,
    precision,
    check: false,
  })
  const { loss: mean } = lists
    ? step(X, y)
    : step(Float64Array.from(X.flat()), Float32Array.from(y))
  const gradient = parameters.map((p) => p.grad)
  const predict = await compile((x) => model.forward(x), { inputs: [rows], parameters })
  const outputs = predict(X).flat()
  step.dispose()
  predict.dispose()
  return { step: [mean, ...gradient], outputs }
}

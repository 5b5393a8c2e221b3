/** The programs that exports are tried with: networks, and scalars that no layer library foresaw. */
import { defineOp, dot, grad, type Operand, Random, softmax, sum, Value, value } from 'chainrule'
import { digits, iris, moons, standardise } from 'chainrule/data'
import type { NamedModule, Parameters } from 'chainrule/interop'
import { binaryCrossEntropy, crossEntropy, meanSquaredError } from 'chainrule/loss'
import { Layer, MLP } from 'chainrule/nn'

/** A network with a loss of what it gives, and examples. */
export interface Exported {
  readonly title: string
  readonly inputs: readonly ({ readonly length: number } | 'number')[]
  readonly forward: (...x: never[]) => Value[]
  readonly loss: (outputs: readonly Value[], y: Operand) => Value
  readonly target: 'number' | 'index'
  readonly leaves: Value[]
  readonly parameters: Parameters
  readonly X: number[][]
  readonly y: readonly number[]
}

const leavesOf = (parts: Record<string, NamedModule & { parameters(): Value[] }>): Value[] =>
  Object.values(parts).flatMap((part) => part.parameters())

/** Rows of numbers, and a smooth target of each. */
function surface(count: number, width: number): Pick<Exported, 'X' | 'y'> {
  const random = new Random(count + width)
  const X = Array.from({ length: count }, () =>
    Array.from({ length: width }, () => random.uniform(-1, 1)),
  )
  return { X, y: X.map((x) => Math.sin(x.reduce((a, b, i) => a + b * (i + 1), 0))) }
}

const squared = (outputs: readonly Value[], y: Operand): Value => meanSquaredError(outputs, [y])

function network(
  title: string,
  model: MLP,
  data: Pick<Exported, 'X' | 'y'>,
  how: Pick<Exported, 'loss' | 'target'>,
): Exported {
  return {
    title,
    inputs: [{ length: model.architecture.inputs }],
    forward: (x: Value[]) => model.forward(x),
    leaves: model.parameters(),
    parameters: model,
    ...data,
    ...how,
  }
}

const classes = { loss: crossEntropy, target: 'index' } as const
const linear = { activation: 'linear' } as const

function sharedWeights(): Exported {
  const random = new Random(4)
  const hidden = new Layer(4, 4, { activation: 'tanh', random })
  const out = new Layer(4, 1, { ...linear, random })
  const parts = { hidden, out }
  return {
    title: 'shared weights',
    inputs: [{ length: 4 }],
    forward: (x: Value[]) => out.forward(hidden.forward(hidden.forward(hidden.forward(x)))),
    loss: squared,
    target: 'number',
    leaves: leavesOf(parts),
    parameters: parts,
    ...surface(60, 4),
  }
}

const bump = defineOp({
  name: 'bump',
  arity: 1,
  lower: (m, a) => m.exp(m.neg(m.mul(a, a))),
  partials: (m, y, a) => [m.mul(m.mul(-2, a), y)],
})

function customOperation(): Exported {
  const random = new Random(5)
  const hidden = new Layer(2, 6, { activation: bump, random })
  const out = new Layer(6, 1, { ...linear, random })
  const parts = { hidden, out }
  return {
    title: 'a custom operation',
    inputs: ['number', 'number'],
    forward: (a: Value, b: Value) => out.forward(hidden.forward([a, b])),
    loss: squared,
    target: 'number',
    leaves: leavesOf(parts),
    parameters: parts,
    ...surface(50, 2),
  }
}

function skipConnection(): Exported {
  const random = new Random(6)
  const hidden = new Layer(5, 5, { activation: 'softplus', random })
  const out = new Layer(5, 2, { ...linear, random })
  const scale = value(0.5)
  const parts = { hidden, out }
  return {
    title: 'a skip connection',
    inputs: [{ length: 5 }],
    forward: (x: Value[]) =>
      out.forward(hidden.forward(x).map((h, i) => h.mul(scale).add(x[i]!).max(0))),
    loss: (outputs, y) => squared([sum([...outputs])], y),
    target: 'number',
    leaves: [...leavesOf(parts), scale],
    parameters: { ...parts, scale },
    ...surface(70, 5),
  }
}

function attention(): Exported {
  const random = new Random(7)
  const [query, key, values] = [0, 1, 2].map(() => new Layer(2, 2, { ...linear, random })) as [
    Layer,
    Layer,
    Layer,
  ]
  const out = new Layer(6, 1, { ...linear, random })
  const parts = { query, key, values, out }
  const forward = (x: Value[]): Value[] => {
    const tokens = [0, 2, 4].map((i) => x.slice(i, i + 2))
    const keys = tokens.map((token) => key.forward(token))
    const given = tokens.map((token) => values.forward(token))
    const heads = tokens.map((token) => {
      const q = query.forward(token)
      const weights = softmax(keys.map((k) => dot(q, k).div(Math.SQRT2)))
      return [0, 1].map((d) =>
        dot(
          weights,
          given.map((v) => v[d]!),
        ),
      )
    })
    return out.forward(heads.flat())
  }
  return {
    title: 'an attention head',
    inputs: [{ length: 6 }],
    forward,
    loss: squared,
    target: 'number',
    leaves: leavesOf(parts),
    parameters: parts,
    ...surface(40, 6),
  }
}

/** u″ + u = 0, where u is a network: its outputs are the residual and u itself. */
function physics(): Exported {
  const model = new MLP(1, [8, 1], { activation: 'tanh', random: new Random(8) })
  const forward = (t: Value): Value[] => {
    const [u] = model.forward([t]) as [Value]
    const [slope] = grad(u, [t]) as [Value]
    return [grad(slope, [t])[0]!.add(u), u]
  }
  return {
    title: 'a physics residual',
    inputs: ['number'],
    forward,
    loss: ([residual, u], y) => residual!.pow(2).add(u!.sub(y).pow(2).mul(0.1)),
    target: 'number',
    leaves: model.parameters(),
    parameters: model,
    ...surface(33, 1),
  }
}

/** The leaves behind each name, as a state dictionary has them. */
export function byName(parameters: Parameters, prefix = ''): Record<string, readonly Value[]> {
  const name = prefix || 'p'
  if (parameters instanceof Value) return { [name]: [parameters] }
  if (Array.isArray(parameters)) return { [name]: parameters as Value[] }
  const long = (key: string): string => (prefix ? `${prefix}.${key}` : key)
  if (typeof (parameters as NamedModule).named === 'function')
    return Object.fromEntries(
      (parameters as NamedModule).named().map((own) => [long(own.name), own.values]),
    )
  return Object.assign(
    {},
    ...Object.entries(parameters).map(([key, own]) => byName(own as Parameters, long(key))),
  ) as Record<string, readonly Value[]>
}

/** All of them, with weights of their own. */
export function exportedPrograms(): Exported[] {
  const random = new Random(1)
  const scores = { loss: binaryCrossEntropy, target: 'number' } as const
  const { dataset } = standardise(iris())
  return [
    network('moons', new MLP(2, [16, 16, 1], { activation: 'tanh', random }), moons(200), scores),
    network('digits', new MLP(64, [32, 10], { random, initialisation: 'he' }), digits(), classes),
    network('iris', new MLP(4, [8, 3], { activation: 'gelu', random }), dataset, classes),
    sharedWeights(),
    customOperation(),
    skipConnection(),
    attention(),
    physics(),
  ]
}

/** The columns of X as the arguments take them: a list of rows, or a number each. */
export function columnsOf({ inputs, X }: Exported): (number[] | number[][])[] {
  return inputs.map((kind, i) => (kind === 'number' ? X.map((row) => row[i]!) : X))
}

/** Losses whose scalars lie in memory in ways that no layer has. */
import { defineOp, dot, mul, pick, sum, type Value, value } from 'chainrule'
import type { Parameters } from 'chainrule/interop'
import { type InputKind } from 'chainrule/lift'
import { Neuron } from 'chainrule/nn'
import { Random } from 'chainrule'

export interface OddRead {
  readonly title: string
  readonly inputs: readonly InputKind[]
  readonly f: (...x: never[]) => Value
  readonly leaves: Value[]
  readonly parameters: Parameters
  readonly columns: readonly (number[] | number[][])[]
}

const random = new Random(11)
const leaves = (count: number): Value[] =>
  Array.from({ length: count }, () => value(random.uniform(-1, 1)))
const rows = (count: number, width: number): number[][] =>
  Array.from({ length: count }, () => Array.from({ length: width }, () => random.uniform(-1, 1)))

/** A row of lists that no target knows: the product. */
const product = defineOp({
  name: 'product',
  arity: 'variadic',
  lower: (m, x) => x.reduce((total, xi) => m.mul(total, xi)),
  partials: (m, y, x) => x.map((xi) => m.div(y, xi)),
})

/** Another, whose partials have a loop of their own. */
const variance = defineOp({
  name: 'variance',
  arity: 'variadic',
  lower: (m, x) => {
    const mean = m.div(x.reduce(m.add), x.length)
    const squares = x.map((xi) => m.mul(m.sub(xi, mean), m.sub(xi, mean)))
    return m.div(squares.reduce(m.add), x.length)
  },
  partials: (m, _y, x) => {
    const mean = m.div(x.reduce(m.add), x.length)
    return x.map((xi) => m.mul(2 / x.length, m.sub(xi, mean)))
  },
})

const on = (
  title: string,
  width: number,
  parameters: Value[],
  f: (x: Value[]) => Value,
): OddRead => ({
  title,
  inputs: [{ length: width }],
  f,
  leaves: parameters,
  parameters,
  columns: [rows(5, width)],
})

function embedding(): OddRead {
  const table = leaves(8)
  return {
    title: 'weights picked by an index, among what varies and what does not',
    inputs: [{ length: 4 }, 'index'],
    f: (x: Value[], label: Value) =>
      mul(pick(table.slice(0, 4), label), pick(x, label))
        .add(pick(table.slice(4), label))
        .add(label),
    leaves: table,
    parameters: { table },
    columns: [rows(5, 4), [0, 3, 1, 2, 3]],
  }
}

function neurons(): OddRead {
  const all = Array.from({ length: 6 }, () => new Neuron(3, { activation: 'tanh', random }))
  return {
    title: 'weights of one layer in many tensors',
    inputs: [{ length: 3 }],
    f: (x: Value[]) => sum(all.map((neuron, i) => neuron.forward(x).mul(i + 1))),
    leaves: all.flatMap((neuron) => neuron.parameters()),
    parameters: { neurons: Object.fromEntries(all.map((neuron, i) => [`${i}`, neuron])) },
    columns: [rows(5, 3)],
  }
}

export function oddReads(): OddRead[] {
  const [kernel, pair, weights, many] = [leaves(3), leaves(2), leaves(6), leaves(20)] as [
    Value[],
    Value[],
    Value[],
    Value[],
  ]
  const fixed = leaves(4)
  return [
    on('a convolution', 8, kernel, (x) =>
      sum(
        Array.from({ length: 6 }, (_, i) =>
          dot(kernel, x.slice(i, i + 3))
            .relu()
            .mul(i),
        ),
      ),
    ),
    on('backwards, and every second', 6, pair, (x) =>
      dot(x, x.toReversed())
        .mul(pair[0]!)
        .add(dot([x[1]!, x[3]!, x[5]!], [x[4]!, x[2]!, x[0]!]).sin().mul(pair[1]!)),
    ),
    on('a product of a list', 4, weights.slice(0, 4), (x) =>
      sum([product(x.map((xi, i) => xi.add(weights[i]!).add(3))), product(weights.slice(0, 4))]),
    ),
    on('partials that reduce', 4, weights.slice(0, 4), (x) =>
      variance(x.map((xi, i) => xi.mul(weights[i]!).sin())).add(variance(weights.slice(0, 4))),
    ),
    on('leaves that are not trained, many literals', 20, many, (x) =>
      sum(x.map((xi, i) => xi.mul(many[i]!).mul(i * i + 0.5))).add(
        dot(fixed, x.slice(3, 7)).tanh(),
      ),
    ),
    on('a maximum over windows', 8, weights.slice(4), (x) =>
      sum(
        [0, 2, 4, 6].map((i) =>
          x[i]!.max(x[i + 1]!)
            .mul(weights[4 + (i % 4) / 2]!)
            .exp(),
        ),
      ),
    ),
    on('no input at all', 2, kernel, () => sum(kernel.map((k) => k.mul(k).log1p()))),
    on('a table of positions', 7, pair, (x) =>
      sum([3, 0, 6, 1, 5].map((i) => x[i]!.mul(pair[i % 2]!).expm1())),
    ),
    embedding(),
    neurons(),
  ]
}

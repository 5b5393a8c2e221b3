/** Loop nests, run one turn at a time in plain JavaScript, against the engine. */
import { dot, type Operand, Random, sum, type Value, value } from 'chainrule'
import { lift, type LoopProgram, type Nest, toLoops } from 'chainrule/lift'
import { crossEntropy, l2, meanSquaredError } from 'chainrule/loss'
import { MLP } from 'chainrule/nn'
import { describe, expect, test } from 'vitest'
import { Loops } from './loops.ts'

const random = new Random(1)
const numbers = (n: number): number[] => Array.from({ length: n }, () => random.uniform(-1, 1))

type Loss = (x: Operand[], y: Operand) => Value

/** Mean loss and gradients over a batch, by the engine. */
function eager(f: Loss, parameters: Value[], X: number[][], Y: number[]): number[] {
  for (const p of parameters) p.grad = 0
  let loss = 0
  X.forEach((x, i) => {
    const y = f(x, Y[i]!)
    loss += y.data / X.length
    y.div(X.length).backward()
  })
  return [loss, ...parameters.map((p) => p.grad)]
}

/** The same by the nests. */
function nested(program: LoopProgram, X: number[][], Y: number[]): number[] {
  const loops = new Loops(program)
  loops.run([X, Y.map((y) => [y])])
  return [loops.of(program.total)[0]! / X.length, ...loops.of(program.gradient!)]
}

type Formula = Nest['step']

/** No access of any nest goes through a table of positions. */
function isAffine({ before, each, after }: LoopProgram): boolean {
  const plain = (x: Formula): boolean =>
    x.kind === 'read' ? x.read.table === undefined : x.kind === 'literal' || x.args.every(plain)
  return [...before, ...each, ...after].every(
    ({ target, start, step }) => !target.table && plain(step) && (!start || plain(start)),
  )
}

describe('lift', () => {
  const moons = new MLP(2, [16, 16, 1], { activation: 'relu', random })
  const classes = new MLP(5, [7, 3], { activation: 'tanh', random })
  const shared = [value(0.3), value(-0.2), value(0.1)]

  test.each<[string, Loss, Value[], number, 'number' | 'index']>([
    ['2-16-16-1', (x, y) => meanSquaredError(moons.forward(x), y), moons.parameters(), 2, 'number'],
    ['5-7-3', (x, y) => crossEntropy(classes.forward(x), y), classes.parameters(), 5, 'index'],
    [
      'with l2, the same for all examples',
      (x, y) => crossEntropy(classes.forward(x), y).add(l2(classes.parameters(), 1e-3)),
      classes.parameters(),
      5,
      'index',
    ],
    [
      'a convolution: weights shared by positions',
      (x, y) =>
        sum([0, 1, 2, 3].map((i) => dot(shared, x.slice(i, i + 3)).tanh()))
          .sub(y)
          .pow(2),
      shared,
      6,
      'number',
    ],
  ])(
    '%s: every access is affine, the gradient is that of the engine',
    (_, f, parameters, inputs, kind) => {
      const program = lift(f, { inputs: [{ length: inputs }, kind], parameters })
      expect(isAffine(program)).toBe(true)
      const X = Array.from({ length: 6 }, () => numbers(inputs))
      const Y = X.map(() => (kind === 'index' ? random.randint(0, 2) : random.random()))
      const got = nested(program, X, Y)
      eager(f, parameters, X, Y).forEach((want, i) => expect(got[i], `${i}`).toBeCloseTo(want, 12))
    },
  )

  test('wiring without a pattern goes by a table of positions', () => {
    const weights = numbers(40).map((x) => value(x))
    const order = weights.map((_, i) => i)
    random.shuffle(order)
    const f: Loss = (x, y) =>
      sum(weights.map((w, i) => w.mul(x[order[i]!]!)))
        .tanh()
        .sub(y)
    const program = lift(f, {
      inputs: [{ length: 40 }, 'number'],
      parameters: weights,
    })
    expect(isAffine(program)).toBe(false)
    const X = Array.from({ length: 3 }, () => numbers(40))
    const got = nested(program, X, [1, 2, 3])
    eager(f, weights, X, [1, 2, 3]).forEach((want, i) => expect(got[i]).toBeCloseTo(want, 12))
  })

  test('what was computed is no parameter', () => {
    const w = value(2)
    expect(() => lift((x) => x.mul(w), { inputs: 1, parameters: [w.mul(3)] })).toThrow(
      /parameters is a list of leaves/,
    )
  })

  test('a network is as many nests whatever its size', () => {
    const nestsOf = (hidden: number): number => {
      const model = new MLP(6, [hidden, 4], { activation: 'tanh', random })
      const { before, each, after } = lift(
        (x: Value[], y: Value) => crossEntropy(model.forward(x), y),
        { inputs: [{ length: 6 }, 'index'], parameters: model.parameters() },
      )
      return before.length + each.length + after.length
    }
    expect(nestsOf(50)).toBe(nestsOf(8))
  })

  test('the text reads like mathematics', () => {
    const model = new MLP(3, [2], { random })
    const program = lift((x: Value[], y: Value) => meanSquaredError(model.forward(x), [y, y]), {
      inputs: [{ length: 3 }, 'number'],
      parameters: model.parameters(),
    })
    expect(toLoops(program)).toMatchSnapshot()
  })
})

describe('a function that computes something else each time', () => {
  const [a, b] = [value(0), value(0)]
  let calls = 0
  const again = (): boolean => calls++ % 2 === 1

  test.each<[string, (x: Value) => Operand]>([
    ['another number', (x) => x.mul(calls++)],
    ['a leaf with another number', (x) => x.add(value(calls++))],
    ['another parameter of the same number', (x) => x.mul(again() ? a : b)],
    ['another operation', (x) => (again() ? x.sin() : x.cos())],
    ['more of them', (x) => (again() ? x.sin() : x.sin().neg())],
    ['another result', (x) => (x.sin(), again() ? x : x.sin())],
    ['another operand', (x) => ((y) => y.add(again() ? x : y))(x.exp())],
  ])('%s is refused', (_, f) => {
    expect(() => lift(f, { inputs: 1 })).toThrow(/two runs of the function made different graphs/)
  })

  test('leaves that are made in it, with the same numbers, are not', () => {
    const f = (x: Value): Value => x.mul(value(3)).add(value(0)).add(value(0))
    expect(lift(f, { inputs: 1 }).leaves).toHaveLength(3)
  })
})

import { Random, value } from 'chainrule'
import { binaryCrossEntropy, crossEntropy, l2, maxMargin, meanSquaredError } from 'chainrule/loss'
import { Layer, MLP, Module, Neuron } from 'chainrule/nn'
import { describe, expect, test } from 'vitest'

describe('Neuron, Layer, MLP', () => {
  test('the tutorial’s neuron gives the tutorial’s gradients', () => {
    const neuron = new Neuron(2, { activation: 'tanh', weights: [-3, 1], bias: 6.8813735870195432 })
    const x = [value(2, 'x1'), value(0, 'x2')]
    const o = neuron.forward(x)
    o.backward()
    expect(o.data).toBeCloseTo(0.7071, 4)
    const grads = [...neuron.weights, ...x].map((v) => v.grad)
    ;[1, 0, -1.5, 0.5].forEach((g, i) => expect(grads[i]).toBeCloseTo(g, 10))
  })

  test('MLP draws micrograd’s weights from micrograd’s seed', () => {
    // python3 -c "import random; random.seed(1337); print([random.uniform(-1,1) for _ in range(3)])"
    const model = new MLP(2, [16, 16, 1], { random: new Random(1337) })
    const first = model
      .parameters()
      .slice(0, 2)
      .map((p) => p.data)
    expect(first).toEqual([0.23550571390294128, 0.06653114721000164])
    expect(model.parameters()).toHaveLength(337)
    expect(model.parameters()[2]!.data).toBe(0)
  })

  test('the last layer is linear unless told otherwise', () => {
    const outputs = (options: object) => new MLP(1, [2, 1], options).forward([3])[0]!
    expect(outputs({ activation: 'tanh' }).op!.name).toBe('sum')
    expect(outputs({ outputActivation: 'tanh' }).op!.name).toBe('tanh')
  })

  test('Values remember the layer and neuron that made them', () => {
    const y = new MLP(2, [3, 1]).forward([1, 2])[0]!
    expect(y.scope).toMatchObject({ name: 'neurons.0', parent: { name: 'layers.1' } })
    expect(value(1).scope).toBeUndefined()
  })

  test('state dictionaries have PyTorch’s names and shapes, and come back bit for bit', () => {
    const model = new MLP(3, [4, 2], { initialisation: 'torch', random: new Random(7) })
    const state = model.stateDict()
    expect(Object.entries(state).map(([name, { shape }]) => [name, shape])).toEqual([
      ['layers.0.weight', [4, 3]],
      ['layers.0.bias', [4]],
      ['layers.1.weight', [2, 4]],
      ['layers.1.bias', [2]],
    ])
    expect(state['layers.0.weight']!.data[3]).toBe(model.layers[0]!.neurons[1]!.weights[0]!.data)
    const other = new MLP(3, [4, 2], { random: new Random(8) })
    other.loadStateDict(state)
    expect(other.stateDict()).toEqual(state)
  })

  test('a state dictionary that does not fit is refused and changes nothing', () => {
    const model = new MLP(2, [2, 1])
    const before = model.stateDict()
    const wrong = { ...before, 'layers.0.weight': { shape: [1, 4], data: [1, 2, 3, 4] } }
    expect(() => model.loadStateDict(wrong)).toThrow(
      'layers.0.weight: expected shape 2 × 2, got 1 × 4',
    )
    expect(() => model.loadStateDict({ ...before, extra: { shape: [1], data: [0] } })).toThrow(
      'no extra',
    )
    const { 'layers.1.bias': _, ...short } = before
    expect(() => model.loadStateDict(short)).toThrow('layers.1.bias is missing')
    expect(model.stateDict()).toEqual(before)
  })

  test('a state dictionary may hold nested lists, as PyTorch’s tolist gives them', () => {
    const model = new MLP(2, [2, 1])
    const state = {
      'layers.0.weight': [
        [1, 2],
        [3, 4],
      ],
      'layers.0.bias': [5, 6],
      'layers.1.weight': [[7, 8]],
      'layers.1.bias': 9,
    }
    model.loadStateDict(state)
    const data = Object.values(model.stateDict()).flatMap((tensor) => tensor.data)
    expect(data).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9])
    const refused = (entry: unknown, message: string) =>
      expect(() => model.loadStateDict({ ...state, 'layers.0.weight': entry as number })).toThrow(
        `layers.0.weight: ${message}`,
      )
    refused([[1, 2], [3]], 'expected lists of one length')
    refused([1, 2, 3, 4], 'expected shape 2 × 2, got 4')
    refused([['1', '2'], ['3']], 'expected { shape, data }, or lists')
    refused(null, 'expected { shape, data }, or lists')
    expect(() => model.loadStateDict(undefined as unknown as Record<string, number>)).toThrow(
      'got undefined',
    )
  })

  test('a module of one’s own trains like the built-in ones', () => {
    class Line extends Module {
      readonly slope = value(1)
      readonly offset = value(0)
      parameters() {
        return [this.slope, this.offset]
      }
    }
    const line = new Line()
    line.slope.mul(3).add(line.offset).backward()
    expect(line.parameters().map((p) => p.grad)).toEqual([3, 1])
    line.zeroGrad()
    expect(line.parameters().map((p) => p.grad)).toEqual([0, 0])
  })

  test('initialisations have the spread they promise', () => {
    const deviation = (initialisation: 'xavier' | 'he' | 'torch') => {
      const layer = new Layer(200, 100, { initialisation, random: new Random(3) })
      const w = layer.neurons.flatMap((n) => n.weights.map((v) => v.data))
      return Math.sqrt(w.reduce((total, x) => total + x * x, 0) / w.length)
    }
    // 20,000 draws: the deviation is within 2 % with a margin of four standard errors.
    expect(deviation('xavier') / Math.sqrt(2 / 300)).toBeCloseTo(1, 1)
    expect(deviation('he') / Math.sqrt(2 / 200)).toBeCloseTo(1, 1)
    expect(deviation('torch') / Math.sqrt(1 / 600)).toBeCloseTo(1, 1)
  })

  test('wrong sizes, activations and inputs are named', () => {
    expect(() => new MLP(2, [1.5])).toThrow('whole numbers above 0, got 1.5')
    expect(() => new MLP(2, [])).toThrow('at least one layer')
    expect(() => new MLP(2, [1], { outputActivation: 'swoosh' as 'relu' })).toThrow(
      "'swoosh'; choose one of linear,",
    )
    expect(() => new MLP(2, 3 as unknown as number[])).toThrow(
      'sizes is a list such as [16, 1], got 3',
    )
    expect(() => new MLP(2, [3], { activation: 'foo' as 'relu' })).toThrow("activation 'foo'")
    expect(() => new MLP(1000, [1e6])).toThrow('a network of 1001000000 parameters is too large')
    expect(() => new Layer(1e6, 1000)).toThrow('a network of 1000001000 parameters is too large')
    expect(() => new MLP(2, [1]).forward([1, 2, 3])).toThrow('expected 2 inputs, got 3')
    expect(() => new Layer(2, 2, { initialisation: 'zeros' as 'he' })).toThrow(
      "'zeros'; choose one of uniform",
    )
  })
})

describe('losses', () => {
  test('crossEntropy is exact where exp would overflow', () => {
    const logits = [1000, 0, 0].map((x) => value(x))
    const loss = crossEntropy(logits, 0)
    loss.backward()
    expect(loss.data).toBe(0)
    expect(logits.map((v) => v.grad)).toEqual([0, 0, 0])
    const other = [0, -800, 0].map((x) => value(x))
    const big = crossEntropy(other, 1)
    big.backward()
    expect(big.data).toBeCloseTo(800.6931471805599, 9)
    expect(other.map((v) => v.grad)).toEqual([0.5, -1, 0.5])
  })

  test('the others, by hand', () => {
    expect(meanSquaredError([1, 2], [0, 4]).data).toBe(2.5)
    expect(maxMargin([0.25], -1).data).toBe(1.25)
    expect(maxMargin(2, 1).data).toBe(0)
    expect(binaryCrossEntropy(0, 1).data).toBeCloseTo(Math.LN2, 15)
    expect(binaryCrossEntropy(-1000, 1).data).toBe(1000)
    expect(l2([3, 4], 0.5).data).toBe(12.5)
  })

  test('wrong labels and shapes are named', () => {
    expect(() => maxMargin(1, 0)).toThrow('−1 or 1, got 0')
    expect(() => maxMargin([1, 2], 1)).toThrow('one output, got 2')
    expect(() => crossEntropy([1, 2], 2)).toThrow('whole number from 0 to 1, got 2')
    expect(() => crossEntropy(value(1) as unknown as number[], 0)).toThrow(
      'crossEntropy takes a list of logits',
    )
    expect(() => meanSquaredError([1], [1, 2])).toThrow('1 outputs but 2 targets')
  })
})

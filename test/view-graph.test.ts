/** The graph as data, and what one sees of it: nothing is lost, whatever is open. */
import { Random, select, sum, type Value, value } from 'chainrule'
import { Layer, MLP, Neuron } from 'chainrule/nn'
import { describe, expect, test } from 'vitest'
import { dataOf, partialsOf } from '../src/adjoints.ts'
import { numbers } from '../src/ops.ts'
import { topologicalOrder } from '../src/order.ts'
import { inScope } from '../src/page.ts'
import { collapse, type Picture } from '../src/view/collapse.ts'
import { type Graph, graphOf } from '../src/view/graph.ts'
import { pictureOf } from '../src/view/opening.ts'
import { network, step } from './pictures.ts'
import { randomProgram, run } from './programs.ts'

/** Random programs one after the other, in modules, some inside others, some that run several times. */
function modular(seed: number): Value {
  const random = new Random(seed)
  const weights = Array.from({ length: 3 }, (_, i) => value(i, `w${i}`))
  let before: Value[] = [value(1, 'x')]
  for (let piece = 0; piece < 4; piece++) {
    const program = randomProgram(random.randint(0, 500))
    const part = random.randint(0, 2)
    const ran = (): Value =>
      inScope(`outer.${random.randint(0, 1)}`, () => {
        // A program stays where it is defined; what came before is its input all the same.
        const x = program.inputs.map((x, i) => select(1, x, before[i % before.length]!))
        return inScope(`inner.${part}`, () => run(program, x).mul(weights[part]!))
      })
    before = [ran(), ran(), ...before.slice(0, 2)]
  }
  return sum(before)
}

const all = (graph: Graph): Set<string> => new Set(graph.groups.map(({ id }) => id))

describe('graphOf', () => {
  test('every Value once, inputs before outputs, every operand in order, the partials of the table', () => {
    for (let seed = 0; seed < 100; seed++) {
      const program = randomProgram(seed)
      const y = run(
        program,
        program.inputs.map((x) => value(x)),
      )
      y.backward()
      const order = topologicalOrder(y)
      const places = new Map(order.map((v, i) => [v, i]))
      const { values, roots, ops } = graphOf(y)
      expect(roots).toEqual([order.length - 1])
      expect(values.map(({ data, grad }) => [Number(data), Number(grad)])).toEqual(
        order.map(({ data, grad }) => [data, grad]),
      )
      order.forEach((v, i) => {
        const { inputs, partials, op } = values[i]!
        expect(inputs).toEqual(v.inputs.map((x) => places.get(x)))
        expect(op === undefined ? undefined : ops[op]!.name).toBe(v.op?.name)
        if (v.op === undefined) return
        const found = partialsOf<number>(numbers, v, dataOf)
        expect(partials.map((p) => (p === null ? null : Number(p)))).toEqual(
          v.inputs.map((x, k) => (x.first === null ? null : (found[k] ?? null))),
        )
      })
    }
  })

  test('is plain data: the same after JSON, with NaN, ∞ and −0', () => {
    const x = value(-0, 'x')
    const y = x.log().mul(value(NaN)).add(Infinity)
    const graph = graphOf([y, ...network().inputs])
    const copy = JSON.parse(JSON.stringify(graph)) as Graph
    expect(copy).toEqual(graph)
    expect(copy.values.map(({ data }) => Number(data)).filter(Number.isNaN)).toHaveLength(3)
    expect(copy.values.some(({ data }) => Number(data) === -Infinity)).toBe(true)
    expect(copy.values.some(({ data }) => Object.is(Number(data), -0))).toBe(true)
  })

  test('tells leaves, literals and parameters apart', () => {
    const x = value(1, 'x')
    const layer = new Layer(1, 2)
    const [a, b] = layer.forward([x])
    const { values } = graphOf(a!.add(b!).mul(2))
    const labels = (role: string) => values.filter((v) => v.role === role).map((v) => v.label)
    expect(labels('leaf')).toEqual(['x'])
    expect(labels('parameter')).toEqual(['w0', 'b', 'w0', 'b'])
    expect(labels('literal')).toEqual([undefined])
  })

  test('parameters that the caller names, and no others', () => {
    const x = value(1, 'x')
    const model = new MLP(1, [1])
    const y = model.forward([x])[0]!
    const roleOf = (graph: Graph, label: string) => graph.values.find((v) => v.label === label)!
    // Used by one neuron only, an input cannot be told from a weight.
    expect(roleOf(graphOf(y), 'x').role).toBe('parameter')
    const told = graphOf(y, { parameters: model.parameters() })
    expect(roleOf(told, 'x')).toMatchObject({ role: 'leaf', group: -1 })
    expect(roleOf(told, 'w0').role).toBe('parameter')
  })

  test('a weight that several modules share belongs to what is around them', () => {
    const w = value(2, 'w')
    const y = inScope('outer', () => {
      const a = inScope('a', () => value(1, 'x').mul(w))
      return inScope('b', () => a.mul(w))
    })
    const graph = graphOf(y, { parameters: [w] })
    expect(graph.groups[graph.values.find((v) => v.label === 'w')!.group]!.id).toBe('outer')
    const shared = graphOf(y).values.find((v) => v.label === 'w')!
    expect(shared).toMatchObject({ role: 'leaf', group: -1 })
  })
})

describe('groups', () => {
  const groups = (root: Value | Value[]) =>
    graphOf(root).groups.map(({ id, values, parameters, runs }) => [id, values, parameters, runs])

  test('layers and neurons, with the parameters that are theirs', () => {
    expect(groups(new MLP(2, [2, 1]).forward([1, 2]))).toEqual([
      ['layers.0', 14, 6, 1],
      ['layers.0/neurons.0', 7, 3, 1],
      ['layers.0/neurons.1', 7, 3, 1],
      ['layers.1', 6, 3, 1],
      ['layers.1/neurons.0', 6, 3, 1],
    ])
  })

  test('a batch through one model is one group for each module', () => {
    const model = new MLP(2, [2, 1])
    const y = sum([1, 2, 3].flatMap((x) => model.forward([x, -x])))
    expect(groups(y)).toEqual([
      ['layers.0', 6 + 3 * 8, 6, 3],
      ['layers.0/neurons.0', 3 + 3 * 4, 3, 3],
      ['layers.0/neurons.1', 3 + 3 * 4, 3, 3],
      ['layers.1', 3 + 3 * 3, 3, 3],
      ['layers.1/neurons.0', 3 + 3 * 3, 3, 3],
    ])
  })

  test('a module that works on its own result is one group', () => {
    const cell = new Layer(2, 2, { activation: 'tanh' })
    let state: Value[] = [value(0), value(0)]
    for (let t = 0; t < 5; t++) state = cell.forward(state)
    expect(groups(state).map(([id, , , runs]) => [id, runs])).toEqual([
      ['neurons.0', 5],
      ['neurons.1', 5],
    ])
  })

  test('two modules with the same names are two groups', () => {
    const [first, second] = [new Layer(2, 1), new Layer(1, 1)]
    const y = second.forward(first.forward([1, 2]))
    expect(groups(y).map(([id, , , runs]) => [id, runs])).toEqual([
      ['neurons.0', 1],
      ['neurons.0 (2)', 1],
    ])
  })

  test('a penalty on the weights does not take them out of their neurons', () => {
    const model = new MLP(2, [2, 1])
    const y = model.forward([1, 2])[0]!.add(sum(model.parameters().map((p) => p.mul(p))))
    expect(groups(y).find(([id]) => id === 'layers.0/neurons.1')).toEqual([
      'layers.0/neurons.1',
      7,
      3,
      1,
    ])
  })

  test('names with slashes stay apart', () => {
    const x = value(1)
    const y = inScope('a/b', () => x.sin()).add(inScope('a', () => inScope('b', () => x.cos())))
    expect(groups(y).map(([id]) => id)).toEqual(['a\\/b', 'a', 'a/b'])
  })

  test('very many alike are a group: losses, penalties, a running total', () => {
    const alike = graphOf(step(50)).groups.filter((g) => g.kind === 'alike' && g.parent < 0)
    expect(alike.map(({ id, values }) => [id, values])).toEqual([
      ['literals of layers.0', 100],
      ['literals of mul', 52],
      ['mul', 50],
      ['neg', 50],
      ['literals of add', 50],
      ['add', 50],
      ['relu', 50],
      ['mul (2)', 48],
      ['mul (3)', 272],
      ['mul (4)', 17],
      ['add (2)', 49],
    ])
  })
})

/** Where Value i is drawn, by walking up its groups: written once more, slowly. */
function drawnAt(graph: Graph, open: ReadonlySet<string>, i: number): number {
  let closed = -1
  for (let at = graph.values[i]!.group; at >= 0; at = graph.groups[at]!.parent)
    if (!open.has(graph.groups[at]!.id)) closed = at
  return closed
}

/** The connections between different nodes, as `from to` with how many there are. */
function connections(graph: Graph, open: ReadonlySet<string>): Map<string, number> {
  const found = new Map<string, number>()
  const add = (from: string, to: string): void => {
    found.set(`${from} ${to}`, (found.get(`${from} ${to}`) ?? 0) + 1)
  }
  const roots = new Set(graph.roots)
  graph.values.forEach(({ inputs, op }, i) => {
    if (op === undefined) return
    const at = drawnAt(graph, open, i)
    const to = at === -1 ? `o${i}` : `g${at}`
    for (const x of inputs) {
      const from = drawnAt(graph, open, x)
      if (at !== -1 && from === at) continue
      add(from === -1 || roots.has(x) ? `v${x}` : `g${from}`, to)
    }
    if (at === -1 || roots.has(i)) add(to, `v${i}`)
  })
  return found
}

function counted(picture: Picture): Map<string, number> {
  const found = new Map<string, number>()
  for (const { from, to, count } of picture.edges)
    found.set(`${from} ${to}`, (found.get(`${from} ${to}`) ?? 0) + count)
  return found
}

describe('collapse', () => {
  test('all open: every operand is an edge once, in order, with its partial', () => {
    for (let seed = 0; seed < 60; seed++) {
      const graph = graphOf(modular(seed))
      const { edges, nodes } = collapse(graph, all(graph), Infinity)
      const into = new Map<string, (typeof edges)[number][]>()
      for (const edge of edges) into.set(edge.to, [...(into.get(edge.to) ?? []), edge])
      graph.values.forEach(({ inputs, partials, op }, i) => {
        if (op === undefined) return
        expect(into.get(`o${i}`) ?? []).toEqual(
          inputs.map((x, position) => ({
            from: `v${x}`,
            to: `o${i}`,
            position,
            partial: partials[position],
            count: 1,
          })),
        )
      })
      const operations = graph.values.filter(({ op }) => op !== undefined).length
      expect(nodes).toHaveLength(graph.values.length + operations)
    }
  })

  test('whatever is open, no connection is lost or invented', () => {
    for (let seed = 0; seed < 60; seed++) {
      const graph = graphOf(modular(seed))
      const random = new Random(seed)
      for (let k = 0; k < 4; k++) {
        const open = new Set([...all(graph)].filter(() => random.random() < 0.6))
        const picture = collapse(graph, open, Infinity)
        expect(counted(picture)).toEqual(connections(graph, open))
        const ids = picture.nodes.map(({ id }) => id)
        expect(new Set(ids).size).toBe(ids.length)
        const ends = new Set(picture.edges.flatMap(({ from, to }) => [from, to]))
        for (const id of ids) ends.delete(id)
        expect([...ends]).toEqual([])
      }
    }
  })

  test('what lies beyond is one node; every edge still has two ends, and every Value is accounted for', () => {
    for (let seed = 0; seed < 30; seed++) {
      const graph = graphOf(modular(seed))
      const picture = collapse(graph, all(graph), 40)
      const ids = new Set(picture.nodes.map(({ id }) => id))
      for (const { from, to } of picture.edges) expect(ids.has(from) && ids.has(to)).toBe(true)
      const values = picture.nodes.filter(({ kind }) => kind === 'value')
      const rest = picture.nodes.find((node) => node.kind === 'group')!
      expect(values.length).toBeLessThanOrEqual(40)
      expect(values.length + (rest.kind === 'group' ? rest.values : 0)).toBe(graph.values.length)
      expect(picture.notes.join()).toContain('more lie beyond')
      expect(values.some((node) => node.kind === 'value' && node.root)).toBe(true)
    }
  })

  test('a group that gives one number says it, and so do all its outputs', () => {
    const graph = graphOf(network())
    const { nodes } = collapse(graph, new Set(['layers.0']))
    const last = nodes.find((node) => node.kind === 'group' && node.path === 'layers.2')!
    expect(last).toMatchObject({ outputs: graph.roots, outputCount: 1, parameters: 17 })
    const middle = nodes.find((node) => node.kind === 'group' && node.path === 'layers.1')!
    expect(middle).toMatchObject({ outputCount: 16, parameters: 272 })
  })
})

describe('what is open by itself', () => {
  const opened = (root: Value) => pictureOf(graphOf(root)).frames.map(({ path }) => path)

  test('everything in a small graph, neurons closed in a larger one, layers closed in a wide one', () => {
    expect(opened(new Neuron(3).forward([1, 2, 3]))).toEqual([])
    expect(opened(new MLP(2, [2, 1]).forward([1, 2])[0]!)).toHaveLength(5)
    expect(opened(network())).toEqual(['layers.0', 'layers.1', 'layers.2'])
    const wide = new MLP(8, [64, 64, 1]).forward([1, 2, 3, 4, 5, 6, 7, 8])[0]!
    expect(opened(wide)).toEqual([])
  })

  test('a group asked for, with what is around it', () => {
    const picture = pictureOf(graphOf(network()), ['layers.1/neurons.3'])
    expect(picture.frames.map(({ path }) => path)).toEqual(['layers.1', 'layers.1/neurons.3'])
  })
})

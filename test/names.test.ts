import { Random, select, sum, tanh, value } from 'chainrule'
import { Neuron } from 'chainrule/nn'
import { describe, expect, test } from 'vitest'
import { centred, fitted, moved, revealing, zoomed } from '../src/view/camera.ts'
import { graphOf } from '../src/view/graph.ts'
import { formulaOf, nameOf } from '../src/view/names.ts'
import { equation } from '../src/view/narration.ts'
import { search } from '../src/view/search.ts'

describe('names of Values', () => {
  const [a, b] = [value(2, 'a'), value(-3, 'b')]
  const names = (f: typeof a): string[] => {
    const graph = graphOf(f)
    return graph.values.map((_, i) => nameOf(graph, i))
  }

  test.each([
    [() => a.mul(b), 'a × b'],
    [() => a.mul(b).add(a), '(a × b) + a'],
    [() => a.mul(b).neg(), '−(a × b)'],
    [() => a.sub(-2), 'a − (−2)'],
    [() => tanh(a.add(b)), 'tanh(a + b)'],
    [() => select(a.gt(b), a, b), 'select(a > b, a, b)'],
    [() => a.pow(3), 'pow(a, 3)'],
    [() => sum([a, b, a.mul(b)]), 'sum(a, b, a × b)'],
    [() => a.div(3e-7), 'a ÷ 3e−7'],
  ])('%#: an operation is called by what it does', (make, name) => {
    expect(names(make()).at(-1)).toBe(name)
  })

  test('long ones are counted instead, labels are cut, unlabelled leaves have their place', () => {
    const terms = Array.from({ length: 40 }, (_, i) => value(i, `term${i}`))
    expect(names(sum(terms)).at(-1)).toBe('Σ #40')
    expect(names(value(1, 'x'.repeat(10_000)))).toEqual([`${'x'.repeat(27)}…`])
    expect(names(value(1, ' a\nb '))).toEqual(['a b'])
    expect(names(value(1, ' \n '))).toEqual(['leaf #0'])
    expect(names(value(1))).toEqual(['leaf #0'])
    let x = value(1, 'x')
    for (let i = 0; i < 5; i++) x = x.sin().exp()
    expect(names(x).at(-1)).toBe('exp(sin(#8))')
  })

  test('an equation says name, formula and numbers, each once', () => {
    const d = a.mul(b)
    expect(equation(graphOf(d), 2)).toBe('a × b = 2.0000 × (−3.0000) = −6.0000')
    d.label = 'd'
    expect(equation(graphOf(d), 2)).toBe('d = a × b = 2.0000 × (−3.0000) = −6.0000')
    expect(formulaOf(graphOf(a), 0)).toBeUndefined()
  })
})

describe('search', () => {
  const neuron = new Neuron(2, { random: new Random(1), activation: 'tanh' })
  const y = neuron.forward([value(0.5, 'x0'), value(-1, 'x1')])
  y.label = 'y'
  y.backward()
  const graph = graphOf(y)
  const found = (words: string): string[] =>
    search(graph, words, 10).values.map((i) => nameOf(graph, i))

  test('by label, the very label first; by operation; by group', () => {
    expect(found('w1')).toEqual(['w1'])
    expect(found('X')).toEqual(['x0', 'x1'])
    expect(found('tanh')).toEqual(['y'])
    expect(found('×')).toHaveLength(2)
    expect(found('mul')).toHaveLength(2)
    expect(found('nothing like it')).toEqual([])
    expect(found('  ')).toEqual([])
  })

  test('by number, as one reads it: its beginning, with either minus', () => {
    expect(found('0.5')).toContain('x0')
    expect(found('-1')).toContain('x1')
    expect(found('−1.0000')).toContain('x1')
    expect(found(y.data.toFixed(4))).toContain('y')
    expect(found(String(y.data))).toEqual(['y'])
  })

  test('counts what it does not show', () => {
    expect(search(graph, 'mul', 1)).toMatchObject({ total: 2, values: [expect.any(Number)] })
  })
})

describe('camera', () => {
  const window = { width: 400, height: 200 }
  const drawing = { x: 0, y: 0, width: 1000, height: 100 }

  test('fits the whole with a margin, in the middle, and never larger than asked', () => {
    expect(fitted(drawing, window, 75, 1)).toEqual({ x: -300, y: -350, scale: 0.25 })
    expect(fitted({ ...drawing, width: 100 }, window, 0, 1)).toEqual({ x: -150, y: -50, scale: 1 })
  })

  test('zooms around a point that stays where it is', () => {
    const camera = { x: 10, y: 20, scale: 2 }
    const at = { x: 100, y: 60 }
    const near = zoomed(camera, at, 1.5)
    expect(near.scale).toBe(3)
    expect(near.x + at.x / near.scale).toBe(camera.x + at.x / camera.scale)
    expect(zoomed(camera, at, 1e9).scale).toBe(8)
  })

  test('moves by pixels, and by as little as shows something', () => {
    const camera = { x: 0, y: 0, scale: 2 }
    expect(moved(camera, { x: -20, y: 10 })).toEqual({ x: 10, y: -5, scale: 2 })
    const inside = { x: 50, y: 40, width: 10, height: 10 }
    expect(revealing(camera, inside, window, 20)).toEqual(camera)
    const right = { x: 300, y: 40, width: 10, height: 10 }
    expect(revealing(camera, right, window, 20)).toEqual({ x: 120, y: 0, scale: 2 })
    const huge = { x: 0, y: 0, width: 900, height: 10 }
    expect(revealing(camera, huge, window, 20).x).toBe(centred(huge, window, 2).x)
  })
})

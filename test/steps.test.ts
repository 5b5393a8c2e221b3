import { value } from 'chainrule'
import { describe, expect, test } from 'vitest'
import { graphOf } from '../src/view/graph.ts'
import { inspect, usesOf } from '../src/view/inspection.ts'
import { gradientAt, isComputed, passesOf, stepAt, stopsOf } from '../src/view/steps.ts'
import { randomProgram, run } from './programs.ts'

/** f = (a·b + b³)₊ with its Values by name. */
function example(): { graph: ReturnType<typeof graphOf>; place: Record<string, number> } {
  const [a, b] = [value(-4, 'a'), value(2, 'b')]
  const product = a.mul(b)
  product.label = 'product'
  const cube = b.pow(3)
  cube.label = 'cube'
  const f = product.add(cube).relu()
  f.label = 'f'
  f.backward()
  const graph = graphOf(f)
  const place = Object.fromEntries(graph.values.map((v, i) => [v.label ?? `#${i}`, i]))
  return { graph, place }
}

/** The last step at which something reaches `at`, and what is there then. */
const final = (passes: ReturnType<typeof passesOf>, at: number): number =>
  gradientAt(passes, at, passes.length - 1) ?? 0

describe('steps', () => {
  test('after the last one the accumulated gradients equal `grad`, for 200 random programs', () => {
    for (let seed = 0; seed < 200; seed++) {
      const program = randomProgram(seed)
      const f = run(
        program,
        program.inputs.map((x) => value(x)),
      )
      f.backward()
      const graph = graphOf(f)
      const passes = passesOf(graph)
      const sizes = new Float64Array(graph.values.length)
      for (let step = 0; step < passes.length; step++)
        for (const { input, term } of stepAt(passes, step).terms) sizes[input]! += Math.abs(term)
      graph.values.forEach((v, i) => {
        // Two terms that one operation sends to one Value may be added in either order: rounding.
        const close = Math.abs(final(passes, i) - Number(v.grad)) <= 1e-14 * sizes[i]!
        expect(close, `seed ${seed}, value ${i}: ${final(passes, i)}, not ${v.grad}`).toBe(true)
      })
    }
  })

  test('each says which operation, what it adds to what, and what is there then', () => {
    const { graph, place } = example()
    const passes = passesOf(graph)
    const read = Array.from({ length: passes.length }, (_, step) => {
      const { pass, value: at, terms } = stepAt(passes, step)
      const name =
        at < 0 ? '' : ` ${graph.values[at]!.label ?? graph.ops[graph.values[at]!.op!]!.name}`
      return `${pass}${name}${terms
        .map(
          (t) =>
            `, ${graph.values[t.input]!.label ?? 'add'}: ${t.before} + ${t.partial}·${t.upstream} = ${t.after}`,
        )
        .join('')}`
    })
    expect(read).toEqual([
      'given',
      'forward product',
      'forward cube',
      'forward add',
      'forward f',
      'seed',
      'backward f, add: 0 + 0·1 = 0',
      'backward add, product: 0 + 1·0 = 0, cube: 0 + 1·0 = 0',
      'backward cube, b: 0 + 12·0 = 0',
      'backward product, a: 0 + 2·0 = 0, b: 0 + -4·0 = 0',
    ])
    expect(isComputed(passes, place['product']!, 0)).toBe(false)
    expect(isComputed(passes, place['product']!, 1)).toBe(true)
    expect(isComputed(passes, place['a']!, 0)).toBe(true)
    expect(gradientAt(passes, place['b']!, 7)).toBeUndefined()
    expect(gradientAt(passes, place['b']!, 8)).toBe(0)
    expect(() => stepAt(passes, 10)).toThrow('a step is a whole number from 0 to 9, got 10.')
  })

  test('a Value used three times: the sums on the way, in the order of the engine', () => {
    const x = value(3, 'x')
    const f = x.mul(x).add(x)
    f.backward()
    const graph = graphOf(f)
    const passes = passesOf(graph)
    const at = graph.values.findIndex((v) => v.label === 'x')
    expect(passes.arrivals[at]!.map(({ sum }) => sum)).toEqual([1, 4, 7])
    expect(x.grad).toBe(7)
    expect(inspect(passes, usesOf(graph), at)).toMatchObject({
      data: 3,
      gradient: 7,
      seed: 0,
      terms: [{ term: 3 }, { term: 3 }, { term: 1 }],
    })
  })

  test('of several results, each begins with 1', () => {
    const x = value(3, 'x')
    const [y, z] = [x.mul(2), x.mul(5)]
    const passes = passesOf(graphOf([y, z]))
    expect(Math.max(...passes.gradients)).toBe(7)
  })

  test('a result that is itself a leaf has both beginnings and nothing between', () => {
    const passes = passesOf(graphOf(value(3, 'x')))
    expect(passes.length).toBe(2)
    expect(gradientAt(passes, 0, 0)).toBeUndefined()
    expect(gradientAt(passes, 0, 1)).toBe(1)
  })

  test('no gradient flows to literals, comparisons and what only they use', () => {
    const [a, b] = [value(1, 'a'), value(2, 'b')]
    const f = a.gt(b.mul(3)).select(a, b)
    f.backward()
    const graph = graphOf(f)
    const passes = passesOf(graph)
    const reached = graph.values.map((_, i) => gradientAt(passes, i, passes.length - 1))
    expect(reached.filter((x) => x !== undefined)).toEqual([0, 1, 1])
    const at = graph.values.findIndex((v) => v.label === 'b')
    expect(inspect(passes, usesOf(graph), at)).toMatchObject({
      terms: [{ term: 1 }],
      silent: [{ index: 0 }],
    })
  })

  test('those inside one closed group are one stop as long as nothing else happens', () => {
    const { graph, place } = example()
    const passes = passesOf(graph)
    const inside = new Set([place['product'], place['cube']])
    expect(stopsOf(passes, (v) => (inside.has(v) ? 0 : -1))).toEqual([
      { first: 0, last: 0 },
      { first: 1, last: 2 },
      { first: 3, last: 3 },
      { first: 4, last: 4 },
      { first: 5, last: 5 },
      { first: 6, last: 6 },
      { first: 7, last: 7 },
      { first: 8, last: 9 },
    ])
    expect(stopsOf(passes, () => -1)).toHaveLength(passes.length)
  })

  test('a chain of 100,000 operations', () => {
    let x = value(1, 'x')
    for (let i = 0; i < 100_000; i++) x = x.add(1)
    const passes = passesOf(graphOf(x))
    expect(passes.length).toBe(200_002)
    expect(stepAt(passes, passes.length - 1).terms).toMatchObject([{ before: 0, after: 1 }])
  })
})

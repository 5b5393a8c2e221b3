/** Nothing overlaps, nothing is cut, everything flows to the right: for every picture that is drawn. */
import { describe, expect, test } from 'vitest'
import { type Value, value } from 'chainrule'
import { inScope } from '../src/page.ts'
import type { Picture } from '../src/view/collapse.ts'
import { inColumns } from '../src/view/columns/columns.ts'
import { draw } from '../src/view/draw.ts'
import { type Graph, graphOf } from '../src/view/graph.ts'
import { type Layout, layout, type Place } from '../src/view/layout.ts'
import { type Opening, pictureOf } from '../src/view/opening.ts'
import { sceneOf } from '../src/view/scene.ts'
import { SteadyLayout } from '../src/view/steady.ts'
import { examples, network, step } from './pictures.ts'
import { randomProgram, run } from './programs.ts'

interface Drawn {
  readonly graph: Graph
  readonly picture: Picture
  readonly found: Layout
}

async function drawn(root: Value, open?: Opening, partials = false): Promise<Drawn> {
  const graph = graphOf(root)
  const picture = pictureOf(graph, open)
  return { graph, picture, found: await layout(picture, graph, { partials }) }
}

const right = ({ x, width }: Place): number => x + width
const bottom = ({ y, height }: Place): number => y + height
const middle = ({ y, height }: Place): number => y + height / 2
/** Corners are rounded to a tenth of a pixel; the layout engine writes five digits. */
const slackOf = ({ width, height }: Place): number => (Math.max(width, height) < 1e4 ? 0.11 : 1.1)
const whole = (size: { width: number; height: number }): Place => ({ x: 0, y: 0, ...size })

function overlap(a: Place, b: Place, slack: number): boolean {
  const [across, down] = [Math.min(right(a), right(b)), Math.min(bottom(a), bottom(b))]
  return across - Math.max(a.x, b.x) > slack && down - Math.max(a.y, b.y) > slack
}

function expectTidy(drawing: Drawn): void {
  const { picture, found } = drawing
  const slack = slackOf(whole(found))
  expect([
    ...outside(drawing, slack),
    ...overlaps(drawing, slack),
    ...unframed(drawing, slack),
    ...astray(drawing),
  ]).toEqual([])
  expect(found.ways).toHaveLength(picture.edges.length)
}

function outside({ picture, found }: Drawn, slack: number): string[] {
  const { places, width, height } = found
  return picture.nodes
    .filter(({ id }) => {
      const place = places[id]!
      const over = Math.max(right(place) - width, bottom(place) - height)
      return Math.max(-place.x, -place.y, over) > slack
    })
    .map(({ id }) => `${id} is outside`)
}

function overlaps({ picture, found }: Drawn, slack: number): string[] {
  const places = found.places
  const sorted = picture.nodes.map(({ id }) => id).sort((a, b) => places[a]!.x - places[b]!.x)
  return sorted.flatMap((a, i) => {
    const near = sorted.slice(i + 1).filter((b) => places[b]!.x < right(places[a]!))
    return near.filter((b) => overlap(places[a]!, places[b]!, slack)).map((b) => `${a} over ${b}`)
  })
}

/** What is in a group is inside its frame and below its name, and nothing else is. */
function unframed({ picture, graph, found: { places } }: Drawn, slack: number): string[] {
  return picture.frames.flatMap(({ id, path, group }) => {
    const box = places[id]!
    const wrong = picture.nodes.filter((node) => {
      let at = node.group
      while (at >= 0 && at !== group) at = graph.groups[at]!.parent
      const place = places[node.id]!
      if (at !== group) return overlap(place, box, slack)
      const over = Math.max(right(place) - right(box), bottom(place) - bottom(box))
      return Math.max(box.x - place.x, box.y + 14 - place.y, over) > slack
    })
    return wrong.map((node) => `${node.id} and the frame of ${path}`)
  })
}

/** Edges go from the right of one node to the left of another, and both are where they should be. */
function astray({ picture, found: { places, ways } }: Drawn): string[] {
  const wrong = picture.edges.filter(({ from, to }, i) => {
    const [tail, head] = [places[from]!, places[to]!]
    const { points } = ways[i]!
    const ends = [right(tail), middle(tail), head.x, middle(head)]
    const found = [...points.slice(0, 2), ...points.slice(-2)]
    return head.x <= right(tail) || ends.some((end, i) => Math.abs(end - found[i]!) > 0.11)
  })
  return wrong.map(({ from, to }) => `${from} → ${to}`)
}

describe('layout', () => {
  for (const [name, example] of Object.entries(examples))
    test(`${name}, plain and with partials`, async () => {
      expectTidy(await drawn(example()))
      expectTidy(await drawn(example(), 'all', true))
    })

  test('a network: closed, partly open, all open', async () => {
    const y = network()
    const neuron = ['layers.0', 'layers.1/neurons.3', 'layers.2']
    for (const open of [undefined, 'none', 'all', neuron, ['layers.1/neurons.0']] as const)
      expectTidy(await drawn(y, open))
  })

  test('a step of training', async () => {
    expectTidy(await drawn(step(50)))
    expectTidy(await drawn(step(20), ['layers.2/neurons.0']))
  })

  test('60 random programs', async () => {
    for (let seed = 0; seed < 60; seed++) {
      const program = randomProgram(seed)
      const y = run(
        program,
        program.inputs.map((x, i) => value(x, `x${i}`)),
      )
      expectTidy(await drawn(y))
      expectTidy(await drawn(y, 'all'))
    }
  })

  test('layers, neurons, inputs and operands stand in their order', async () => {
    const { picture, graph, found } = await drawn(network(), 'all')
    const y = (id: string): number => found.places[id]!.y
    const neurons = picture.frames.filter(({ name }) => name.startsWith('neurons.'))
    for (const [i, frame] of neurons.slice(1).entries())
      if (frame.parent === neurons[i]!.parent)
        expect(y(frame.id)).toBeGreaterThan(y(neurons[i]!.id))
    const weights = picture.nodes.filter(
      (node) => node.kind === 'value' && node.label?.startsWith('w'),
    )
    for (const [i, node] of weights.slice(1).entries())
      if (node.group === weights[i]!.group) expect(y(node.id)).toBeGreaterThan(y(weights[i]!.id))
    expect(graph.values).toHaveLength(708)
  })

  test('closed neurons stand in their order', async () => {
    const { picture, found } = await drawn(network())
    const cards = picture.nodes.filter((node) => node.kind === 'group')
    expect(cards).toHaveLength(33)
    for (const [i, card] of cards.slice(1).entries())
      if (card.group === cards[i]!.group)
        expect(found.places[card.id]!.y).toBeGreaterThan(found.places[cards[i]!.id]!.y)
  })
})

/** Recurrences longer than a picture: what is not drawn comes from what is drawn, and leads to it. */
const recurrences: Readonly<Record<string, (steps: number) => Value>> = {
  residual(steps) {
    const [a, w, b] = [value(0.5, 'a'), value(0.3, 'w'), value(-0.1, 'b')]
    let y = a
    for (let i = 0; i < steps; i++) y = y.add(y.mul(w).add(b).tanh())
    return y
  },
  newton(steps) {
    const [start, c] = [value(3, 'x'), value(2, 'c')]
    let x = start
    for (let i = 0; i < steps; i++) x = x.sub(x.mul(x).sub(c).div(x.mul(2)))
    return x
  },
  momentum(steps) {
    let [x, v] = [value(1, 'x'), value(0, 'v')]
    for (let i = 0; i < steps; i++) {
      v = v.mul(0.9).sub(x.mul(0.1))
      x = x.add(v)
    }
    return x
  },
  fibonacci(steps) {
    let [x, y] = [value(0.5, 'x'), value(0.4, 'y')]
    for (let i = 0; i < steps; i++) [x, y] = [y, x.mul(y).tanh()]
    return y
  },
}

describe('recurrences longer than a picture', () => {
  const cases = Object.keys(recurrences).flatMap((name) =>
    [30, 60, 110].map((n) => [name, n] as const),
  )

  test.each(cases)('%s, %i steps', async (name, steps) => {
    const { graph, picture, found } = await drawn(recurrences[name]!(steps), undefined, true)
    const boxes = picture.nodes.map(({ id }) => found.places[id]!)
    const numbers = [
      ...boxes.flatMap(({ x, y, width, height }) => [x, y, width, height]),
      ...found.ways.flatMap(({ points }) => points),
    ]
    expect(numbers.every(Number.isFinite)).toBe(true)
    boxes.forEach((a, i) => {
      for (const b of boxes.slice(i + 1)) expect(overlap(a, b, 1.1)).toBe(false)
    })
    expect(draw(picture, graph, found)).not.toContain('NaN')
    expect(crossed(picture, found)).toEqual([])
    const out = ([x, y]: readonly [number, number]): boolean =>
      Math.min(x, y) < 0 || x > found.width || y > found.height
    expect(found.ways.flatMap(({ points }) => pointsOf(points)).filter(out)).toEqual([])
  })
})

/** A chain of so many steps that all read the same leaves, in modules or not. */
function chained(steps: number, around: <R>(step: number, body: () => R) => R): Value {
  const [a, b] = [value(0.9, 'a'), value(0.1, 'b')]
  let y: Value = value(1, 'x')
  for (let i = 0; i < steps; i++) y = around(i, () => y.mul(a).add(b).tanh())
  return y
}

describe('long pictures stand in columns', () => {
  test('a chain of 150 steps that all read the same leaves, plain and with partials', async () => {
    const y = chained(150, (_, body) => body())
    expectTidy(await drawn(y, 'all'))
    const drawing = await drawn(y, 'all', true)
    expectTidy(drawing)
    const { picture, found } = drawing
    const told = picture.edges.filter(({ partial }) => partial !== null)
    expect(found.ways.filter(({ text }) => text !== undefined)).toHaveLength(told.length)
    expect(found.height).toBeLessThan(120)
  })

  test('what is too deep for frames is drawn without them, and the next with its own', async () => {
    const y = chained(150, (step, body) => inScope(`step.${step}`, body))
    const { picture, found, graph } = await drawn(y, 'all')
    expect(picture.frames.length).toBeGreaterThan(100)
    expect(picture.frames.filter(({ id }) => id in found.places)).toEqual([])
    expect(draw(picture, graph, found)).toContain('>tanh</text>')
    expectTidy({ graph, found, picture: { ...picture, frames: [] } })
    expectTidy(await drawn(network(), 'all'))
  })

  test('20 random programs, and examples with partials: also no line passes through a box', () => {
    const programs = Array.from({ length: 20 }, (_, seed) => {
      const program = randomProgram(seed)
      return run(
        program,
        program.inputs.map((x, i) => value(x, `x${i}`)),
      )
    })
    for (const root of [...programs, ...Object.values(examples).map((example) => example())])
      for (const partials of [false, true]) {
        const graph = graphOf(root)
        const picture = { ...pictureOf(graph, 'none'), frames: [] }
        const found = inColumns(sceneOf(picture, graph), 40, partials)
        expectTidy({ graph, picture, found })
        expect(crossed(picture, found)).toEqual([])
      }
  })
})

test('a steady layout stays while everything fits, grows where it must, and follows another shape', async () => {
  const steady = new SteadyLayout()
  const lay = (a: number, longer = false): Promise<Layout> => {
    const x = value(a, 'a')
    const y = longer ? x.mul(2).tanh() : x.mul(2)
    y.backward()
    const graph = graphOf(y)
    return steady.lay(pictureOf(graph), graph)
  }
  const first = await lay(1)
  expect(await lay(-2.5)).toBe(first)
  const wide = await lay(-1.5e-10)
  expect(wide.places['v0']!.width).toBeGreaterThan(first.places['v0']!.width)
  expect(await lay(3)).toBe(wide)
  expect(Object.keys((await lay(3, true)).places)).toHaveLength(6)
  expect(await lay(3)).toEqual(first)
})

/** Boxes that an edge passes through which neither begins nor ends there. */
function crossed({ nodes, edges }: Picture, { places, ways }: Layout): string[] {
  return edges.flatMap(({ from, to }, i) => {
    const inside = pointsOf(ways[i]!.points)
    const own = [from, to, `o${to.slice(1)}`, `v${to.slice(1)}`]
    return nodes
      .filter(({ id }) => !own.includes(id))
      .filter(({ id }) => inside.some((point) => isIn(point, places[id]!)))
      .map(({ id }) => `${from} → ${to} through ${id}`)
  })
}

const isIn = ([x, y]: readonly [number, number], place: Place): boolean =>
  x > place.x + 1 && x < right(place) - 1 && y > place.y + 1 && y < bottom(place) - 1

/** Many points of a way. */
function pointsOf(points: readonly number[]): [x: number, y: number][] {
  const found: [number, number][] = []
  for (let i = 0; i + 7 < points.length; i += 6)
    for (let t = 0; t <= 1; t += 1 / 16) {
      const at = (axis: number): number =>
        [0, 1, 2, 3].reduce(
          (sum, k) =>
            sum + [1, 3, 3, 1][k]! * t ** k * (1 - t) ** (3 - k) * points[i + 2 * k + axis]!,
          0,
        )
      found.push([at(0), at(1)])
    }
  return found
}

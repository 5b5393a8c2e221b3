/** Nothing overlaps, nothing is cut, everything flows to the right: for every picture that is drawn. */
import { describe, expect, test } from 'vitest'
import { type Value, value } from 'chainrule'
import type { Picture } from '../src/view/collapse.ts'
import { type Graph, graphOf } from '../src/view/graph.ts'
import { type Layout, layout, type Place } from '../src/view/layout.ts'
import { type Opening, pictureOf } from '../src/view/opening.ts'
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

test('a graph too deep for the layout engine is refused in one line, and the next is drawn', async () => {
  const a = value(1, 'a')
  let deep: Value = a.mul(2)
  for (let i = 0; i < 99; i++) deep = deep.add(a).tanh()
  await expect(drawn(deep, 'all')).rejects.toThrow('this graph is too deep for the layout engine')
  expect((await drawn(a.mul(3))).found.ways).toHaveLength(3)
})

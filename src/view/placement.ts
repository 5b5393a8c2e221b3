/** Reading what the layout engine found: places of nodes and frames, ways of edges. */
import type { Picture } from './collapse.ts'
import type { Layout, Place, Way } from './layout.ts'
import type { Boxes } from './scene.ts'
import { type Slot, twinPlaces } from './twins.ts'
import { curve, docked, isFree, onWay } from './way.ts'

/** Above this, edges are left as the layout engine drew them. */
const manyEdges = 1000

/** What the layout engine writes (`json0`), as far as it is read here. */
export interface Output {
  readonly bb: string
  readonly objects?: readonly {
    readonly name: string
    readonly bb?: string
    readonly pos?: string
  }[]
  readonly edges?: readonly { readonly id: string; readonly pos: string; readonly lp?: string }[]
}

const coordinates = (text: string): number[] =>
  (text.match(/-?[\d.]+(?:e[-+]?\d+)?/g) ?? []).map(Number)
/** A tenth of a pixel is as fine as anybody sees. */
const rounded = (x: number): number => Math.round(x * 10) / 10

/** The layout engine counts heights from the bottom up. */
export function readLayout(output: Output, picture: Picture, boxes: Boxes): Layout {
  const [, , width, height] = coordinates(output.bb) as Four
  const frames: Record<string, Place> = {}
  const middles = new Map<string, readonly [x: number, y: number]>()
  for (const { name, bb, pos } of output.objects ?? []) {
    if (pos !== undefined) middles.set(name, flipped(pos, height) as [number, number])
    else if (bb !== undefined) frames[name.replace('cluster_', '')] = rectangle(bb, height)
  }
  const heights = new Map([...middles].map(([name, [, y]]) => [name, y]))
  const twins = twinPlaces(picture, boxes.of, heights)
  const own = placesOf(picture, boxes, ({ name }) => middles.get(twins.get(name)!)!)
  const places = { ...frames, ...own }
  return { width, height, places, ways: waysOf(output, picture, boxes, twins, places, height) }
}

/** The place of each node, from the middle of the box that it is in. */
export function placesOf(
  { nodes }: Picture,
  boxes: Boxes,
  middleOf: (box: Slot) => readonly [x: number, y: number],
): Record<string, Place> {
  const places: Record<string, Place> = {}
  for (const { id, kind } of nodes) {
    const box = boxes.of.get(id)!
    const size = boxes.sizes.get(id)!
    const [x, y] = middleOf(box)
    const left = kind === 'op' ? x - box.width / 2 : x + box.width / 2 - size.width
    const corner = { x: rounded(left), y: rounded(y - size.height / 2) }
    places[id] = { ...corner, width: rounded(size.width), height: size.height }
  }
  return places
}
type Four = [left: number, low: number, right: number, high: number]

/** Points with heights counted from the top down. */
const flipped = (text: string, height: number): number[] =>
  coordinates(text).map((n, i) => rounded(i % 2 === 0 ? n : height - n))

function rectangle(bb: string, height: number): Place {
  const [x, low, right, y] = flipped(bb, height) as Four
  return { x, y, width: rounded(right - x), height: rounded(low - y) }
}

/** The way of each edge: the one that was found between the places that its ends have now. */
function waysOf(
  output: Output,
  { nodes, edges }: Picture,
  { of }: Boxes,
  twins: ReadonlyMap<string, string>,
  places: Readonly<Record<string, Place>>,
  height: number,
): Way[] {
  const found = new Map<string, Way[]>()
  for (const { id, pos, lp } of output.edges ?? []) {
    const { from, to } = edges[Number(id)]!
    const key = `${of.get(from)!.name} ${of.get(to)!.name}`
    const points = flipped(pos, height)
    const text = lp === undefined ? undefined : onWay(points, coordinates(lp)[0]!)
    const way = { points, text }
    if (found.has(key)) found.get(key)!.push(way)
    else found.set(key, [way])
  }
  const taken = new Map<string, number>()
  const obstacles = nodes.map(({ id }) => places[id]!)
  return edges.map(({ from, to }) => {
    const [tail, head] = [of.get(from)!.name, of.get(to)!.name]
    if (tail === head) return { points: curve(places[from]!, places[to]!) }
    const key = `${twins.get(tail)} ${twins.get(head)}`
    const ways = found.get(key)!
    const next = taken.get(key) ?? 0
    taken.set(key, next + 1)
    const way = ways[next]!
    const alone = ways.length === 1 && way.text === undefined && edges.length < manyEdges
    const free = alone && isFree(places[from]!, places[to]!, obstacles)
    const points = free
      ? curve(places[from]!, places[to]!)
      : docked(way.points, places[from]!, places[to]!)
    return { ...way, points }
  })
}

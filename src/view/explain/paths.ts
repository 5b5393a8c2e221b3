/**
 * The ways from f down to x, largest first, and the sum over those that are not listed. Every way
 * is the largest one but for some turns: it turns off a listed way at one Value and goes on from
 * there as best it can. So each way that is listed yields the next candidates, and what is never
 * listed is known by the turns that lead there.
 */
import type { Between } from './between.ts'
import { joined, logSize, type Sweeps } from './sweeps.ts'

/** One way from f to x. Its own part begins where it turned off the way `from`. */
export class Path {
  readonly from: Path | undefined
  /** The edge it turned into, of the Value at `corner`; −1 on the first way, which turns nowhere. */
  readonly edge: number
  readonly corner: number
  /** The Value at which its own part begins, and the product of the partials down to there. */
  readonly start: number
  readonly prefix: number
  readonly logPrefix: number
  /** The edges that listed ways turned into from this one's own part. */
  readonly turns = new Set<number>()
  /** The product of all its partials, in the order in which an adjoint takes them. */
  value = NaN

  constructor(
    start: number,
    { from, edge = -1, corner = -1, prefix = 1, logPrefix = 0 }: Partial<Path> = {},
  ) {
    this.from = from
    this.edge = edge
    this.corner = corner
    this.start = start
    this.prefix = prefix
    this.logPrefix = logPrefix
  }
}

/** Sums over the ways that are not listed. */
export interface Rest {
  readonly value: number
  readonly count: number
}

export interface Ranking {
  /** Largest first; what is infinite or NaN before everything. */
  readonly paths: readonly Path[]
  readonly rest: Rest
}

/** The `limit` largest ways, and the rest. */
export function ranked(between: Between, sweeps: Sweeps, limit: number): Ranking {
  const listed: Path[] = []
  const waiting = new Waiting(limit)
  waiting.offer(sweeps.largest[between.size - 1]!, () => new Path(between.size - 1))
  for (let path = waiting.take(); path !== undefined; path = waiting.take()) {
    path.from?.turns.add(path.edge)
    listed.push(path)
    waiting.limit = limit - listed.length
    if (waiting.limit > 0) offerTurns(path, between, sweeps, waiting)
  }
  let [value, count] = [0, 0]
  for (const path of listed) {
    const rest = passedBy(path, between, sweeps)
    value += rest.value
    count += rest.count
  }
  const paths = listed.toSorted((a, b) => sizeOf(b.value) - sizeOf(a.value) || 0)
  return { paths, rest: { value, count } }
}

/** NaN decides a sum as the infinities do, and comes first with them, in the order found. */
const sizeOf = (x: number): number => (Number.isNaN(x) ? Infinity : Math.abs(x))

/** Candidates by size, no more of them than can still be listed. */
class Waiting {
  limit: number
  readonly #keys: number[] = []
  readonly #paths: Path[] = []

  constructor(limit: number) {
    this.limit = limit
  }

  /** The largest; of equals the one that was offered first. */
  take(): Path | undefined {
    this.#keys.shift()
    return this.#paths.shift()
  }

  offer(key: number, path: () => Path): void {
    const keys = this.#keys
    if (keys.length >= this.limit && !(key > keys[keys.length - 1]!)) return
    let i = keys.length
    while (i > 0 && key > keys[i - 1]!) i--
    keys.splice(i, 0, key)
    this.#paths.splice(i, 0, path())
    keys.length = Math.min(keys.length, this.limit)
    this.#paths.length = keys.length
  }
}

/** Every turn off a way's own part is a candidate. */
function offerTurns(path: Path, between: Between, sweeps: Sweeps, waiting: Waiting): void {
  const { starts, targets, partials } = between
  let { prefix, logPrefix } = path
  for (let i = path.start; i !== 0; ) {
    const along = sweeps.best[i]!
    for (let edge = starts[i]!; edge < starts[i + 1]!; edge++) {
      if (edge === along) continue
      const start = targets[edge]!
      const turned = joined(logPrefix, logSize(partials[edge]!))
      const [corner, product] = [i, prefix * partials[edge]!]
      waiting.offer(
        joined(turned, sweeps.largest[start]!),
        () => new Path(start, { from: path, edge, corner, prefix: product, logPrefix: turned }),
      )
    }
    prefix *= partials[along]!
    logPrefix = joined(logPrefix, logSize(partials[along]!))
    i = targets[along]!
  }
}

/**
 * The sum over the ways that turn off this one's own part and are not listed: for each turn the
 * product down to there times the slope from there. Sets the value of the path on the way.
 */
function passedBy(path: Path, { starts, targets, partials }: Between, sweeps: Sweeps): Rest {
  let [value, count] = [0, 0]
  let product = path.prefix
  for (let i = path.start; i !== 0; ) {
    const along = sweeps.best[i]!
    for (let edge = starts[i]!; edge < starts[i + 1]!; edge++) {
      if (edge === along || path.turns.has(edge)) continue
      value += product * partials[edge]! * sweeps.slopes[targets[edge]!]!
      count += sweeps.counts[targets[edge]!]!
    }
    product *= partials[along]!
    i = targets[along]!
  }
  path.value = product
  return { value, count }
}

/** The edges of a way from f down to x; of a long one `most` at either end. */
export function edgesOf(
  path: Path,
  { size, targets }: Between,
  { best }: Sweeps,
  most: number,
): { first: number[]; last: number[]; length: number } {
  const turns = new Map<number, number>()
  for (let p: Path | undefined = path; p?.from !== undefined; p = p.from)
    turns.set(p.corner, p.edge)
  const [first, last]: [number[], number[]] = [[], []]
  let length = 0
  for (let i = size - 1; i !== 0; length++) {
    const edge = turns.get(i) ?? best[i]!
    if (length < most) first.push(edge)
    else last[(length - most) % most] = edge
    i = targets[edge]!
  }
  const turn = length > 2 * most ? (length - most) % most : 0
  return { first, last: [...last.slice(turn), ...last.slice(0, turn)], length }
}

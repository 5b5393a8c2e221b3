/** Which way an index goes, and where it begins. */
import type { Line } from './line.ts'

interface Numbered {
  readonly line: Line
  readonly numbers: readonly number[]
}

/** A number that a repetition moves: where it is first, and how far the next time. */
interface Mover {
  /** The letters of its name; undefined for a place. */
  readonly name: string | undefined
  readonly at: number
  readonly step: number
}

/** A number where the index is least, and how far it goes when the index grows by 1. */
interface Low {
  readonly name: string | undefined
  readonly at: number
  readonly stride: number
}

/**
 * Indices are chosen so that numbers read easily, and that one index means the same step of a
 * recurrence everywhere: v{3t + 4} of the forward pass is v{3t + 4} in the backward pass.
 */
export class Origins {
  readonly #known = new Map<string, number>()

  /** The index of the first repetition; it goes up where the first number does (way 1), or down (−1). */
  of(
    lines: readonly Numbered[],
    steps: readonly (readonly number[])[],
    times: number,
  ): { first: number; way: 1 | -1 } {
    const found = lines.flatMap((line, i) => moversOf(line, steps[i]!))
    const way = (found[0]?.step ?? 1) > 0 ? 1 : -1
    const movers = different(found.map((mover) => lowest(mover, way, times)))
    const least = this.#leastOf(movers, times)
    for (const { name, at, stride } of movers) {
      const key = keyOf(name, at, stride)
      if (name !== undefined && !this.#known.has(key)) this.#known.set(key, at - stride * least)
    }
    return { first: way > 0 ? least : least + times - 1, way }
  }

  /** As one of these names was numbered before, if that is about as easy to read as anything else. */
  #leastOf(movers: readonly Low[], times: number): number {
    const growing = movers.filter(({ stride }) => stride > 0)
    const places = growing.filter(({ name }) => name === undefined)
    const own = [...places.slice(0, 1), ...growing.slice(0, 1)].map(({ at, stride }) =>
      Math.max(0, Math.floor(at / stride)),
    )
    const digits = (least: number): number => digitsOf(movers, least, times)
    const best = [...own, 0].reduce((a, b) => (digits(b) < digits(a) ? b : a))
    const before = growing.flatMap(({ name, at, stride }) => {
      const origin = this.#known.get(keyOf(name, at, stride))
      return name === undefined || origin === undefined ? [] : [(at - origin) / stride]
    })
    const most = digits(best) + movers.length / 2
    return before.find((least) => least >= 0 && digits(least) <= most) ?? best
  }
}

function different(movers: readonly Low[]): Low[] {
  return [...new Map(movers.map((one) => [`${one.name} ${one.at} ${one.stride}`, one])).values()]
}

/** How much there is to read, with this least index: the digits of what is added to it, and of its ends. */
function digitsOf(movers: readonly Low[], least: number, times: number): number {
  const added = movers.map(({ at, stride }) => at - stride * least)
  return [...added, least, least + times - 1].reduce(
    (sum, n) => sum + (n === 0 ? 0 : String(Math.abs(n)).length),
    0,
  )
}

function lowest({ name, at, step }: Mover, way: 1 | -1, times: number): Low {
  return { name, at: way > 0 ? at : at + step * (times - 1), stride: step * way }
}

/** Names that one index can number alike: of the same letters and distance, and not beside each other. */
function keyOf(name: string | undefined, at: number, stride: number): string {
  const size = Math.abs(stride)
  return `${name} ${stride} ${((at % size) + size) % size}`
}

function moversOf({ line, numbers }: Numbered, steps: readonly number[]): Mover[] {
  return numbers.flatMap((at, k) => {
    const step = steps[k]!
    const role = line.form.roles[k]!
    if (step === 0 || role === 'shift') return []
    const letters = /\p{L}*$/u.exec(line.form.texts[k]!)![0]
    return [{ name: role === 'name' ? letters : undefined, at, step }]
  })
}

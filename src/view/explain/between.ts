/** The Values that lie between f and x, with the partials that lead from one to the next. */
import { dataOf, numberAt, partialsOf } from '../../adjoints.ts'
import type { Value } from '../../engine.ts'
import { numbers } from '../../ops.ts'
import { Walk } from '../../order.ts'
import { Places } from './places.ts'

/**
 * Everything that f depends on and that depends on x, x first and f last, as arrays. Edge e of
 * `values[i]`, for e from `starts[i]` to before `starts[i + 1]`, leads down to `values[targets[e]]`.
 */
export class Between {
  readonly values: Value[] = []
  readonly starts: number[] = [0]
  readonly targets: number[] = []
  /** ∂values[i]/∂values[targets[e]], through one operand. */
  readonly partials: number[] = []
  /** Which operand that is. */
  readonly operands: number[] = []
  /** The Values that x has any part in: those above, and those to which no gradient flows. */
  readonly moved: Value[] = []
  readonly #values = new Places()
  readonly #moved = new Places()

  /** No Values where no gradient flows from f to x. */
  constructor(f: Value, x: Value) {
    if (x.first === null) return // a literal, to which none ever flows
    this.#move(x)
    this.#take(x)
    const order = computedBefore(f, x)
    for (let i = order.length - 1; i >= 0; i--) this.#consider(order[i]!)
    if (this.values.at(-1) !== f) this.values.length = 0
  }

  /** How many Values a gradient flows through; f is the last of them. */
  get size(): number {
    return this.values.length
  }

  /** Of which Value an edge leads down. */
  sourceOf(edge: number): number {
    let [low, high] = [0, this.starts.length - 1]
    while (high - low > 1) {
      const middle = (low + high) >> 1
      if (this.starts[middle]! <= edge) low = middle
      else high = middle
    }
    return low
  }

  /** Its place in `moved`, or −1. */
  movedAt(v: Value): number {
    return this.#moved.get(v)
  }

  #move(v: Value): void {
    this.#moved.set(v, this.moved.length)
    this.moved.push(v)
  }

  #take(v: Value): void {
    this.#values.set(v, this.values.length)
    this.values.push(v)
    this.starts.push(this.targets.length)
  }

  /** Takes v, whose inputs were considered before, if x has a part in it. */
  #consider(v: Value): void {
    const { first, second } = v
    if (Array.isArray(first)) {
      if (!first.some((input: Value) => this.movedAt(input) >= 0)) return
    } else if (this.movedAt(first as Value) < 0 && (!second || this.movedAt(second) < 0)) return
    this.#move(v)
    const before = this.targets.length
    const partials = v.op!.ready ?? partialsOf(numbers, v, dataOf)
    if (Array.isArray(first))
      for (let i = 0; i < first.length; i++)
        this.#join(first[i] as Value, numberAt(v, partials[i]), i)
    else {
      this.#join(first as Value, numberAt(v, partials[0]), 0)
      if (second !== undefined) this.#join(second, numberAt(v, partials[1]), 1)
    }
    if (this.targets.length > before) this.#take(v)
  }

  #join(input: Value, partial: number | undefined, operand: number): void {
    const target = partial === undefined ? -1 : this.#values.get(input)
    if (target < 0) return
    this.targets.push(target)
    this.partials.push(partial!)
    this.operands.push(operand)
  }
}

/** What f was computed by, from the newest to the oldest, without what x was computed by alone. */
function computedBefore(f: Value, x: Value): Value[] {
  const order: Value[] = []
  const walk = new Walk(f)
  for (let v = walk.next(); v !== undefined; v = walk.next()) {
    if (v === x || v.op === undefined) continue
    order.push(v)
    const { first, second } = v
    if (second?.op !== undefined) walk.reach(second)
    if (Array.isArray(first)) {
      for (let i = 0; i < first.length; i++) if (first[i].op !== undefined) walk.reach(first[i])
    } else if ((first as Value).op !== undefined) walk.reach(first as Value)
  }
  return order
}

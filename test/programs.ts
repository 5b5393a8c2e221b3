/** Random programs over every row of the table: data first, so that each reader can run them. */
import { type Operand, ops, Random, type Row, type Value } from 'chainrule'
import { applied, primal, ratesOf, takesIndex } from './rows.ts'

/** A literal, or a row applied to earlier slots. */
type Step = { readonly literal: number } | { readonly op: Row; readonly args: readonly number[] }

/** Slots are numbered: the inputs first, then one for each step; the last is the result. */
export interface RandomProgram {
  readonly seed: number
  /** The point at which every argument lies in the domain of its row. */
  readonly inputs: readonly number[]
  readonly steps: readonly Step[]
}

/** The range in which tests sample an operand of a row. */
function rangeOf(row: Row, position: number): readonly [number, number] {
  const domain = row.domain ?? [-2, 2]
  return (typeof domain[0] === 'number' ? domain : domain[position]) as readonly [number, number]
}

/** A random point of a row's domain; a variadic row gets one to five operands, and its index. */
export function sample(row: Row, random: Random): number[] {
  const index = takesIndex(row)
  const count = row.arity === 'variadic' ? random.randint(1, 5) : row.arity
  const x = Array.from({ length: count }, (_, i) => random.uniform(...rangeOf(row, i)))
  return index ? [...x, random.randint(0, count - 1)] : x
}

/** Writes one program: it keeps the number in each slot, to bring arguments into their domain. */
class Author {
  readonly steps: Step[] = []
  operations = 0
  readonly #numbers: number[]
  /** Slots through which a derivative reaches an input: without them most programs end up flat. */
  readonly #live: number[]
  /** Every slot but the literals. */
  readonly #slots: number[]
  readonly #random: Random

  constructor(inputs: readonly number[], random: Random) {
    this.#numbers = [...inputs]
    this.#live = inputs.map((_, i) => i)
    this.#slots = [...this.#live]
    this.#random = random
  }

  /** One more operation, on earlier slots, a few of them recent, some the same, some literals. */
  operate(row: Row): void {
    const random = this.#random
    const index = takesIndex(row)
    const count = row.arity === 'variadic' ? random.randint(1, 5) : row.arity
    const args: number[] = []
    for (let i = 0; i < count; i++) args.push(this.#argument(row, i, args))
    if (index) args.push(this.#literal(random.randint(0, count - 1)))
    this.#apply(row, args)
  }

  /** The result: a sum of the last slot and a few others; what none of them uses is unused. */
  conclude(): void {
    const others = Array.from(
      { length: 8 },
      () => this.#live[this.#random.randint(0, this.#live.length - 1)]!,
    )
    this.#apply(ops.sum, [this.#slots[this.#slots.length - 1]!, ...others])
  }

  #argument(row: Row, position: number, before: readonly number[]): number {
    const [low, high] = rangeOf(row, position)
    const kind = this.#random.random()
    if (kind < 0.1) return this.#literal(this.#random.uniform(low, high))
    if (kind < 0.2 && before.length > 0)
      return this.#squashed(before[before.length - 1]!, low, high)
    const from = this.#random.random() < 0.85 ? this.#live : this.#slots
    const near = kind < 0.6 ? Math.min(8, from.length) : from.length
    const slot = from[from.length - 1 - this.#random.randint(0, near - 1)]!
    return this.#squashed(slot, low, high)
  }

  /** The slot itself where its number is in range, else middle + half · sin(k · slot), k in 1 … 3. */
  #squashed(slot: number, low: number, high: number): number {
    const x = this.#numbers[slot]!
    if (x >= low && x <= high) return slot
    const faster = this.#apply(ops.mul, [slot, this.#literal(this.#random.uniform(1, 3))])
    const wave = this.#apply(ops.sin, [faster])
    const scaled = this.#apply(ops.mul, [wave, this.#literal((high - low) / 2)])
    return this.#apply(ops.add, [scaled, this.#literal((high + low) / 2)])
  }

  #literal(literal: number): number {
    this.steps.push({ literal })
    return this.#numbers.push(literal) - 1
  }

  #apply(op: Row, args: readonly number[]): number {
    this.steps.push({ op, args })
    this.operations++
    const x = args.map((slot) => this.#numbers[slot]!)
    const slot = this.#numbers.push(primal(op, x)) - 1
    this.#slots.push(slot)
    const rates = ratesOf(op, x)
    if (args.some((arg, i) => rates[i] && this.#live.includes(arg))) this.#live.push(slot)
    return slot
  }
}

/** A program of 20 to 500 operations on 2 to 6 inputs, over every row of the table. */
export function randomProgram(seed: number): RandomProgram {
  const random = new Random(seed)
  const rows = Object.values<Row>(ops)
  const inputs = Array.from({ length: random.randint(2, 6) }, () => random.uniform(-2, 2))
  const author = new Author(inputs, random)
  // One row adds at most 21, itself and five squashed arguments, and the result 1.
  const enough = random.randint(19, 479)
  while (author.operations < enough) author.operate(rows[random.randint(0, rows.length - 1)]!)
  author.conclude()
  return { seed, inputs, steps: author.steps }
}

export const operationsOf = ({ steps }: RandomProgram): number =>
  steps.filter((step) => 'op' in step).length

/** The program as a function of Values, with literals and unused branches as they are. */
export function run({ steps }: RandomProgram, x: readonly Value[]): Value {
  const slots: Operand[] = [...x]
  for (const step of steps)
    slots.push(
      'op' in step
        ? applied(
            step.op,
            step.args.map((i) => slots[i]!),
          )
        : step.literal,
    )
  return slots[slots.length - 1] as Value
}

/** The program over plain numbers: its result, and on which side of each kink it passed. */
export function execute(
  { steps }: RandomProgram,
  x: readonly number[],
): { value: number; sides: number[] } {
  const slots: number[] = [...x]
  const sides: number[] = []
  for (const step of steps) {
    if (!('op' in step)) {
      slots.push(step.literal)
      continue
    }
    const args = step.args.map((i) => slots[i]!)
    if (step.op.kink) sides.push(Math.sign(step.op.kink(...(args as [number]))))
    slots.push(primal(step.op, args))
  }
  return { value: slots[slots.length - 1]!, sides }
}

/** The program for PyTorch: one straight line of Python for each step. */
export function source({ inputs, steps }: RandomProgram): string {
  return steps
    .map((step, i) => {
      const name = `v${inputs.length + i}`
      if (!('op' in step)) return `${name} = literal(${step.literal})`
      return `${name} = ${step.op.name}_(${step.args.map((slot) => `v${slot}`).join(', ')})`
    })
    .join('\n')
}

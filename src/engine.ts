/**
 * The engine. A Value is a number that remembers how it was computed; `backward` walks that memory
 * from the result to the leaves and adds up, by the chain rule, how much each of them mattered.
 */
import { dataOf, detached, evaluate, numberAt, partialsOf } from './adjoints.ts'
import { type Methods, numbers, ops, type Row } from './ops.ts'
import { Walk } from './order.ts'
import { Place } from './page.ts'

export type Operand = Value | number
/** One or two operands as fields; three, or those of a variadic row, as a list; null: a literal. */
export type Inputs = Value | readonly Value[] | null | undefined

export interface Value extends Methods<Value> {}
export class Value extends Place {
  /** The row of the table that computed this; undefined on a leaf. */
  readonly op: Row | undefined
  /** @internal */
  readonly first: Inputs
  /** @internal */
  readonly second: Value | undefined

  constructor(data: number, label?: string, op?: Row, first?: Inputs, second?: Value) {
    super()
    this.data = data
    this.op = op
    this.first = first
    this.second = second
    if (label !== undefined) this.label = label
  }

  /** The operands in order, duplicates kept; none on a leaf. */
  get inputs(): readonly Value[] {
    if (Array.isArray(this.first)) return this.first
    return [this.first, this.second].filter((x) => x) as Value[]
  }

  /** The same number without its history: no gradient flows through it. */
  detach(): Value {
    return interpreter?.(detached, this) ?? lift(this.data)
  }

  /** ∂this/∂v into the grad of every v below: interior Values start fresh, leaves accumulate. */
  backward(): void {
    const walk = new Walk(this)
    this.grad = this.op === undefined ? this.grad + 1 : 1
    for (let v = walk.next(); v !== undefined; v = walk.next()) {
      if (v.op === undefined) continue
      const { first, second, grad } = v
      const p = v.op.ready ?? partialsOf(numbers, v, dataOf)
      if (second !== undefined) pass(walk, second, numberAt(v, p[1]), grad)
      if (!Array.isArray(first)) pass(walk, first as Value, numberAt(v, p[0]), grad)
      else for (let i = 0; i < first.length; i++) pass(walk, first[i], numberAt(v, p[i]), grad)
    }
  }
}

/** One term of the chain rule: ∂y/∂x times what has reached y is added to what has reached x. */
function pass(walk: Walk, x: Value, partial: number | undefined, adjoint: number): void {
  if (partial === undefined || x.first === null) return
  const fresh = x.op !== undefined && walk.reach(x)
  x.grad = fresh ? partial * adjoint : x.grad + partial * adjoint
}

/** A Value as it is; a number as a literal, to which no gradient flows. */
export function lift(x: Operand): Value {
  if (typeof x === 'number') return new Value(x, undefined, undefined, null)
  if (x instanceof Value) return x
  throw new TypeError(`expected a Value or a number, got ${typeof x}.`)
}

/** Another reading of operations while `interpretBy` runs: without memory, or without numbers. */
type Interpreter = (op: Row, first: Inputs, second?: Value) => Value | undefined
export let interpreter: Interpreter | undefined

export function interpretBy<R>(reading: Interpreter, body: () => R): R {
  const outer = interpreter
  interpreter = reading
  try {
    return body()
  } finally {
    interpreter = outer
  }
}

/** y = op(a, b): its number now, its history for `backward`. A variadic row takes a list. */
export function apply(op: Row, a: Operand | readonly Operand[], b?: Operand): Value {
  const first = Array.isArray(a) ? a.map(lift) : lift(a as Operand)
  const second = op.arity === 2 ? lift(b!) : undefined
  const y = interpreter?.(op, first, second)
  return y ?? new Value(evaluate(op, first, second), undefined, op, first, second)
}

for (const op of Object.values<Row>(ops))
  if (op.arity !== 'variadic')
    Object.assign(Value.prototype, {
      [op.name](this: Value, b: Operand, c: Operand): Value {
        return op.arity === 3 ? apply(op, [this, b, c]) : apply(op, this, b)
      },
    })

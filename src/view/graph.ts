/**
 * A graph of Values as plain data: what pictures are drawn from, here or in a page. `graphOf` reads
 * everything once; `collapse` (collapse.ts) then says what one sees of it.
 */
import { dataOf, numberAt, partialsOf } from '../adjoints.ts'
import { Value } from '../engine.ts'
import { numbers, type Row } from '../ops.ts'
import { Walk } from '../order.ts'
import type { Page } from '../page.ts'
import { groupsOf } from './groups.ts'
import { type Numeral, numeral } from './number.ts'

/**
 * What a Value is in the graph. A leaf that is used inside one module only, or that the caller names,
 * is a parameter; a literal is a leaf made from a plain number.
 */
export type Role = 'computed' | 'leaf' | 'parameter' | 'literal'

/** One Value. Values, groups and operations are referred to by their place in the lists of `Graph`. */
export interface GraphValue {
  readonly label?: string | undefined
  readonly data: Numeral
  readonly grad: Numeral
  role: Role
  /** The operation that computed it: a place in `Graph.ops`; absent on a leaf. */
  readonly op?: number | undefined
  /** The operands in order, duplicates kept. */
  readonly inputs: readonly number[]
  /** ∂this/∂inputs[i]; null where no derivative flows (a literal, a comparison's operand). */
  readonly partials: readonly (Numeral | null)[]
  /** The innermost group that holds it; −1: none. */
  group: number
}

/**
 * Values that belong together: those of a module (by the scopes recorded while it ran, every run of the
 * same module in one group), or, where very many lie side by side, those computed alike.
 */
export interface Group {
  /** Its place in the tree by names, `layers.0/neurons.3`; unique in its graph. */
  readonly id: string
  readonly name: string
  readonly kind: 'module' | 'alike'
  /** The group around it; −1: none. */
  readonly parent: number
  /** The groups inside it, directly. */
  readonly groups: number[]
  /** How many Values are inside it, nested ones too, and how many of those are parameters. */
  values: number
  parameters: number
  /** How often the module ran; 1 on other groups. */
  readonly runs: number
}

export interface Graph {
  /** Inputs before outputs, each Value once. */
  readonly values: readonly GraphValue[]
  /** A group comes before those inside it. */
  readonly groups: readonly Group[]
  /** The results asked for. */
  readonly roots: readonly number[]
  readonly ops: readonly { readonly name: string; readonly symbol: string }[]
}

export interface GraphOptions {
  /** The leaves to draw as parameters, inside the module that uses them. Default: found by use. */
  readonly parameters?: Iterable<Value> | undefined
}

/**
 * The graph below one Value or several as plain data, in the same order every time.
 * Throws unless it is given Values.
 */
export function graphOf(root: Value | readonly Value[], options: GraphOptions = {}): Graph {
  const roots = rootsOf(root)
  const order = orderOf(roots)
  const places = new Places(order)
  const ops = new Map<Row, number>()
  for (const { op } of order) if (op !== undefined && !ops.has(op)) ops.set(op, ops.size)
  const values =
    order.length > manyValues
      ? order.map((v) => new LateRecord(v, places, ops))
      : order.map((v) => recordOf(v, places, ops))
  const named = options.parameters && new Set([...options.parameters].map((v) => places.of(v)!))
  const graph: Graph = {
    values,
    groups: [],
    roots: roots.map((v) => places.of(v)!),
    ops: [...ops.keys()].map(({ name, symbol }) => ({ name, symbol })),
  }
  const scopes = order.map((v) => v.scope)
  return { ...graph, groups: groupsOf(graph, scopes, named) }
}

function rootsOf(root: Value | readonly Value[]): readonly Value[] {
  const roots = root instanceof Value ? [root] : root
  if (!Array.isArray(roots) || roots.length === 0 || !roots.every((v) => v instanceof Value))
    throw new TypeError(
      `a picture is drawn of a Value or a list of Values, got ${described(root)}.`,
    )
  return [...new Set(roots as readonly Value[])]
}

function described(x: unknown): string {
  if (!Array.isArray(x)) return x === null ? 'null' : typeof x
  return x.length === 0 ? 'an empty list' : 'a list that holds something else'
}

/** Every Value below the roots, inputs before outputs. */
function orderOf(roots: readonly Value[]): Value[] {
  const byAge = roots.toSorted((a, b) => b.page.number - a.page.number || b.at - a.at)
  const walk = new Walk(byAge[0]!)
  for (const v of byAge) walk.reach(v)
  const order: Value[] = []
  for (let v = walk.next(); v !== undefined; v = walk.next()) {
    order.push(v)
    for (const x of operandsOf(v)) walk.reach(x)
  }
  return order.reverse()
}

/** Where each Value stands in the order. Asked by page: a map of a million Values takes seconds. */
class Places {
  readonly #pages = new Map<Page, number[]>()

  constructor(order: readonly Value[]) {
    order.forEach(({ page, at }, place) => {
      if (!this.#pages.has(page)) this.#pages.set(page, [])
      this.#pages.get(page)![at] = place
    })
  }

  of({ page, at }: Value): number | undefined {
    return this.#pages.get(page)?.[at]
  }
}

const none: readonly never[] = []

/** `v.inputs` without a copy: it is asked for a million times. */
function operandsOf({ first, second }: Value): readonly Value[] {
  if (!(first instanceof Value)) return first ?? none
  return second === undefined ? [first] : [first, second]
}

/** Of more Values than this, what a picture does not ask for is not written down. */
const manyValues = 200_000

/** A record that reads its Value whenever it is asked. */
class LateRecord implements GraphValue {
  role: Role
  group = -1
  readonly #value: Value
  readonly #places: Places
  readonly #ops: ReadonlyMap<Row, number>

  constructor(v: Value, places: Places, ops: ReadonlyMap<Row, number>) {
    this.#value = v
    this.#places = places
    this.#ops = ops
    this.role = roleOf(v)
  }

  get label(): string | undefined {
    return this.#value.label
  }

  get data(): Numeral {
    return numeral(this.#value.data)
  }

  get grad(): Numeral {
    return numeral(this.#value.grad)
  }

  get op(): number | undefined {
    return this.#value.op && this.#ops.get(this.#value.op)
  }

  get inputs(): readonly number[] {
    return inputsOf(this.#value, this.#places)
  }

  get partials(): readonly (Numeral | null)[] {
    return this.#value.op === undefined ? none : partialsTo(this.#value, operandsOf(this.#value))
  }
}

function roleOf({ op, first }: Value): Role {
  if (op !== undefined) return 'computed'
  return first === null ? 'literal' : 'leaf'
}

function inputsOf(v: Value, places: Places): readonly number[] {
  if (v.op === undefined) return none
  const xs = operandsOf(v)
  const inputs: number[] = []
  for (let i = 0; i < xs.length; i++) inputs.push(places.of(xs[i]!)!)
  return inputs
}

function recordOf(v: Value, places: Places, ops: ReadonlyMap<Row, number>): GraphValue {
  const { label, op } = v
  return {
    label,
    data: numeral(v.data),
    grad: numeral(v.grad),
    role: roleOf(v),
    op: op && ops.get(op),
    inputs: inputsOf(v, places),
    partials: op === undefined ? none : partialsTo(v, operandsOf(v)),
    group: -1,
  }
}

function partialsTo(v: Value, xs: readonly Value[]): readonly (Numeral | null)[] {
  const found = v.op!.ready ?? partialsOf<number>(numbers, v, dataOf)
  const partials: (Numeral | null)[] = []
  let ones = 0
  for (let i = 0; i < xs.length; i++) {
    const partial = xs[i]!.first === null ? undefined : numberAt(v, found[i])
    if (partial === 1) ones++
    partials.push(partial === undefined ? null : numeral(partial))
  }
  // Additions of all kinds share one list.
  if (ones < xs.length) return partials
  return (allOnes[ones] ??= partials)
}
const allOnes: (readonly (Numeral | null)[])[] = []

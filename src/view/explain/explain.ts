import { Value } from '../../engine.ts'
import { Names } from '../value-formula.ts'
import { Between } from './between.ts'
import { type Check, checked } from './check.ts'
import { Explanation } from './explanation.ts'
import { flowOf } from './flow.ts'
import { ranked } from './paths.ts'
import { sweepsOver } from './sweeps.ts'
import { termOf } from './term.ts'

/** How much `explain` tells. */
export interface ExplainOptions {
  /** How many ways from f to x are listed, largest first; the rest is one sum. Default 10. */
  readonly terms?: number | undefined
}

/**
 * Where ∂f/∂x comes from, in words and numbers: a gradient is the sum over all ways that lead from f
 * down to x, and each way gives the product of the partials along it,
 *
 *     ∂f/∂x = Σ over ways f → v₁ → … → x of (∂f/∂v₁ · ∂v₁/∂v₂ · … · ∂vₙ/∂x)
 *
 * The largest are listed, the rest is swept on its own; their sum is checked against a backward pass
 * and against differences of f. `String(explanation)` is text, `toJSON()` data, `toHtml()` a part of a
 * page with MathML. Throws unless it is given two Values.
 */
export function explain(f: Value, x: Value, options: ExplainOptions = {}): Explanation {
  const { terms: limit = 10 } = options
  refuseOthers(f, x, limit)
  const names = new Names((v) =>
    v === f ? (f.label ?? 'f') : v === x ? (x.label ?? 'x') : undefined,
  )
  names.nameOf(f)
  names.nameOf(x)
  const between = new Between(f, x)
  if (between.size === 0) return new Explanation(f, x, names, nothing(checked(f, x, between, 0, 0)))
  const sweeps = sweepsOver(between)
  const { paths, rest } = ranked(between, sweeps, limit)
  const sum = paths.reduce((total, { value }) => total + value, 0) + rest.value
  const top = between.size - 1
  return new Explanation(f, x, names, {
    gradient: sum,
    ways: sweeps.counts[top]!,
    flow: flowOf(between, names),
    terms: paths.map((path) => termOf(path, between, sweeps, names)),
    rest,
    check: checked(f, x, between, sum, sweeps.sizes[top]!),
  })
}

function nothing(check: Check): ConstructorParameters<typeof Explanation>[3] {
  return { gradient: 0, ways: 0, flow: [], terms: [], rest: { value: 0, count: 0 }, check }
}

function refuseOthers(f: unknown, x: unknown, limit: number): void {
  for (const [name, v] of Object.entries({ f, x }))
    if (!(v instanceof Value))
      throw new TypeError(
        `explain(f, x): ${name} is a Value, got ${v === null ? 'null' : typeof v}.`,
      )
  if (!(Number.isInteger(limit) && limit >= 1))
    throw new RangeError(`explain: terms is a whole number from 1 up, got ${limit}.`)
}

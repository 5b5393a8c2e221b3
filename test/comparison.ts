/** Gradients of random programs by every road there is, and what was seen on the way. */
import { jvp, ops, type Row, type Value, valueAndGrad } from 'chainrule'
import { isIllConditioned, near, reverse, reverseTwice, tolerance } from './condition.ts'
import { spelling } from './points.ts'
import { execute, operationsOf, type RandomProgram, run, source } from './programs.ts'
import { runPyTorch } from './pytorch.ts'

/**
 * What differences can settle: five points lose about 1e-12 to rounding and truncation at the best
 * step, times the curvature of a program of hundreds of operations.
 */
const resolution = 1e-6

/** What was compared and what was not, in numbers of programs (differences: of derivatives). */
export class Tally {
  programs = 0
  operations = 0
  /** An ulp moves the value or a derivative by more than the tolerance: see isIllConditioned. */
  illConditioned = 0
  /** Programs whose gradient is zero in every input: they compare little. */
  flat = 0
  differences = 0
  /** Derivatives whose stencil crosses a kink, by the rows' own account of their kinks. */
  acrossKinks = 0
  /** Derivatives that differences cannot settle: their estimates at several steps do not agree. */
  unsettled = 0
  byPyTorch = 0
  /** Not equal to PyTorch, and ill-conditioned. */
  beyondPyTorch = 0
  readonly failures: string[] = []
  readonly rows: Set<string> = new Set()

  get illConditionedShare(): number {
    return this.illConditioned / this.programs
  }

  toString(): string {
    const { programs, operations, illConditioned, flat, differences, acrossKinks, unsettled } = this
    const share = (100 * this.illConditionedShare).toFixed(1)
    return (
      `${programs} random programs, ${operations} operations: ${illConditioned} (${share} %) ` +
      `ill-conditioned, ${flat} flat; ${differences} derivatives equal to central differences, ` +
      `${acrossKinks} across a kink, ${unsettled} unsettled by differences`
    )
  }

  get againstPyTorch(): string {
    const { byPyTorch, beyondPyTorch } = this
    return `${byPyTorch} random programs equal to PyTorch, ${beyondPyTorch} ill-conditioned and not equal`
  }
}

/** One derivative by five points, at the step where the estimate changes least, and that change. */
function difference(program: RandomProgram, i: number): { slope: number; change: number } | 'kink' {
  const { inputs } = program
  const { sides } = execute(program, inputs)
  const onThem = (point: { sides: readonly number[] }): boolean =>
    point.sides.every((side, k) => side === sides[k] || Object.is(side, sides[k]))
  let best = { slope: NaN, change: Infinity }
  let previous = NaN
  let settled = false
  for (const h of [1e-3, 3e-4, 1e-4, 3e-5, 1e-5]) {
    const at = [-2, -1, 1, 2].map((k) =>
      execute(
        program,
        inputs.map((x, j) => (j === i ? x + k * h : x)),
      ),
    )
    if (!at.every(onThem)) continue
    const [a, b, c, d] = at.map((point) => point.value) as [number, number, number, number]
    const slope = (8 * (c - b) - (d - a)) / (12 * h)
    const change = Math.abs(slope - previous)
    if (change < best.change) best = { slope, change }
    settled ||= !Number.isNaN(previous)
    previous = slope
    if (best.change <= (resolution / 100) * Math.max(1, Math.abs(best.slope))) break
  }
  return settled ? best : 'kink'
}

/** Reverse mode against dual numbers, against differences, and `backward` against `valueAndGrad`. */
export function compareOne(program: RandomProgram, tally: Tally): void {
  tally.programs++
  tally.operations += operationsOf(program)
  for (const step of program.steps) if ('op' in step) tally.rows.add(step.op.name)
  const { inputs, seed } = program
  const found = reverse(program)
  if (isIllConditioned(program, reverse)) {
    tally.illConditioned++
    return
  }
  const f = (...x: Value[]) => run(program, x)
  const gradient = found.slice(1)
  if (gradient.every((g) => g === 0)) tally.flat++
  const fail = (what: string, i: number, other: number) =>
    tally.failures.push(`program ${seed}, input ${i}: backward ${gradient[i]}, ${what} ${other}`)
  const swept = valueAndGrad(f)(...inputs)
  if (swept.value !== found[0]) fail('valueAndGrad', -1, swept.value)
  gradient.forEach((g, i) => {
    if (!near(g, swept.gradient[i]!, tolerance)) fail('valueAndGrad', i, swept.gradient[i]!)
    const tangent = inputs.map((_, j) => (j === i ? 1 : 0))
    const dual = jvp(f, inputs, tangent).tangent
    if (!near(g, dual, tolerance)) fail('dual numbers', i, dual)
    const central = difference(program, i)
    if (central === 'kink') tally.acrossKinks++
    else if (!(central.change <= (resolution / 10) * Math.max(1, Math.abs(central.slope))))
      tally.unsettled++
    else if (near(central.slope, g, resolution)) tally.differences++
    else fail('differences', i, central.slope)
  })
}

/** Each program against PyTorch, all in one process: its gradient, or at order 2 that of its slope. */
export function compareWithPyTorch(
  programs: readonly RandomProgram[],
  order: 1 | 2,
  tally: Tally,
): void {
  const reading = order === 1 ? reverse : reverseTwice
  const job = {
    order,
    rows: Object.values<Row>(ops).map(spelling),
    programs: programs.map((program) => ({
      inputs: program.inputs,
      source: source(program),
      result: `v${program.inputs.length + program.steps.length - 1}`,
    })),
  }
  const { results } = runPyTorch('graphs.py', job) as { results: number[][] }
  programs.forEach((program, p) => {
    const found = reading(program)
    const theirs = results[p]!
    // At order 2 terms of the size of the largest entry cancel in the others, down to its rounding.
    const scale = order === 1 ? 1 : Math.max(1, ...found.map(Math.abs))
    if (found.every((x, k) => near(theirs[k]!, x, tolerance * scale))) tally.byPyTorch++
    else if (isIllConditioned(program, reading)) tally.beyondPyTorch++
    else
      tally.failures.push(`program ${program.seed}: ours ${found.join()}, PyTorch ${theirs.join()}`)
  })
}

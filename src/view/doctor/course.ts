import type { Value } from '../../engine.ts'
import { digits, Finding, largestOf } from './finding.ts'
import type { Survey } from './survey.ts'

/** A training so far, as plain numbers. */
export interface Course {
  /** Losses, oldest first: of each step, or of the same examples now and then. */
  readonly history?: readonly number[]
  /** |Δp| / |p| of steps over all parameters: how far one moved them, relative to their size. */
  readonly updates?: readonly number[]
  readonly learningRate?: number
  /** Steps of the whole training. Default: as many as `history` has losses. */
  readonly steps?: number
}

/** A usual step moves the parameters by a hundredth to a tenth of their size; healthy runs reach 0.3. */
const usual = 0.01
const tooFar = 1
/** A gradient says nothing about where the loss is this many times its own size away; usual is 1. */
const tooSteep = 30
/** A training that moves its parameters by less than this in all its steps leaves them as they are. */
const standstill = 1e-3
/** Without a word on how many steps are meant, this many have to be seen. */
const enoughSteps = 50

/**
 * Whether the loss has fallen to a tenth of where it began. Flat activations are then what a solved
 * task looks like, not what keeps it from being solved.
 */
export function hasLearned({ history = [] }: Course): boolean {
  const losses = history.filter((loss) => Number.isFinite(loss))
  return losses.length > 1 && losses[0]! >= 0 && recent(losses) <= 0.1 * losses[0]!
}

/** Learning rates with which the loss rises, or with which nothing moves. */
export function learningRates(course: Course, survey: Survey): Finding[] {
  const history = (course.history ?? []).filter((loss) => Number.isFinite(loss))
  const next = course.updates ? undefined : nextStep(survey, course.learningRate)
  if (next && next.update >= tooFar && next.change >= tooSteep)
    return [leap(next, course.learningRate!)]
  const updates = (course.updates ?? (next ? [next.update] : [])).filter(Number.isFinite)
  if (history.length < 2 || updates.length === 0) return []
  const [start, now, most] = [history[0]!, recent(history), largestOf(updates)]
  if (now - start >= Math.abs(start) && now > start && most >= tooFar)
    return [tooHigh(start, now, most, course.learningRate)]
  const steps = course.steps ?? (history.length < enoughSteps ? Infinity : history.length)
  const usual = median(updates)
  const still = Math.abs(earliest(history) - now) < 0.01 * Math.abs(start)
  if (still && usual * steps < standstill && slopeLeft(survey))
    return [tooLow(start, now, { path: usual * steps, steps, usual }, course.learningRate)]
  return []
}

function tooHigh(start: number, now: number, most: number, rate: number | undefined): Finding {
  return new Finding({
    kind: 'learningRateTooHigh',
    severity: 'error',
    where: rate === undefined ? 'learning rate' : `learning rate ${digits(rate)}`,
    measured:
      `a step moved the parameters by ${digits(most)} times their own size, and the loss rose from ` +
      `${digits(start)} to ${digits(now)}`,
    advice: advised(rate, most),
    numbers: { start, now, update: most },
  })
}

function tooLow(
  start: number,
  now: number,
  moved: { path: number; steps: number; usual: number },
  rate: number | undefined,
): Finding {
  return new Finding({
    kind: 'learningRateTooLow',
    severity: 'warning',
    where: rate === undefined ? 'learning rate' : `learning rate ${digits(rate)}`,
    measured:
      `a step moves the parameters by ${digits(moved.usual)} of their size, ${moved.steps} steps by ` +
      `${digits(moved.path)} at most; the loss went from ${digits(start)} to ${digits(now)}`,
    advice: advised(rate, moved.usual),
    numbers: { start, now, update: moved.usual, path: moved.path },
  })
}

/** The rate with which a step would move the parameters by a hundredth of their size. */
function advised(rate: number | undefined, update: number): string {
  const factor = usual / update
  if (rate !== undefined) return `Try ${roughly(rate * factor)}.`
  return factor < 1
    ? `Try one ${roughly(1 / factor)} times lower.`
    : `Try one ${roughly(factor)} times higher.`
}

function roughly(x: number): number {
  return Number(x.toPrecision(1))
}

/** What a step of plain gradient descent would do, by the gradients that a `backward` left. */
interface NextStep {
  /** |Δp| / |p| */
  readonly update: number
  /** The change of the loss if its slope stayed the same, relative to the loss. */
  readonly change: number
}

function nextStep(survey: Survey, rate: number | undefined): NextStep | undefined {
  if (rate === undefined || survey.swept.size === 0) return undefined
  const parameters = [...survey.swept.keys()]
  const slope = size(parameters, (p) => p.grad)
  const update = (rate * slope) / size(parameters, (p) => p.data)
  return { update, change: (rate * slope ** 2) / Math.abs(survey.sweptTotal) }
}

function leap({ update, change }: NextStep, rate: number): Finding {
  return new Finding({
    kind: 'learningRateTooHigh',
    severity: 'error',
    where: `learning rate ${digits(rate)}`,
    measured:
      `the next step of plain gradient descent would move the parameters by ${digits(update)} times ` +
      `their own size, and by its slope change the loss by ${digits(change)} times itself`,
    advice: advised(rate, update),
    numbers: { update, change },
  })
}

/** Whether there is anything to gain: a change of the parameters by their size would change the loss. */
function slopeLeft({ gradient, losses, total }: Survey): boolean {
  const slope = Math.sqrt([...gradient.values()].reduce((sum, g) => sum + g * g, 0)) / losses
  return slope * size([...gradient.keys()], (p) => p.data) > 0.1 * Math.abs(total / losses)
}

function size(parameters: readonly Value[], of: (p: Value) => number): number {
  return Math.sqrt(parameters.reduce((total, p) => total + of(p) ** 2, 0))
}

/** The middle of the last third: what the loss is now, without the noise of one batch. */
function recent(history: readonly number[]): number {
  return median(history.slice(-Math.ceil(history.length / 3)))
}

function earliest(history: readonly number[]): number {
  return median(history.slice(0, Math.ceil(history.length / 3)))
}

function median(x: readonly number[]): number {
  return [...x].sort((a, b) => a - b)[Math.floor(x.length / 2)] ?? NaN
}

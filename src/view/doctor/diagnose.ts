import { Value } from '../../engine.ts'
import { accumulatedGradients } from './accumulated.ts'
import { type Course, hasLearned, learningRates } from './course.ts'
import { type Finding, ranked } from './finding.ts'
import { gradientFlow } from './flow.ts'
import { inactiveLayers } from './inactive.ts'
import { unscaledInputs } from './inputs.ts'
import { notFiniteBackward, notFiniteForward } from './notfinite.ts'
import { Survey } from './survey.ts'

/** What `diagnose` may know beside the graphs; all of it makes findings better, none is needed. */
export interface DiagnoseOptions extends Course {
  /** The leaves that are trained. Default: every leaf of the graphs that is not a literal. */
  readonly parameters?: readonly Value[]
  /** The number of each loss's example. Default: its place in the list. */
  readonly examples?: readonly number[]
  /** Steps taken before these losses: 0 at the start. Default: all but the last of `history`. */
  readonly step?: number
  /** Names of the input columns. */
  readonly features?: readonly string[]
}

/**
 * What is wrong with a training, seen from the graphs of its losses: the loss of each example of a
 * batch, or one loss of them all. Best after `backward()` and before the update. Causes come first,
 * and what only follows from them is left out; nothing wrong, nothing found.
 * Throws on what is not a loss, a Value or a list of them, and on an unknown option.
 */
export function diagnose(
  losses: Value | readonly Value[],
  options: DiagnoseOptions = {},
): Finding[] {
  const list: readonly Value[] = losses instanceof Value ? [losses] : losses
  if (!Array.isArray(list) || !list.every((loss) => loss instanceof Value))
    throw new TypeError(
      `diagnose takes a loss or a list of losses (Values), got ${String(losses)}.`,
    )
  refuseUnknown(options)
  const at = { ...options, step: options.step ?? stepOf(options.history) }
  const forward = broken(list, at, notFiniteForward)
  if (forward !== undefined) return [forward]
  const survey = surveyed(list, options)
  const finite = [...survey.gradient.values()].every((g) => Number.isFinite(g))
  const backward = finite ? undefined : broken(list, at, notFiniteBackward)
  if (backward !== undefined) return [backward]
  return ranked([
    ...accumulatedGradients(list, survey.swept, at),
    ...unscaledInputs(survey, options.features),
    ...learningRates(options, survey),
    ...(hasLearned(options) ? [] : inactiveLayers(survey, at.step)),
    ...(hasLearned(options) ? [] : gradientFlow(survey, at.step)),
  ])
}

const known = [
  'parameters',
  'examples',
  'step',
  'features',
  'history',
  'updates',
  'learningRate',
  'steps',
]

function refuseUnknown(options: DiagnoseOptions): void {
  const stranger = Object.keys(options).find((key) => !known.includes(key))
  if (stranger !== undefined)
    throw new RangeError(`unknown option ${stranger} of diagnose; it has ${known.join(', ')}.`)
}

/** The last loss of a history is of after all the others. */
function stepOf(history: readonly number[] | undefined): number | undefined {
  return history === undefined || history.length === 0 ? undefined : history.length - 1
}

function surveyed(losses: readonly Value[], { parameters }: DiagnoseOptions): Survey {
  const trained = parameters && new Set(parameters)
  const isParameter = (x: Value): boolean =>
    x.op === undefined && x.first !== null && (trained?.has(x) ?? true)
  const survey = new Survey()
  for (const loss of losses) survey.add(loss, isParameter)
  return survey
}

type Search = typeof notFiniteForward

function broken(
  losses: readonly Value[],
  options: DiagnoseOptions,
  search: Search,
): Finding | undefined {
  for (const [i, loss] of losses.entries()) {
    const example = losses.length > 1 ? i : undefined
    const found = search(loss, circumstance(options, options.examples?.[i] ?? example))
    if (found !== undefined) return found
  }
  return undefined
}

function circumstance(
  { step, learningRate }: DiagnoseOptions,
  example?: number,
): Parameters<Search>[1] {
  return { example, step, learningRate }
}

import { digits, Finding, largestOf } from './finding.ts'
import type { Survey } from './survey.ts'

/** Weights of a layer are of the size 1: inputs beyond ±10 drive a tanh to where it is flat. */
const large = 10
/** Inputs that are all this small give a network that hardly depends on them. */
const small = 0.01

/** Numbers that meet the first parameters and are far from the size 1. */
export function unscaledInputs(
  { columns }: Survey,
  features: readonly string[] | undefined,
): Finding[] {
  const sizes = [...columns.values()].map(({ squares, count }) => Math.sqrt(squares / count))
  const largest = largestOf(sizes)
  const many = sizes.filter((size) => size > large).length
  if (sizes.length === 0 || largest === 0 || (many === 0 && largest >= small)) return []
  const at = sizes.indexOf(largest)
  const label = [...columns.keys()][at]!.label
  const name = features?.length === sizes.length ? features[at] : label && `what ${label} weighs`
  const range =
    many === 0
      ? `all ${sizes.length} columns are below ${small}`
      : `${many} of ${sizes.length} columns are beyond ±${large}`
  return [
    new Finding({
      kind: 'inputsNotStandardised',
      severity: 'warning',
      where: 'inputs',
      measured:
        `the largest have the size ${digits(largest)} (root mean square${name ? ` of ${name}` : ''}); ` +
        `${range}, where weights expect about 1`,
      advice: 'Try standardise of chainrule/data: every column to mean 0 and deviation 1.',
      numbers: { column: at, size: largest, beyond: many, columns: sizes.length },
    }),
  ]
}

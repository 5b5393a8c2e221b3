import { digits, Finding, largestOf, place } from './finding.ts'
import type { Layer, Survey, Unit } from './survey.ts'

/**
 * Share of a layer that is off for every example before it is worth a word. Healthy ReLU networks
 * end with up to half of a layer off (test/deep/doctor.test.ts); at three quarters its width is gone.
 */
const mostlyDead = 0.75
/** Share of flat answers; trained tanh layers of healthy runs reach 0.6. */
const mostlySaturated = 0.8
/** Fewer answers than these say nothing: a ReLU is off for half of its examples. */
const enoughPasses = 8
const enoughAnswers = 16

/** Layers whose activations pass no gradient on: off for every example, or flat for nearly all. */
export function inactiveLayers({ layers }: Survey, step: number | undefined): Finding[] {
  const dead = layers.flatMap((layer) => offIn(layer) ?? [])
  const saturated = layers.flatMap((layer) => flatIn(layer) ?? [])
  return [
    ...(dead.length > 0 ? [deadFinding(dead, step)] : []),
    ...(saturated.length > 0 ? [saturatedFinding(saturated, step)] : []),
  ]
}

/** What holds for some of the activations of a layer. */
interface Part {
  readonly layer: Layer
  readonly units: readonly Unit[]
  /** Of these it holds for every example. */
  readonly always: readonly Unit[]
  /** Share of the answers of all of them. */
  readonly share: number
}

function offIn(layer: Layer): Part | undefined {
  const units = [...layer.units.values()]
  const always = units.filter((unit) => unit.off === unit.passes)
  const enough =
    always.length === units.length
      ? count(units) >= enoughAnswers
      : units.every((unit) => unit.passes >= enoughPasses)
  if (!enough || units.length === 0 || always.length < mostlyDead * units.length) return undefined
  return { layer, units, always, share: count(always) / count(units) }
}

function flatIn(layer: Layer): Part | undefined {
  const units = [...layer.units.values()].filter((unit) => unit.hidden)
  const share = units.reduce((total, unit) => total + unit.saturated, 0) / count(units)
  if (count(units) < enoughAnswers || share < mostlySaturated) return undefined
  return { layer, units, always: units.filter((unit) => unit.saturated === unit.passes), share }
}

function deadFinding(parts: readonly Part[], step: number | undefined): Finding {
  const passes = -largestOf(parts.flatMap(({ units }) => units.map((unit) => -unit.passes)))
  const exactly = parts.every(({ always }) => always.every((unit) => unit.exactly))
  const state = exactly ? '0 with slope 0' : 'with a slope below a hundredth of the steepest'
  const counted = parts.map(({ layer, units, always }) => {
    return `${always.length} of ${units.length} ${operations(always)} in ${layer.name}`
  })
  return new Finding({
    kind: 'deadActivations',
    severity: parts.some(({ share }) => share === 1) ? 'error' : 'warning',
    where: place(step, ...names(parts)),
    measured:
      `${shortened(counted).join(', ')} are dead (${state} ` +
      `${passes > 1 ? `for all ${passes} examples` : 'every time'}), so no gradient passes them`,
    advice:
      step === undefined || step === 0
        ? 'Try biases of 0 and smaller weights to start from.'
        : 'Try a lower learning rate, or leakyRelu, whose slope is never 0.',
    numbers: { ...total(parts), examples: passes },
  })
}

function saturatedFinding(parts: readonly Part[], step: number | undefined): Finding {
  const shares = parts.map(({ layer, units, share }) => {
    return `${digits(100 * share)} % of what ${units.length} ${operations(units)} in ${layer.name} give`
  })
  return new Finding({
    kind: 'saturatedActivations',
    severity: 'warning',
    where: place(step, ...names(parts)),
    measured:
      `${shortened(shares).join(', ')} lies where the slope is below a hundredth of the steepest, ` +
      'so hardly any gradient passes',
    advice:
      step === undefined || step === 0
        ? 'Try smaller weights to start from, such as initialisation xavier.'
        : 'Try a lower learning rate.',
    numbers: { ...total(parts), share: largestOf(parts.map(({ share }) => share)) },
  })
}

function names(parts: readonly Part[]): string[] {
  return shortened(parts.map(({ layer }) => layer.name))
}

/** A list that stays readable: the first three, and how many more. */
function shortened(items: readonly string[]): string[] {
  return items.length > 4 ? [...items.slice(0, 3), `${items.length - 3} more`] : [...items]
}

function total(parts: readonly Part[]): Record<'inactive' | 'neurons' | 'layers', number> {
  const sum = (of: (part: Part) => number): number => parts.reduce((all, part) => all + of(part), 0)
  return {
    inactive: sum(({ always }) => always.length),
    neurons: sum(({ units }) => units.length),
    layers: parts.length,
  }
}

function count(units: readonly Unit[]): number {
  return units.reduce((total, unit) => total + unit.passes, 0)
}

function operations(units: readonly Unit[]): string {
  return [...new Set(units.map((unit) => unit.op.name))].join(' and ')
}

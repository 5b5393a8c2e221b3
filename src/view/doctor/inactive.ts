import { digits, Finding, place } from './finding.ts'
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
export function inactiveLayers(survey: Survey, step: number | undefined): Finding[] {
  return survey.layers.flatMap((layer) => dead(layer, step) ?? saturated(layer, step) ?? [])
}

function dead({ name, units }: Layer, step: number | undefined): Finding | undefined {
  const all = [...units.values()]
  const off = all.filter((unit) => unit.off === unit.passes)
  const [answers, passes] = [count(all), Math.min(...all.map((unit) => unit.passes))]
  const certain = off.length === all.length ? answers >= enoughAnswers : passes >= enoughPasses
  if (off.length === 0 || off.length < mostlyDead * all.length || !certain) return undefined
  return new Finding({
    kind: 'deadActivations',
    severity: off.length === all.length ? 'error' : 'warning',
    where: place(step, name),
    measured:
      `${off.length} of ${all.length} ${operations(off)} are dead: output 0 and slope 0 ` +
      `${passes > 1 ? `for all ${passes} examples` : 'every time'}, so no gradient passes them`,
    advice:
      step === undefined || step <= 1
        ? 'Try biases of 0 and smaller weights to start from.'
        : 'Try a lower learning rate, or leakyRelu, whose slope is never 0.',
    numbers: { dead: off.length, neurons: all.length, examples: passes },
  })
}

function saturated({ name, units }: Layer, step: number | undefined): Finding | undefined {
  const hidden = [...units.values()].filter((unit) => unit.hidden)
  const answers = count(hidden)
  const flat = hidden.reduce((total, unit) => total + unit.saturated, 0)
  if (answers < enoughAnswers || flat < mostlySaturated * answers) return undefined
  const stuck = hidden.filter((unit) => unit.saturated === unit.passes)
  return new Finding({
    kind: 'saturatedActivations',
    severity: 'warning',
    where: place(step, name),
    measured:
      `${digits((100 * flat) / answers)} % of the outputs of ${hidden.length} ${operations(hidden)} ` +
      'lie where its slope is below a hundredth of its steepest ' +
      `(${stuck.length} of ${hidden.length} for every example), so hardly any gradient passes them`,
    advice:
      step === undefined || step <= 1
        ? 'Try smaller weights to start from, such as initialisation xavier.'
        : 'Try a lower learning rate.',
    numbers: { share: flat / answers, saturated: stuck.length, neurons: hidden.length },
  })
}

function count(units: readonly Unit[]): number {
  return units.reduce((total, unit) => total + unit.passes, 0)
}

function operations(units: readonly Unit[]): string {
  return [...new Set(units.map((unit) => unit.op.name))].join(' and ')
}

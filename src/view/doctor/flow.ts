import { digits, Finding, place } from './finding.ts'
import type { Layer, Survey } from './survey.ts'

/**
 * How much smaller a layer's gradients may be than the last layer's. Two sigmoid layers, which learn,
 * lose a factor of 60; at 10,000 a layer stands still while the last one learns.
 */
const vanished = 1e-4
/** How much larger; trained healthy networks reach 10. */
const exploded = 1e3

/** Gradients that shrink or grow by orders of magnitude on their way to the inputs. */
export function gradientFlow(survey: Survey, step: number | undefined): Finding[] {
  const sizes = survey.layers.flatMap((layer) => {
    const size = Math.sqrt(layer.squares / layer.parameters.size / survey.losses)
    return size > 0 ? [{ layer, size }] : [] // exactly 0: dead, which is a finding of its own
  })
  const last = sizes.at(-1)
  if (last === undefined) return []
  const smallest = sizes.reduce((a, b) => (b.size < a.size ? b : a))
  const largest = sizes.reduce((a, b) => (b.size > a.size ? b : a))
  const found: Finding[] = []
  const measures = { last, sizes, step }
  if (smallest.size < vanished * last.size)
    found.push(flowing('vanishingGradients', smallest, measures, wayOut(survey.layers)))
  if (largest.size > exploded * last.size)
    found.push(
      flowing('explodingGradients', largest, measures, [
        'Try smaller weights to start from, such as initialisation he or xavier.',
      ]),
    )
  return found
}

interface Size {
  readonly layer: Layer
  readonly size: number
}

function flowing(
  kind: 'vanishingGradients' | 'explodingGradients',
  extreme: Size,
  measures: { last: Size; sizes: readonly Size[]; step: number | undefined },
  advice: readonly string[],
): Finding {
  const { last, sizes, step } = measures
  const ratio = extreme.size / last.size
  const compared =
    ratio < 1 ? `${digits(1 / ratio)} times smaller` : `${digits(ratio)} times larger`
  return new Finding({
    kind,
    severity: 'warning',
    where: place(step, extreme.layer.name),
    measured:
      `its gradients are ${compared} than those of ${last.layer.name} ` +
      `(root mean square, by layer: ${sizes.map(({ size }) => digits(size)).join(', ')})`,
    advice: advice.join(' '),
    numbers: { ratio, size: extreme.size, last: last.size, layers: sizes.length },
  })
}

/** Flat activations are the usual reason: the steepest slope of each layer, multiplied. */
function wayOut(layers: readonly Layer[]): string[] {
  const units = layers.flatMap((layer) => [...layer.units.values()].slice(0, 1))
  const gentle = units.filter((unit) => unit.hidden && unit.peak < 0.5)
  if (gentle.length === 0) return ['Try fewer layers, or larger weights to start from.']
  const { op, peak } = gentle[0]!
  return [`${op.name} has a slope of at most ${digits(peak)}.`, 'Try tanh or relu there.']
}

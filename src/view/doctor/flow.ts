import { digits, Finding, place } from './finding.ts'
import type { Layer, Survey } from './survey.ts'

/**
 * How much smaller the gradients at a layer may be than at the last hidden one. Networks that learn
 * begin at 0.03 (three sigmoid layers) or above; at a ten-thousandth a layer stands still while the
 * last one learns.
 */
const vanished = 1e-4
/** How much larger. Networks that learn end at 25 or below (five layers). */
const exploded = 300

/** Gradients that shrink or grow by orders of magnitude on their way to the inputs. */
export function gradientFlow(survey: Survey, step: number | undefined): Finding[] {
  const sizes = survey.layers.flatMap((layer) => {
    const size = Math.sqrt(layer.squares / Math.max(1, layer.answers))
    return size > 0 ? [{ layer, size }] : [] // exactly 0: something after it is dead
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
      `the gradients that reach it are ${compared} than those that reach ${last.layer.name} ` +
      `(root mean square of ∂loss/∂output by layer: ${listed(sizes)})`,
    advice: advice.join(' '),
    numbers: { ratio, size: extreme.size, last: last.size, layers: sizes.length },
  })
}

function listed(sizes: readonly Size[]): string {
  const shown = sizes.map(({ size }) => digits(size))
  return (shown.length > 8 ? [...shown.slice(0, 4), '…', ...shown.slice(-3)] : shown).join(', ')
}

/** Flat activations are the usual reason: the steepest slope of each layer, multiplied. */
function wayOut(layers: readonly Layer[]): string[] {
  const units = layers.flatMap((layer) => [...layer.units.values()].slice(0, 1))
  const gentle = units.filter((unit) => unit.hidden && unit.shape.peak < 0.5)
  if (gentle.length === 0) return ['Try fewer layers, or larger weights to start from.']
  const { op, shape } = gentle[0]!
  return [`${op.name} has a slope of at most ${digits(shape.peak)}.`, 'Try tanh or relu there.']
}

import { colourOf, type Figure, figure, type PlotOptions } from './figure.ts'

/** An epoch of a training, as `fit` records it. */
export interface Epoch {
  readonly epoch: number
  readonly loss: number
  readonly validationLoss?: number | undefined
  /** On validation examples. */
  readonly accuracy?: number | undefined
  readonly trainingAccuracy?: number | undefined
}

/** A line of a plot: a name, and a number for each epoch, where there is one. */
interface Series {
  readonly name: string
  readonly of: (epoch: Epoch) => number | undefined
}

/**
 * Training loss, and validation loss where there is one, by epoch: an SVG. The scale is logarithmic where
 * losses span more than a factor of 10. Throws unless there is an epoch.
 */
export function plotLoss(history: readonly Epoch[], options: PlotOptions = {}): Promise<string> {
  const series: Series[] = [
    { name: 'training', of: ({ loss }) => loss },
    { name: 'validation', of: ({ validationLoss }) => validationLoss },
  ]
  return plotSeries(history, series, 'loss', { title: 'Loss by epoch', ...options })
}

/**
 * Share of examples decided rightly, of the training where it is known and of the validation, by epoch: an
 * SVG. Throws unless an epoch has one.
 */
export function plotAccuracy(
  history: readonly Epoch[],
  options: PlotOptions = {},
): Promise<string> {
  const series: Series[] = [
    { name: 'training', of: ({ trainingAccuracy }) => trainingAccuracy },
    { name: 'validation', of: ({ accuracy }) => accuracy },
  ]
  return plotSeries(history, series, 'accuracy', { title: 'Accuracy by epoch', ...options })
}

function plotSeries(
  history: readonly Epoch[],
  series: readonly Series[],
  label: string,
  options: PlotOptions,
): Promise<string> {
  const points = series.flatMap(({ name, of }, k) =>
    history.flatMap((epoch) => {
      const y = of(epoch)
      return y === undefined || !Number.isFinite(y) ? [] : [{ x: epoch.epoch, y, name, k }]
    }),
  )
  if (points.length === 0)
    throw new RangeError(
      `there is no ${label} to plot: expected a history with at least one epoch.`,
    )
  const positive = points.map(({ y }) => y).filter((y) => y > 0)
  const [low, high] = [Math.min(...positive), Math.max(...positive)]
  const logarithmic = label === 'loss' && positive.length === points.length && high > 10 * low
  const names = series.filter(({ name }) => points.some((p) => p.name === name))
  return figure((plot): Figure => {
    const lines = names.map(({ name }, i) => {
      const own = points.filter((p) => p.name === name)
      const last = own.at(-1)!
      const stroke = colourOf(i)
      return [
        plot.line(own, {
          x: 'x',
          y: 'y',
          stroke,
          strokeWidth: 2,
          strokeDasharray: i > 0 ? '5 3' : '',
        }),
        ...(own.length < 2 ? [plot.dot(own, { x: 'x', y: 'y', fill: stroke })] : []),
        plot.text([last], {
          x: 'x',
          y: 'y',
          text: () => name,
          fill: stroke,
          textAnchor: 'start',
          dx: 6,
          dy: names.length > 1 ? (isAbove(last.y, otherEnd(points, name), i) ? -6 : 8) : 0,
        }),
      ]
    })
    return {
      marginLeft: 56,
      marginRight: 84,
      marginBottom: 40,
      x: { label: 'epoch →', ticks: Math.min(8, history.length), tickFormat: 'd', grid: false },
      y: {
        label: `↑ ${label}`,
        grid: true,
        ...(logarithmic
          ? { type: 'log', tickFormat: '~g', ticks: 4 }
          : { nice: true, zero: label === 'loss', ticks: 5 }),
        ...(label === 'accuracy' && { percent: true, label: '↑ accuracy, %' }),
      },
      marks: lines.flat(),
    }
  }, options)
}

/** Which of two names stands above the other; of equal ends the first. */
const isAbove = (own: number, other: number, i: number): boolean =>
  own > other || (own === other && i === 0)

/** Where the other line ends. */
function otherEnd(points: readonly { name: string; y: number }[], name: string): number {
  return points.findLast((p) => p.name !== name)?.y ?? -Infinity
}

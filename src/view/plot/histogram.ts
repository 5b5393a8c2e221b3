import { colourOf, type Figure, figure, type PlotOptions } from './figure.ts'

/** Numbers at one moment of a training. */
export interface Look {
  readonly epoch: number
  readonly numbers: ArrayLike<number>
}

const bins = 28

/**
 * How numbers are spread, moment by moment: an SVG with a column for each look, darker where more of them
 * are, and a line through the medians. Throws unless a look holds a finite number.
 */
export function plotHistograms(looks: readonly Look[], options: PlotOptions = {}): Promise<string> {
  const kept = looks
    .map(({ epoch, numbers }) => ({ epoch, sorted: finite(numbers) }))
    .filter(({ sorted }) => sorted.length > 0)
  if (kept.length === 0)
    throw new RangeError('there is nothing to plot: expected looks that hold finite numbers.')
  const low = Math.min(...kept.map(({ sorted }) => quantile(sorted, 0.005)))
  const high = Math.max(...kept.map(({ sorted }) => quantile(sorted, 0.995)))
  const width = (high - low || Math.abs(high) || 1) / bins
  const start = high > low ? low : low - (width * bins) / 2
  const columns = kept.flatMap(({ epoch, sorted }, i) => {
    const counts = new Array<number>(bins).fill(0)
    for (const x of sorted)
      counts[Math.min(bins - 1, Math.max(0, Math.floor((x - start) / width)))]!++
    const most = Math.max(...counts)
    const next = kept[i + 1]?.epoch ?? epoch + (epoch - (kept[i - 1]?.epoch ?? epoch - 1))
    return counts.flatMap((n, k) =>
      n === 0
        ? []
        : [
            {
              x1: epoch,
              x2: next,
              y1: start + k * width,
              y2: start + (k + 1) * width,
              share: n / most,
            },
          ],
    )
  })
  const medians = kept.map(({ epoch, sorted }) => ({ epoch, median: quantile(sorted, 0.5) }))
  return figure(
    (plot): Figure => ({
      marginLeft: 52,
      marginRight: 12,
      marginTop: 14,
      marginBottom: 30,
      x: { label: null, ticks: 4, tickFormat: 'd' },
      y: { label: null, ticks: 4, tickFormat: (y: number) => String(Number(y.toPrecision(3))) },
      marks: [
        plot.rect(columns, {
          x1: 'x1',
          x2: 'x2',
          y1: 'y1',
          y2: 'y2',
          fill: colourOf(0),
          fillOpacity: (c: { share: number }) => Math.round(85 * Math.sqrt(c.share)) / 100,
          inset: 0,
        }),
        plot.line(medians, { x: 'epoch', y: 'median', stroke: colourOf(1), strokeWidth: 1.5 }),
      ],
    }),
    { width: 260, height: 150, title: 'Spread of numbers by epoch', ...options },
  )
}

function finite(numbers: ArrayLike<number>): Float64Array {
  return Float64Array.from(Array.from(numbers).filter((x) => Number.isFinite(x))).sort()
}

function quantile(sorted: Float64Array, share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!
}

import { colourOf, type Figure, figure, type PlotOptions } from './figure.ts'

/**
 * What was predicted against what is true, a point for each example, on the diagonal where it is right: an
 * SVG. Throws unless there are as many of both, and some.
 */
export function plotPredictions(
  truths: readonly number[],
  predictions: readonly number[],
  options: PlotOptions = {},
): Promise<string> {
  if (truths.length === 0 || truths.length !== predictions.length)
    throw new RangeError(
      `expected a prediction for each truth, got ${predictions.length} for ${truths.length}.`,
    )
  const points = truths.map((truth, i) => ({ truth, prediction: predictions[i]! }))
  const all = [...truths, ...predictions].filter((x) => Number.isFinite(x))
  const [low, high] = [Math.min(...all), Math.max(...all)]
  return figure(
    (plot): Figure => ({
      marginLeft: 60,
      marginBottom: 44,
      x: { label: 'truth →', ticks: 6, nice: true },
      y: { label: '↑ prediction', ticks: 6, nice: true, grid: true },
      marks: [
        plot.line([low, high], {
          x: (x: number) => x,
          y: (x: number) => x,
          stroke: 'currentColor',
          strokeOpacity: 0.5,
          strokeDasharray: '4 4',
        }),
        plot.dot(points, {
          x: 'truth',
          y: 'prediction',
          r: 2.5,
          fill: colourOf(0),
          fillOpacity: 0.6,
        }),
      ],
    }),
    { width: 480, height: 400, title: 'Predictions against truth', ...options },
  )
}

import { colourOf, type Figure, figure, type PlotOptions } from './figure.ts'

/** Numbers that belong together: what came of one setting, seed by seed. */
export interface Group {
  readonly name: string
  readonly numbers: readonly number[]
}

/**
 * A row for each group, a dot for each of its numbers and a bar at their mean: an SVG. The scale is logarithmic
 * where positive numbers span more than a factor of 10, and in % where they are shares. Throws unless a group has a
 * finite number.
 */
export function plotSpread(
  groups: readonly Group[],
  what: {
    readonly rows: string
    readonly numbers: string
    readonly dots: string
    readonly shares?: boolean
  },
  options: PlotOptions = {},
): Promise<string> {
  const dots = groups.flatMap(({ numbers }, row) =>
    numbers.filter(Number.isFinite).map((x) => ({ row, x })),
  )
  if (dots.length === 0)
    throw new RangeError('there is nothing to plot: expected groups that hold finite numbers.')
  const means = groups.flatMap(({ numbers }, row) => {
    const x = numbers.reduce((sum, xi) => sum + xi, 0) / numbers.length
    return Number.isFinite(x) ? [{ row, x }] : []
  })
  const [low, high] = [Math.min(...dots.map(({ x }) => x)), Math.max(...dots.map(({ x }) => x))]
  const logarithmic = !what.shares && low > 0 && high > 10 * low
  const name = (row: number): string => shortened(groups[row]!.name)
  const margin = 16 + 7.4 * Math.max(...groups.map((_, row) => name(row).length))
  return figure(
    (plot): Figure => ({
      marginLeft: margin,
      marginRight: 24,
      marginTop: 30,
      marginBottom: 40,
      x: {
        label: `${what.numbers}${what.shares ? ', %' : ''} (dots: ${what.dots}, bar: mean) →`,
        inset: 8,
        grid: true,
        ...(logarithmic
          ? { type: 'log', tickFormat: '~g', ticks: 4 }
          : { ticks: 6, percent: what.shares === true, nice: true }),
      },
      y: {
        domain: groups.map((_, row) => row),
        label: what.rows,
        labelAnchor: 'top',
        grid: true,
        tickFormat: name,
        tickSize: 0,
      },
      marks: [
        plot.tickX(means, { x: 'x', y: 'row', stroke: colourOf(1), strokeWidth: 2.5, inset: 3 }),
        plot.dot(dots, { x: 'x', y: 'row', r: 3.5, fill: colourOf(0), fillOpacity: 0.55 }),
      ],
    }),
    {
      width: Math.round(margin + 460),
      height: 70 + 24 * groups.length,
      title: `${what.numbers} by ${what.rows}`,
      ...options,
    },
  )
}

const shortened = (name: string): string => (name.length > 48 ? `${name.slice(0, 47)}…` : name)

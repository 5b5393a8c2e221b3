import { colourOf, type Figure, figure, type PlotOptions } from './figure.ts'

/**
 * How often each class (row) was taken for each (column): an SVG. Throws unless the table is square and
 * has a name for each row.
 */
export function plotConfusion(
  table: readonly (readonly number[])[],
  classes: readonly string[] = table.map((_, k) => String(k)),
  options: PlotOptions = {},
): Promise<string> {
  const square = table.length > 0 && table.every((row) => row.length === table.length)
  if (!square || classes.length !== table.length)
    throw new RangeError(
      `a confusion table is square, with a name for each class: got ${table.length} rows of ` +
        `${table[0]?.length ?? 0} and ${classes.length} names.`,
    )
  const cells = table.flatMap((row, truth) =>
    row.map((n, answer) => {
      const share =
        n /
        Math.max(
          1,
          row.reduce((a, b) => a + b, 0),
        )
      return { truth, answer, n, share, right: truth === answer }
    }),
  )
  const name = (k: number): string => shortened(classes[k]!)
  const longest = Math.max(...classes.map((_, k) => name(k).length))
  const size = Math.min(46, Math.max(26, 560 / table.length))
  // Long names stand slanted above narrow columns.
  const slanted = longest * 7.5 > size
  const margin = 40 + longest * 7.5
  const top = slanted ? 44 + longest * 5.2 : 56
  const places = classes.map((_, k) => k)
  return figure(
    (plot): Figure => ({
      marginLeft: margin,
      marginTop: top,
      marginRight: slanted ? longest * 5 : 8,
      marginBottom: 8,
      padding: 0.06,
      x: {
        domain: places,
        label: 'answer →',
        axis: 'top',
        tickFormat: name,
        tickSize: 0,
        tickRotate: slanted ? -40 : 0,
      },
      y: { domain: places, label: '↓ truth', tickFormat: name, tickSize: 0 },
      marks: [
        plot.cell(cells, {
          x: 'answer',
          y: 'truth',
          fill: (cell: (typeof cells)[number]) => colourOf(cell.right ? 2 : 6),
          fillOpacity: (cell: (typeof cells)[number]) =>
            cell.n === 0 ? 0.03 : 0.12 + 0.6 * cell.share,
          rx: 3,
        }),
        plot.text(
          cells.filter(({ n }) => n > 0),
          { x: 'answer', y: 'truth', text: (cell: (typeof cells)[number]) => String(cell.n) },
        ),
      ],
    }),
    {
      width: Math.round(margin + (slanted ? longest * 5 : 8) + size * table.length),
      height: Math.round(top + 8 + size * table.length),
      title: 'Confusion matrix',
      ...options,
    },
  )
}

const shortened = (name: string): string => (name.length > 14 ? `${name.slice(0, 13)}…` : name)

import type { Value } from '../../engine.ts'
import { noGrad } from '../../transforms.ts'
import { colourOf, type Figure, figure, type PlotOptions } from './figure.ts'

/** What is asked at every place of the plane: a model, or a function of the two numbers. */
export type Scorer =
  | { forward(x: readonly number[]): readonly Value[] }
  | ((x: readonly number[]) => readonly number[])

/** Examples of two numbers each; y is the class. */
export interface Plane {
  readonly X: readonly (readonly number[])[]
  readonly y: readonly number[]
  readonly classes?: readonly string[] | undefined
  readonly features?: readonly string[] | undefined
}

/** Places along each side at which the model is asked. */
const side = 72
const shapes = ['circle', 'cross', 'triangle', 'square', 'star', 'diamond', 'wye'] as const

/**
 * Where a model of two inputs decides for which class, under the examples: an SVG. One output decides by
 * its sign, several by the largest. Throws unless every example has two numbers.
 */
export function plotBoundary(
  model: Scorer,
  data: Plane,
  options: PlotOptions = {},
): Promise<string> {
  const wrong = data.X.findIndex((x) => x.length !== 2)
  if (data.X.length === 0 || wrong >= 0)
    throw new RangeError(
      'a boundary is drawn in a plane: expected examples of two numbers, got ' +
        `${wrong < 0 ? 'none' : data.X[wrong]!.length}.`,
    )
  const [x, y] = [0, 1].map((k) => rangeOf(data.X.map((row) => row[k]!))) as [Range, Range]
  const margins = marginsOn(model, x, y)
  const labels = data.y.map((label) => (label < 0 ? 0 : label))
  const nameOf = (k: number): string => data.classes?.[k] ?? `class ${k}`
  const points = data.X.map(([a, b], i) => ({ a: a!, b: b!, k: labels[i]! }))
  const [xName = 'x₀', yName = 'x₁'] = data.features ?? []
  return figure(
    (plot): Figure => ({
      marginLeft: 56,
      marginRight: 16,
      marginTop: 32,
      marginBottom: 44,
      x: { domain: x, label: `${xName} →`, ticks: 6 },
      y: { domain: y, label: `↑ ${yName}`, ticks: 6 },
      marks: [
        ...margins.map((margin, k) =>
          plot.contour(margin, {
            width: side,
            height: side,
            x1: x[0],
            x2: x[1],
            y1: y[0],
            y2: y[1],
            thresholds: [0],
            fill: colourOf(k),
            fillOpacity: 0.16,
            stroke: colourOf(k),
            strokeOpacity: 0.7,
          }),
        ),
        ...margins.map((_, k) =>
          plot.dot(
            points.filter((p) => p.k === k),
            {
              x: 'a',
              y: 'b',
              r: 3,
              symbol: shapes[k % shapes.length]!,
              stroke: colourOf(k),
              fill: colourOf(k),
              fillOpacity: 0.55,
              title: () => nameOf(k),
            },
          ),
        ),
        ...margins.map((_, k) =>
          plot.text([nameOf(k)], {
            frameAnchor: 'top-left',
            fill: colourOf(k),
            fontWeight: 'bold',
            dx: legendAt(margins.map((_class, i) => nameOf(i)).slice(0, k)),
            dy: -20,
          }),
        ),
      ],
    }),
    { width: 480, height: 440, title: 'Decision boundary', ...options },
  )
}

type Range = [number, number]

/** Where the next name of the legend begins: letters of this font are 7.3 pixels wide. */
const legendAt = (before: readonly string[]): number =>
  before.reduce((at, name) => at + 7.3 * name.length + 18, 0)

function rangeOf(numbers: readonly number[]): Range {
  const [low, high] = [Math.min(...numbers), Math.max(...numbers)]
  const room = (high - low || 1) * 0.12
  return [low - room, high + room]
}

/** For each class, at every place: its score above the best of the others. */
function marginsOn(model: Scorer, x: Range, y: Range): number[][] {
  const ask = typeof model === 'function' ? model : numbersOf(model)
  const at = ([low, high]: Range, i: number): number => low + ((high - low) * (i + 0.5)) / side
  const rows: (readonly number[])[] = []
  for (let j = 0; j < side; j++)
    for (let i = 0; i < side; i++) rows.push(scoresOf(ask([at(x, i), at(y, j)])))
  return rows[0]!.map((_, k) => rows.map((scores) => marginOf(scores, k)))
}

function numbersOf(model: Exclude<Scorer, (...x: never) => unknown>) {
  return (x: readonly number[]): readonly number[] =>
    noGrad(() => model.forward(x)).map((v) => v.data)
}

/** One output is the score of the second class. */
const scoresOf = (outputs: readonly number[]): readonly number[] =>
  outputs.length === 1 ? [-outputs[0]!, outputs[0]!] : outputs

function marginOf(scores: readonly number[], k: number): number {
  return scores[k]! - Math.max(...scores.filter((_, i) => i !== k))
}

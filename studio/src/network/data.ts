/** The data of a network: drawn, shipped or the reader's own, as rows of features, in two parts. */
import { Random } from 'chainrule'
import {
  applyStandardisation,
  blobs,
  circles,
  type Dataset,
  digits,
  type GeneratorOptions,
  iris,
  moons,
  spirals,
  split,
  standardise,
  xor,
  yinYang,
} from 'chainrule/data'
import type { NetworkState } from '../share/state.ts'
import { featuresOf } from './choices.ts'

/** A part of the plane. */
export interface Bounds {
  readonly left: number
  readonly right: number
  readonly bottom: number
  readonly top: number
}

/** Examples as the network gets them. */
export interface Part {
  readonly X: readonly (readonly number[])[]
  readonly y: readonly number[]
  /** The rows as they came. */
  readonly raw: readonly (readonly number[])[]
  /** Where they are drawn; for data that lies in no plane, its first two columns. */
  readonly points: readonly (readonly [number, number])[]
}

export interface Prepared {
  readonly train: Part
  readonly test: Part
  readonly classes: readonly string[]
  readonly features: readonly string[]
  /** The plane that is drawn; undefined where a row is a picture. */
  readonly bounds: Bounds | undefined
  /** The row of features of a place of that plane. */
  place(x: number, y: number): number[]
}

/** The plane that points of one's own are clicked into. */
export const ownBounds: Bounds = { left: -1.5, right: 1.5, bottom: -1.5, top: 1.5 }
export const clicked = ({ data, own }: NetworkState): boolean =>
  data === 'own' && own?.name === clickedName
export const clickedName = 'own points'

const drawn: Readonly<Record<string, (count: number, options: GeneratorOptions) => Dataset>> = {
  moons,
  circles,
  spirals,
  xor,
  blobs,
  yinYang,
}

/** Throws in one sentence where there is too little to learn from. */
export function prepared(settings: NetworkState): Prepared {
  const raw = rawOf(settings)
  const plane = raw.features?.length === 2
  const scaled = plane ? undefined : standardise(raw)
  const toRow = plane
    ? ([x, y]: readonly number[]) => featuresOf(settings.features, x!, y!)
    : (row: readonly number[]) => applyStandardisation([row], scaled!.standardisation)[0]!
  const { train, validation } = split(raw, { fraction: settings.held, seed: settings.seed })
  const part = (data: Dataset): Part => ({
    X: data.X.map(toRow),
    raw: data.X,
    y: data.y,
    points: data.X.map(([x, y = 0]) => [x!, y] as const),
  })
  const mean = scaled?.standardisation.mean ?? []
  return {
    train: part(train),
    test: part(validation),
    classes: raw.classes!,
    features: plane ? settings.features : raw.features!,
    bounds: clicked(settings) ? ownBounds : raw.features!.length > 10 ? undefined : boundsOf(raw),
    place: (x, y) => toRow([x, y, ...mean.slice(2)].slice(0, raw.features!.length)),
  }
}

function rawOf({ data, own, count, noise, seed }: NetworkState): Dataset {
  const draw = drawn[data]
  if (draw !== undefined) return draw(count, { noise, random: new Random(seed) })
  if (data === 'iris') return iris()
  if (data === 'digits') return digits()
  const rows = own?.rows ?? []
  if (new Set(rows.map(({ y }) => y)).size < 2)
    throw new RangeError('Own data needs points of both classes: click into the picture.')
  if (rows.length < 4) throw new RangeError('Own data needs at least four points.')
  return {
    name: own!.name,
    X: rows.map(({ x }) => [...x]),
    y: rows.map(({ y }) => y),
    classes: own!.classes,
    features: own!.features,
  }
}

const range = (list: number[]): [number, number] => [Math.min(...list), Math.max(...list)]

/** A square around all points, with a margin. */
function boundsOf({ X }: Dataset): Bounds {
  const [xs, ys] = [X.map(([x]) => x!), X.map((row) => row[1] ?? 0)]
  const [[x0, x1], [y0, y1]] = [range(xs), range(ys)]
  const half = Math.max(x1 - x0, y1 - y0, 1e-6) * 0.56
  const [x, y] = [(x0 + x1) / 2, (y0 + y1) / 2]
  return { left: x - half, right: x + half, bottom: y - half, top: y + half }
}

/** Points of the plane drawn for a purpose: each set asks something else of a network. */
import { Random } from '../random.ts'
import type { Dataset } from './dataset.ts'

/** How points are drawn. */
export interface GeneratorOptions {
  /** Standard deviation of the normal scatter added to both coordinates. */
  readonly noise?: number | undefined
  /** Default 0. */
  readonly seed?: number | undefined
  /** Draws instead of a `new Random(seed)`. */
  readonly random?: Random | undefined
}

/** Where an example lies before the scatter: the position in the plane, and the class. */
type Point = readonly [x: number, y: number, label: number]

/** `count` points in random order, scattered. The i-th is what `point` says of i. */
function scattered(
  name: string,
  classes: readonly string[],
  count: number,
  { noise = 0, seed = 0, random = new Random(seed) }: GeneratorOptions,
  point: (i: number, random: Random) => Point,
): Dataset {
  if (!(Number.isInteger(count) && count > 0))
    throw new RangeError(`${name}: the count must be a whole number from 1, got ${count}.`)
  if (!(noise >= 0 && noise < Infinity))
    throw new RangeError(`${name}: the noise must be a number from 0, got ${noise}.`)
  const points = Array.from({ length: count }, (_, i) => point(i, random))
  random.shuffle(points)
  return {
    name,
    X: points.map(([x, y]) => [x + random.gauss(0, noise), y + random.gauss(0, noise)]),
    y: points.map(([, , label]) => label),
    classes,
    features: ['x', 'y'],
  }
}

/** The i-th of n numbers evenly from 0 to `end`, both included. */
const step = (i: number, n: number, end: number): number => (n > 1 ? (i / (n - 1)) * end : 0)

/**
 * Two half circles that reach into each other: no straight line divides them. Upper moon around
 * (0, 0), lower around (1, ½), radius 1, as in scikit-learn's make_moons. Noise 0.1 by default.
 */
export function moons(count = 100, options: GeneratorOptions = {}): Dataset {
  const upper = Math.floor(count / 2)
  const settings = { ...options, noise: options.noise ?? 0.1 }
  return scattered('moons', ['upper', 'lower'], count, settings, (i) => {
    const low = i >= upper
    const angle = low ? step(i - upper, count - upper, Math.PI) : step(i, upper, Math.PI)
    const [x, y] = [Math.cos(angle), Math.sin(angle)]
    return low ? [1 - x, 0.5 - y, 1] : [x, y, 0]
  })
}

/**
 * A circle of radius `factor` (class 1) inside one of radius 1 (class 0), as in scikit-learn's
 * make_circles, there with a factor of 0.8. Noise 0.1 by default.
 */
export function circles(
  count = 100,
  options: GeneratorOptions & { readonly factor?: number | undefined } = {},
): Dataset {
  const { factor = 0.5 } = options
  const outer = Math.floor(count / 2)
  const settings = { ...options, noise: options.noise ?? 0.1 }
  return scattered('circles', ['outer', 'inner'], count, settings, (i) => {
    const inner = i >= outer
    const angle = 2 * Math.PI * (inner ? (i - outer) / (count - outer) : i / outer)
    const radius = inner ? factor : 1
    return [radius * Math.cos(angle), radius * Math.sin(angle), Number(inner)]
  })
}

/**
 * Two arms wound around each other, `turns` times, from the middle out to radius 1: the hardest of
 * the plane's classics (Lang & Witbrock 1988). Noise 0.02 by default.
 */
export function spirals(
  count = 100,
  options: GeneratorOptions & { readonly turns?: number | undefined } = {},
): Dataset {
  const { turns = 1.5 } = options
  const settings = { ...options, noise: options.noise ?? 0.02 }
  return scattered('spirals', ['first', 'second'], count, settings, (i) => {
    const label = i % 2
    const radius = (i - label + 2) / (count + 1)
    const angle = 2 * Math.PI * turns * radius + Math.PI * label
    return [radius * Math.cos(angle), radius * Math.sin(angle), label]
  })
}

/**
 * Exclusive or: clouds on the corners of the unit square, class 1 where the corners' coordinates
 * differ. Four points without noise are the truth table. Noise 0.1 by default.
 */
export function xor(count = 100, options: GeneratorOptions = {}): Dataset {
  const settings = { ...options, noise: options.noise ?? 0.1 }
  return scattered('xor', ['same', 'different'], count, settings, (i) => {
    const [x, y] = [i & 1, (i >> 1) & 1]
    return [x, y, x ^ y]
  })
}

/**
 * Round clouds, one a class, with `centers` evenly on the unit circle (one: in its middle). Noise 0.3
 * by default.
 */
export function blobs(
  count = 100,
  options: GeneratorOptions & { readonly centers?: number | undefined } = {},
): Dataset {
  const { centers = 3 } = options
  if (!(Number.isInteger(centers) && centers > 1))
    throw new RangeError(`blobs: centers must be a whole number from 2, got ${centers}.`)
  const classes = Array.from({ length: centers }, (_, k) => `blob ${k + 1}`)
  const settings = { ...options, noise: options.noise ?? 0.3 }
  return scattered('blobs', classes, count, settings, (i) => {
    const label = i % centers
    const angle = (2 * Math.PI * label) / centers
    return [Math.cos(angle), Math.sin(angle), label]
  })
}

/**
 * The yin-yang symbol in the unit square: yin, yang, and the dots of both; a third of the examples
 * each, even in area. Exact without noise, the default. Kriener, Göltz & Petrovici, "The Yin-Yang
 * dataset", 2021 (arXiv:2102.08211).
 */
export function yinYang(count = 100, options: GeneratorOptions = {}): Dataset {
  return scattered('yinYang', ['yin', 'yang', 'dot'], count, options, (i, random) => {
    const wanted = i % 3
    let [x, y, label] = [0, 0, -1]
    while (label !== wanted) {
      x = random.random()
      y = random.random()
      label = sideOf(x, y)
    }
    return [x, y, label]
  })
}

/** 0 yin, 1 yang, 2 a dot, −1 outside of the circle. */
function sideOf(x: number, y: number): number {
  if (Math.hypot(x - 0.5, y - 0.5) > 0.5) return -1
  const left = Math.hypot(x - 0.25, y - 0.5)
  const right = Math.hypot(x - 0.75, y - 0.5)
  if (Math.min(left, right) < 0.1) return 2
  return left <= 0.25 || (y > 0.5 && right > 0.25) ? 1 : 0
}

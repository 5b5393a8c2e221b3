/** A stretch of the plane on a drawing of so many pixels: where points, curves and ticks lie. */

export type Range = readonly [low: number, high: number]

/** Room for the numbers along the axes. */
const margin = { left: 44, right: 12, top: 12, bottom: 28 }

export class Plane {
  readonly width: number
  readonly height: number
  readonly xs: Range
  readonly ys: Range
  /** The part inside the axes. */
  readonly inner: {
    readonly x: number
    readonly y: number
    readonly width: number
    readonly height: number
  }

  constructor(width: number, height: number, xs: Range, ys: Range) {
    this.width = width
    this.height = height
    this.xs = xs
    this.ys = ys
    this.inner = {
      x: margin.left,
      y: margin.top,
      width: Math.max(1, width - margin.left - margin.right),
      height: Math.max(1, height - margin.top - margin.bottom),
    }
  }

  x(at: number): number {
    const { x, width } = this.inner
    return x + ((at - this.xs[0]) / (this.xs[1] - this.xs[0])) * width
  }

  /** Far outside it stays a number that a browser can draw. */
  y(at: number): number {
    const { y, height } = this.inner
    const from = y + height - ((at - this.ys[0]) / (this.ys[1] - this.ys[0])) * height
    return Math.max(-1e5, Math.min(1e5, from))
  }

  /** The number below a pixel. */
  atX(pixel: number): number {
    const { x, width } = this.inner
    const at = this.xs[0] + ((pixel - x) / width) * (this.xs[1] - this.xs[0])
    return Math.max(this.xs[0], Math.min(this.xs[1], at))
  }

  /** The curve of a function, as the `d` of a path. */
  curve(f: (x: number) => number, points = 160): string {
    const [low, high] = this.xs
    return this.line(
      Array.from({ length: points + 1 }, (_, i) => {
        const x = low + ((high - low) * i) / points
        return [x, f(x)]
      }),
    )
  }

  line(points: readonly (readonly [x: number, y: number])[]): string {
    return points
      .map(([x, y], i) => `${i === 0 ? 'M' : 'L'}${this.x(x).toFixed(1)} ${this.y(y).toFixed(1)}`)
      .join('')
  }
}

/** Round numbers in a range, some five of them. */
export function ticks([low, high]: Range, about = 5): number[] {
  const raw = (high - low) / about
  const power = 10 ** Math.floor(Math.log10(raw))
  const step = [1, 2, 5, 10].map((k) => k * power).find((step) => step >= raw)!
  const from = Math.ceil(low / step)
  const count = Math.floor(high / step) - from + 1
  return Array.from({ length: count }, (_, i) => Number(((from + i) * step).toPrecision(10)))
}

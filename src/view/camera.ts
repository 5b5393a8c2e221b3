/** What part of a drawing one sees: plain arithmetic of pan and zoom. */

export interface Size {
  readonly width: number
  readonly height: number
}

export interface Point {
  readonly x: number
  readonly y: number
}

/** A rectangle of the drawing. */
export interface Box extends Point, Size {}

/** `x`, `y`: the point of the drawing at the window’s upper left corner; `scale`: pixels a unit. */
export interface Camera extends Point {
  readonly scale: number
}

const [smallest, largest] = [0.02, 8]
/** Pixels around what floats over the window: what is nearer looks as if it were under it. */
const clear = 6

/** The whole of `drawing` in the middle of the window, never larger than `most`. */
export function fitted(drawing: Box, window: Size, margin: number, most: number): Camera {
  const across = (window.width - 2 * margin) / drawing.width
  const down = (window.height - 2 * margin) / drawing.height
  return centred(drawing, window, clamp(Math.min(across, down, most)))
}

/** The middle of `box` in the middle of the window. */
export function centred(box: Box, window: Size, scale: number): Camera {
  return {
    x: box.x + box.width / 2 - window.width / scale / 2,
    y: box.y + box.height / 2 - window.height / scale / 2,
    scale,
  }
}

/** Nearer or farther by `factor`, with the drawing fixed at one point of the window. */
export function zoomed(camera: Camera, at: Point, factor: number): Camera {
  const scale = clamp(camera.scale * factor)
  return {
    x: camera.x + at.x / camera.scale - at.x / scale,
    y: camera.y + at.y / camera.scale - at.y / scale,
    scale,
  }
}

/** The drawing moved by so many pixels of the window. */
export function moved(camera: Camera, by: Point): Camera {
  const { x, y, scale } = camera
  return { x: x - by.x / scale, y: y - by.y / scale, scale }
}

/** Moved as little as shows `box` with a margin; centred where it is larger than the window. */
export function revealing(camera: Camera, box: Box, window: Size, margin: number): Camera {
  const { scale } = camera
  return {
    x: revealed(camera.x, window.width / scale, box.x, box.width, margin / scale),
    y: revealed(camera.y, window.height / scale, box.y, box.height, margin / scale),
    scale,
  }
}

function revealed(from: number, length: number, at: number, size: number, margin: number): number {
  if (size + 2 * margin > length) return at + size / 2 - length / 2
  return Math.min(Math.max(from, at + size + margin - length), at - margin)
}

/** The smallest rectangle around all. */
export function around(boxes: readonly Box[]): Box {
  const x = Math.min(...boxes.map((box) => box.x))
  const y = Math.min(...boxes.map((box) => box.y))
  const right = Math.max(...boxes.map((box) => box.x + box.width))
  const low = Math.max(...boxes.map((box) => box.y + box.height))
  return { x, y, width: right - x, height: low - y }
}

/**
 * The largest of some views of a drawing in which nothing of what floats over the window, given in its
 * pixels, lies on `box`; the first of all where there is none.
 */
export function uncovered(views: readonly Camera[], box: Box, floating: readonly Box[]): Camera {
  const covered = ({ x, y, scale }: Camera): boolean => {
    const [left, top] = [(box.x - x) * scale, (box.y - y) * scale]
    return floating.some(
      (float) =>
        float.x - clear < left + box.width * scale &&
        float.x + float.width + clear > left &&
        float.y - clear < top + box.height * scale &&
        float.y + float.height + clear > top,
    )
  }
  const free = views.filter((view) => !covered(view))
  return free.reduce((a, b) => (b.scale > a.scale ? b : a), free[0] ?? views[0]!)
}

/** Part of the way from one camera to another; `t` from 0 to 1. */
export function between(a: Camera, b: Camera, t: number): Camera {
  const mix = (from: number, to: number): number => from + (to - from) * t
  return { x: mix(a.x, b.x), y: mix(a.y, b.y), scale: mix(a.scale, b.scale) }
}

function clamp(scale: number): number {
  return Math.min(Math.max(scale, smallest), largest)
}

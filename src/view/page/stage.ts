/** The window onto the drawing: pan by dragging, zoom by wheel and pinch, move to what matters. */
import {
  around,
  between,
  centred,
  type Box,
  type Camera,
  fitted,
  moved,
  type Point,
  revealing,
  type Size,
  uncovered,
  zoomed,
} from '../camera.ts'
import { calm } from './motion.ts'

/** Room around a drawing that is fitted, and around what is brought into sight. */
const [margin, room] = [28, 56]
/** A drawing is shown whole at first unless it would be smaller than `readable`; then it is `near`. */
const [readable, near] = [0.7, 0.85]
/** The smallest scale for a group that was opened. */
const least = 0.6

export class Stage {
  readonly #host: HTMLElement
  #drawing: Box = { x: 0, y: 0, width: 1, height: 1 }
  /** What one is to see of it in any case. */
  #goal: Box = this.#drawing
  #camera: Camera = { x: 0, y: 0, scale: 1 }
  /** Where the camera is going. */
  #target: Camera = this.#camera
  #svg: SVGSVGElement | undefined
  /** Told what part of the drawing one sees, whenever that changes. */
  #see: (window: Box) => void = () => {}
  /** As it was when the window last changed: to ask the page lays all of it out, so it is asked once. */
  #size: Size | undefined
  /** Buttons over it, in its pixels: asked at the same time. */
  #floating: readonly Box[] = []
  /** How it was shown last, if nobody has moved since: shown so again when the window changes. */
  #again: (() => void) | undefined
  #frame = 0
  /** Pointers that are down, by id: one pans, two pinch. */
  readonly #pointers = new Map<number, Point>()
  #dragged = false

  constructor(host: HTMLElement) {
    this.#host = host
    host.addEventListener('wheel', (event) => this.#wheel(event), { passive: false })
    host.addEventListener('pointerdown', (event) => this.#down(event))
    host.addEventListener('pointermove', (event) => this.#move(event))
    for (const end of ['pointerup', 'pointercancel'] as const)
      host.addEventListener(end, (event) => this.#pointers.delete(event.pointerId))
    host.addEventListener('click', (event) => this.#click(event), { capture: true })
    new ResizeObserver(() => {
      this.#size = this.#measured()
      ;(this.#again ?? (() => this.#apply()))()
    }).observe(host)
  }

  get size(): Size {
    return (this.#size ??= this.#measured())
  }

  #measured(): Size {
    const buttons = this.#host.parentElement!.querySelectorAll<HTMLElement>('.floating')
    this.#floating = [...buttons].map((e) => ({
      x: e.offsetLeft,
      y: e.offsetTop,
      width: e.offsetWidth,
      height: e.offsetHeight,
    }))
    return { width: this.#host.clientWidth || 1, height: this.#host.clientHeight || 1 }
  }

  /** Takes over a drawing; where one sees it from stays as it is. */
  show(svg: SVGSVGElement, drawing: Box, goal: Box, see: (window: Box) => void): void {
    this.#svg = svg
    this.#drawing = drawing
    this.#goal = goal
    this.#see = see
    svg.setAttribute('width', '100%')
    svg.setAttribute('height', '100%')
    svg.setAttribute('preserveAspectRatio', 'xMinYMin meet')
    this.#apply()
  }

  /** The whole drawing, at most at its natural size. */
  fit(): void {
    this.goTo(this.#beside((window) => fitted(this.#drawing, window, margin, 1)))
    this.#again = () => this.fit()
  }

  /** The whole drawing where its numbers can be read so, else what lies around the goal. */
  begin(): void {
    const whole = this.#beside((window) => fitted(this.#drawing, window, margin, 1))
    const part = (window: Size): Camera =>
      revealing(centred(this.#drawing, window, near), this.#goal, window, room)
    this.#set(whole.scale >= readable ? whole : this.#beside(part))
    this.#again = () => this.begin()
  }

  /** With the goal not under a button: in all of the window, or left of its buttons, or above them. */
  #beside(view: (window: Size) => Camera): Camera {
    const { width, height } = this.size
    const xs = this.#floating.map(({ x }) => x).filter((x) => x > width / 2)
    const ys = this.#floating.map(({ y }) => y).filter((y) => y > height / 2)
    const [right, low] = [Math.min(width, ...xs), Math.min(height, ...ys)]
    const windows = [
      { width, height },
      { width: right, height },
      { width, height: low },
    ]
    return uncovered(windows.map(view), this.#goal, this.#floating)
  }

  /** Whether nobody has moved since the drawing was last shown whole. */
  get untouched(): boolean {
    return this.#again !== undefined
  }

  zoom(factor: number): void {
    const { width, height } = this.size
    this.goTo(zoomed(this.#target, { x: width / 2, y: height / 2 }, factor))
  }

  pan(x: number, y: number): void {
    this.goTo(moved(this.#target, { x, y }))
  }

  /** Moves as little as brings `box` into sight. */
  reveal(box: Box): void {
    this.goTo(revealing(this.#target, box, this.size, room))
  }

  /** The same, from farther away where `box` is larger than the window, as far as it stays readable. */
  embrace(box: Box): void {
    const { scale } = this.#target
    const whole = fitted(box, this.size, margin, scale).scale
    const farther = zoomed(
      this.#target,
      { x: 0, y: 0 },
      Math.max(whole, Math.min(scale, least)) / scale,
    )
    this.goTo(revealing(farther, box, this.size, margin))
  }

  /** Brings all of `boxes` into sight where there is room for them, else `first`. */
  revealAll(first: Box, boxes: readonly Box[]): void {
    const all = around(boxes)
    const { width, height } = this.size
    const { scale } = this.#target
    const fits = all.width * scale + room < width && all.height * scale + room < height
    this.reveal(fits ? all : first)
  }

  /** Keeps what is at `from` where it stands in the window, now that it is at `to`. */
  hold(from: Point, to: Point): void {
    const { x, y, scale } = this.#target
    this.#set({ x: x + to.x - from.x, y: y + to.y - from.y, scale })
  }

  /** There at once for who prefers so, else within a fifth of a second. */
  goTo(target: Camera): void {
    cancelAnimationFrame(this.#frame)
    this.#target = target
    this.#again = undefined
    const [from, start, duration] = [this.#camera, performance.now(), calm() ? 0 : 200]
    const step = (now: number): void => {
      const t = duration === 0 ? 1 : Math.min(1, Math.max(0, (now - start) / duration))
      this.#camera = between(from, target, 1 - (1 - t) ** 3)
      this.#apply()
      if (t < 1) this.#frame = requestAnimationFrame(step)
    }
    step(start)
  }

  #apply(): void {
    const { x, y, scale } = this.#camera
    const { width, height } = this.size
    const window = { x, y, width: width / scale, height: height / scale }
    this.#svg?.setAttribute('viewBox', `${x} ${y} ${window.width} ${window.height}`)
    this.#see(window)
  }

  #at(event: MouseEvent): Point {
    const box = this.#host.getBoundingClientRect()
    return { x: event.clientX - box.left, y: event.clientY - box.top }
  }

  #set(camera: Camera): void {
    cancelAnimationFrame(this.#frame)
    this.#camera = this.#target = camera
    this.#again = undefined
    this.#apply()
  }

  #wheel(event: WheelEvent): void {
    event.preventDefault()
    const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 30 : 1
    if (event.shiftKey) {
      const across = -(event.deltaX || event.deltaY) * unit
      this.#set(moved(this.#camera, { x: across, y: 0 }))
      return
    }
    const strength = event.ctrlKey ? 0.01 : 0.0016 // a pinch on a touchpad comes as ctrl + wheel
    const factor = Math.exp(-Math.min(Math.max(event.deltaY * unit, -300), 300) * strength)
    this.#set(zoomed(this.#camera, this.#at(event), factor))
  }

  #down(event: PointerEvent): void {
    if (event.button !== 0) return
    if (this.#pointers.size === 0) this.#dragged = false
    this.#pointers.set(event.pointerId, this.#at(event))
  }

  #move(event: PointerEvent): void {
    const from = this.#pointers.get(event.pointerId)
    if (from === undefined) return
    const to = this.#at(event)
    if (!this.#dragged && Math.hypot(to.x - from.x, to.y - from.y) < 4) return
    if (!this.#dragged) this.#host.setPointerCapture(event.pointerId)
    this.#dragged = true
    const other = [...this.#pointers].find(([id]) => id !== event.pointerId)?.[1]
    this.#pointers.set(event.pointerId, to)
    const by = { x: to.x - from.x, y: to.y - from.y }
    if (other === undefined) this.#set(moved(this.#camera, by))
    else this.#pinch(from, to, other)
  }

  /** One finger moves, the other rests: nearer by the ratio of distances, around the resting one. */
  #pinch(from: Point, to: Point, other: Point): void {
    const distance = (a: Point): number => Math.hypot(a.x - other.x, a.y - other.y) || 1
    this.#set(zoomed(this.#camera, other, distance(to) / distance(from)))
  }

  /** The click that ends a drag chooses nothing. */
  #click(event: MouseEvent): void {
    if (!this.#dragged) return
    this.#dragged = false
    event.stopPropagation()
  }
}

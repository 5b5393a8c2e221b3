/** The controls of both passes: to the start, back, play, on, to the end, and a slider over all. */
import { narrated } from '../narration.ts'
import { button, element, icon } from './element.ts'
import type { Model } from './model.ts'

const icons = {
  first: 'M5 4v12M15.5 4.5L8 10l7.5 5.5z',
  previous: 'M13.5 4.5L6 10l7.5 5.5z',
  play: 'M6 3.8L16 10L6 16.2z',
  pause: 'M6 4h2.6v12H6zM11.4 4H14v12h-2.6z',
  next: 'M6.5 4.5L14 10l-7.5 5.5z',
  last: 'M15 4v12M4.5 4.5L12 10l-7.5 5.5z',
}
/** Milliseconds a step. */
const speeds = [
  ['slow', 2400],
  ['normal', 1200],
  ['fast', 400],
] as const

const control = (label: string, path: string, press: () => void): HTMLButtonElement =>
  button(label, icon(path, true), press)

export class Player {
  readonly #model: Model
  readonly #slider = element('input', { type: 'range', min: 0, step: 1, 'aria-label': 'Step' })
  readonly #play: HTMLButtonElement
  readonly #speed = element('select', { 'aria-label': 'Speed of playing' })
  readonly #words = element('p', { class: 'words', 'aria-live': 'polite' })
  readonly #passes = element('div', { class: 'passes' })
  readonly #back: HTMLButtonElement[]
  readonly #on: HTMLButtonElement[]
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(model: Model, host: HTMLElement) {
    this.#model = model
    this.#play = control('Play', icons.play, () => this.toggle())
    this.#back = [
      control('To the first step', icons.first, () => this.go(0)),
      control('Step back', icons.previous, () => this.step(-1)),
    ]
    this.#on = [
      control('Step on', icons.next, () => this.step(1)),
      control('To the whole graph', icons.last, () => this.go(model.stops.length)),
    ]
    for (const [name, pause] of speeds)
      this.#speed.append(element('option', { value: pause, selected: name === 'normal' }, name))
    this.#slider.addEventListener('input', () => this.go(Number(this.#slider.value)))
    const buttons = element('div', { class: 'controls' }, ...this.#back, this.#play, ...this.#on)
    host.append(
      this.#words,
      element(
        'div',
        { class: 'transport' },
        buttons,
        element('div', { class: 'track' }, this.#slider, this.#passes),
        this.#speed,
      ),
    )
    model.listen(() => this.#update())
    this.#update()
  }

  get playing(): boolean {
    return this.#timer !== undefined
  }

  /** Goes there by hand, which ends playing. */
  go(stop: number): void {
    this.pause()
    this.#model.go(stop)
  }

  /** One stop on or back; on from the whole graph leads to the first. */
  step(by: 1 | -1): void {
    const { stop, stops } = this.#model
    this.go(by > 0 && stop === stops.length ? 0 : stop + by)
  }

  toggle(): void {
    if (this.playing) {
      this.pause()
      return
    }
    if (!this.#model.stepping) this.#model.go(0)
    this.#schedule()
    this.#update()
  }

  pause(): void {
    if (!this.playing) return
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#update()
  }

  #schedule(): void {
    this.#timer = setTimeout(() => {
      const { stop, stops } = this.#model
      if (stop + 1 < stops.length) this.#schedule()
      else this.#timer = undefined
      this.#model.go(stop + 1)
    }, Number(this.#speed.value))
  }

  #update(): void {
    const { stop, stops, passes, stepping } = this.#model
    const words = this.#sentence()
    this.#slider.max = String(stops.length)
    this.#slider.value = String(stop)
    this.#slider.setAttribute('aria-valuetext', words)
    if (this.#words.textContent !== words) this.#words.textContent = words
    const seed = stops.findIndex(({ first }) => first === passes.seed)
    this.#passes.replaceChildren(
      this.#passButton('forward', 0, seed, stepping && stop < seed),
      this.#passButton('backward', seed, stops.length - seed, stepping && stop >= seed),
    )
    for (const control of this.#back) control.disabled = stop === 0
    this.#on[1]!.disabled = !stepping
    this.#show(this.playing ? 'Pause' : 'Play', this.playing ? icons.pause : icons.play)
  }

  #passButton(name: string, from: number, steps: number, current: boolean): HTMLButtonElement {
    const made = button(name, name, () => this.go(from), {
      class: `${name}${current ? ' current' : ''}`,
      'aria-pressed': String(current),
      title: `To the beginning of the ${name} pass`,
    })
    made.style.flexGrow = String(Math.max(steps, 1))
    return made
  }

  #show(label: string, path: string): void {
    if (this.#play.title === label) return
    this.#play.title = label
    this.#play.setAttribute('aria-label', label)
    this.#play.replaceChildren(icon(path, true))
  }

  #sentence(): string {
    const { stop, stops, passes } = this.#model
    const current = stops[stop]
    if (current === undefined) return 'The whole graph.'
    const place = this.#model.placeAt(current)
    const name = place === undefined ? undefined : this.#model.placeName(place)
    return narrated(passes, current, name)
  }
}

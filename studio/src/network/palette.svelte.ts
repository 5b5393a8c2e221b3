/** Colours of classes and of signs, the same in light and dark; every one has a shape or a dash beside it. */

export type Colour = readonly [red: number, green: number, blue: number]

export const classColours: readonly Colour[] = [
  [47, 107, 214],
  [214, 120, 24],
  [38, 146, 86],
  [150, 80, 190],
  [200, 62, 82],
  [24, 150, 168],
  [140, 120, 30],
  [105, 105, 115],
  [220, 90, 160],
  [90, 90, 220],
]

export const css = ([r, g, b]: Colour, alpha = 1): string => `rgb(${r} ${g} ${b} / ${alpha})`
export const colourOf = (k: number): Colour => classColours[k % classColours.length]!

/** The paper of the page as it is now: one look at the style a change of colours, none a frame. */
class Paper {
  colour = $state.raw<Colour>([255, 255, 255])

  constructor() {
    this.look()
    const look = (): void => this.look()
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', look)
    new MutationObserver(look).observe(document.documentElement, {
      attributeFilter: ['data-theme'],
    })
  }

  look(): void {
    const text = getComputedStyle(document.documentElement).getPropertyValue('--cr-paper')
    const [r = 255, g = 255, b = 255] = (text.match(/[\da-f]{2}/gi) ?? []).map((x) =>
      Number.parseInt(x, 16),
    )
    this.colour = [r, g, b]
  }
}
export const paper: Paper = new Paper()

/** A colour as strong as so many 64ths, on a paper, as the bytes of a pixel in one number. */
export function pixels(ground: Colour, colour: Colour): Uint32Array {
  return Uint32Array.from({ length: 65 }, (_, k) => {
    const at = (i: number): number => Math.round(ground[i]! + ((colour[i]! - ground[i]!) * k) / 64)
    return (255 << 24) | (at(2) << 16) | (at(1) << 8) | at(0)
  })
}

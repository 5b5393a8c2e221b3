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

/** The paper of the page as it is now. */
export function paper(of: Element): Colour {
  const probe = getComputedStyle(of).getPropertyValue('--cr-paper').trim()
  const [r = 255, g = 255, b = 255] = (probe.match(/[\da-f]{2}/gi) ?? []).map((x) =>
    parseInt(x, 16),
  )
  return [r, g, b]
}

/** `strength` of a colour on the paper, into place k of an image. */
export function dab(
  image: ImageData,
  k: number,
  ground: Colour,
  colour: Colour,
  strength: number,
): void {
  for (let i = 0; i < 3; i++)
    image.data[4 * k + i] = ground[i]! + (colour[i]! - ground[i]!) * strength
  image.data[4 * k + 3] = 255
}

/** What all plots share: Observable Plot, a document to draw in, colours, and the SVG as text. */
import type * as Plot from '@observablehq/plot'
import { dark, light, type Theme } from '../palette.ts'
import { documentHere, nodeModule, refuseWorkers } from '../surroundings.ts'

/** How a plot is drawn. */
export interface PlotOptions {
  /** Pixels. Default 640 by 320, or what suits the plot. */
  readonly width?: number | undefined
  readonly height?: number | undefined
  /** 'auto' follows the reader's light or dark mode. */
  readonly theme?: Theme | undefined
  /** What screen readers say. */
  readonly title?: string | undefined
}

/** @internal Internal, as all that names Plot's types: they need types of D3, which a user may not have. */
type Library = typeof Plot
/** @internal What Plot is told; size and document come from here. */
export type Figure = Omit<Plot.PlotOptions, 'width' | 'height' | 'document'>

/** Told apart in light and dark, and by most colour-blind readers; shapes and labels tell as well. */
const colours = [
  '#3b6fd4',
  '#d9822b',
  '#2a9d6f',
  '#b5489e',
  '#8a6d1f',
  '#5b8fa8',
  '#c0453f',
  '#6b5bd2',
  '#7a8f2a',
  '#808692',
] as const

/** The colour of a series or a class. */
export const colourOf = (i: number): string => colours[i % colours.length]!

/** @internal Draws what `build` describes. Throws what Plot throws on options that do not fit. */
export async function figure(
  build: (plot: Library) => Figure,
  { width = 640, height = 320, theme = 'auto', title = 'Plot' }: PlotOptions,
): Promise<string> {
  const plot = await import('@observablehq/plot')
  const svg = plot.plot({
    ...build(plot),
    width,
    height,
    document: (await documentToDraw()) as never,
  })
  // What Plot calls its parts means nothing to a reader who hears it.
  for (const part of svg.querySelectorAll('[aria-label]')) part.removeAttribute('aria-label')
  svg.setAttribute('xmlns', 'http://www.w3.org/2000/svg')
  svg.setAttribute('role', 'img')
  svg.setAttribute('aria-label', title)
  svg.setAttribute('class', `chainrule-plot ${theme}`)
  svg.insertAdjacentHTML('afterbegin', `<style>${styleOf(theme)}</style>`)
  return svg.outerHTML
}

/** The page's own document, or one without a page. */
async function documentToDraw(): Promise<object> {
  const own = documentHere()
  if (own !== undefined) return own
  refuseWorkers('a plot')
  const { parseHTML } = await nodeModule<typeof import('linkedom')>('linkedom')
  return parseHTML('<!doctype html><html><body></body></html>').document
}

/** Ink and paper. Plot itself writes everything in the colour of the text. */
function styleOf(theme: Theme): string {
  const font = 'font:12px "DejaVu Sans Mono",ui-monospace,monospace'
  const rule = ({ ink, paper }: typeof light): string => `color:${ink};background:${paper};${font}`
  const of = (name: string, palette: typeof light): string =>
    `.chainrule-plot.${name}{${rule(palette)}}`
  const auto = `@media (prefers-color-scheme:dark){.chainrule-plot.auto{${rule(dark)}}}`
  return theme === 'auto' ? of('auto', light) + auto : of(theme, theme === 'dark' ? dark : light)
}

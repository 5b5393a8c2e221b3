/** Pictures and explanations of a graph of Values. */
export type { Opening } from './opening.ts'
export { type PngOptions, toPng } from './png.ts'
export { toHtml } from './html.ts'
export { toSvg, type ViewOptions } from './svg.ts'

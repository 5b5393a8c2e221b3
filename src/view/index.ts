/** Pictures and explanations of a graph of Values. */
export { diagnose, type DiagnoseOptions } from './doctor/diagnose.ts'
export { Finding, type FindingKind } from './doctor/finding.ts'
export { toDot } from './dot.ts'
export type { Opening } from './opening.ts'
export { type PngOptions, toPng } from './png.ts'
export { toHtml } from './html.ts'
export { toSvg, type ViewOptions } from './svg.ts'
export { type TextOptions, toText } from './text.ts'

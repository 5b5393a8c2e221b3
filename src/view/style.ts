import { fontSize } from './box.ts'
import { type Palette, type Theme, themed } from './palette.ts'

/** Widths are those of DejaVu Sans Mono; the fonts after it are as wide or narrower. */
const fontFamily =
  "'DejaVu Sans Mono',Menlo,'SF Mono',Consolas,'Liberation Mono','Courier New',monospace"

/** The style sheet of a picture; it touches nothing outside an element of class `chainrule`. */
export function styleOf(theme: Theme): string {
  const { palette, declarations } = themed(theme)
  return declarations + rulesOf(palette)
}

/** The same without the colours themselves, for a page that has them. */
export function rulesOf(c: Palette): string {
  const rules: Record<string, string> = {
    text: `font:${fontSize}px ${fontFamily};fill:${c.ink};white-space:pre`,
    '.paper': `fill:${c.paper}`,
    '.middle': 'text-anchor:middle',
    '.label,.title': 'font-weight:bold',
    '.quiet': `fill:${c.quiet}`,
    '.grad': `fill:${c.grad}`,
    '.edge': `fill:none;stroke:${c.edge};stroke-width:1.2`,
    '.edge.several': 'stroke-width:2',
    '.dense .edge': 'stroke-width:1;stroke-opacity:.6',
    '.tip': `fill:${c.edge}`,
    '.partial': `fill:${c.quiet};font-size:${fontSize - 1}px`,
    '.box': `fill:${c.box};stroke:${c.boxLine}`,
    '.leaf .box': `fill:${c.leaf};stroke:${c.leafLine}`,
    '.parameter .box': `fill:${c.parameter};stroke:${c.parameterLine}`,
    '.literal .box': `fill:${c.paper};stroke:${c.boxLine};stroke-dasharray:3 3`,
    '.root .box': `stroke:${c.opInk};stroke-width:2`,
    '.line': `stroke:${c.boxLine}`,
    '.leaf .line': `stroke:${c.leafLine}`,
    '.parameter .line': `stroke:${c.parameterLine}`,
    '.op .box': `fill:${c.op};stroke:${c.opLine}`,
    '.op text': `fill:${c.opInk}`,
    '.group .box': `fill:${c.group};stroke:${c.groupLine}`,
    '.group .line': `stroke:${c.groupLine}`,
    '.frame': `fill:${c.frame};stroke:${c.frameLine}`,
  }
  const lines = Object.entries(rules).map(([selectors, rule]) => `${scoped(selectors)}{${rule}}`)
  return lines.join('')
}

const scoped = (selectors: string): string =>
  selectors.replaceAll(/(^|,)/g, (comma) => `${comma}.chainrule `)

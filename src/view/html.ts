/** A graph as one HTML file that needs nothing else: its data, its first picture, and the program. */
import type { Value } from '../engine.ts'
import { type Contents, contentsOf, firstPicture } from './contents.ts'
import { draw } from './draw.ts'
import type { Graph } from './graph.ts'
import { escapeXml, printable } from './label.ts'
import { nameOf } from './names.ts'
import { pack } from './pack.ts'
import type { ViewOptions } from './svg.ts'

/**
 * The graph below a Value, or several, as one self-contained HTML page: move and zoom, open and close
 * modules, search, click a Value to see what its gradient is the sum of, step through the forward and
 * the backward pass. It asks nothing of any server. Of a graph with more than 100,000 Values it holds
 * the picture only, and says so. Throws unless it is given Values.
 */
export async function toHtml(
  root: Value | readonly Value[],
  options: ViewOptions = {},
): Promise<string> {
  const contents = await contentsOf(root, options)
  const { graph, layout } = contents
  return written(contents, draw(firstPicture(contents), graph, layout, options, ''), options)
}

/** The file. A policy in it forbids every request, and every program and style but its own. */
async function written(
  contents: Contents,
  svg: string,
  { title, theme = 'auto' }: ViewOptions,
): Promise<string> {
  const { layouter, script, scriptHash, style, styleHash } = await import('./page/bundle.js')
  const { graph, size } = contents
  const name = escapeXml(printable(title ?? `Graph of ${resultName(graph)}`))
  const policy = [
    `default-src 'none'`,
    `script-src '${scriptHash}' 'wasm-unsafe-eval'`,
    `style-src '${styleHash}'`,
    'worker-src blob:',
    `base-uri 'none'`,
    `form-action 'none'`,
  ].join('; ')
  return `<!doctype html>
<html lang="en"${theme === 'auto' ? '' : ` data-theme="${theme === 'dark' ? 'dark' : 'light'}"`}>
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="chainrule">
<title>${name}</title>
<style>${style}</style>
</head>
<body>
<header id="top"><h1>${name}</h1><p class="counts">${size}</p></header>
<main id="inspector"><div id="stage"><div id="view">${svg}</div></div></main>
<noscript><p id="notice">Without JavaScript this is a picture only.</p></noscript>
<script type="text/plain" id="contents">${await pack(JSON.stringify(contents))}</script>
<!-- Graphviz (Eclipse Public License 2.0, graphviz.org) as WebAssembly by Viz.js (MIT licence). -->
<script type="text/plain" id="layouter">${layouter}</script>
<script>${script}</script>
</body>
</html>
`
}

function resultName(graph: Graph): string {
  const names = graph.roots.slice(0, 3).map((root) => nameOf(graph, root))
  return `${names.join(', ')}${graph.roots.length > 3 ? ', …' : ''}`
}

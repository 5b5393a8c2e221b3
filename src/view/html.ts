/** A graph as one HTML file that needs nothing else: its data, its first picture, and the program. */
import { Value } from '../engine.ts'
import type { Row } from '../ops.ts'
import { topologicalOrder } from '../order.ts'
import { collapse, type Picture } from './collapse.ts'
import { draw } from './draw.ts'
import { excerptOf } from './excerpt.ts'
import { type Graph, graphOf } from './graph.ts'
import { escapeXml, printable } from './label.ts'
import { type Layout, layout } from './layout.ts'
import { nameOf } from './names.ts'
import { counted } from './narration.ts'
import { openingOf } from './opening.ts'
import { pack } from './pack.ts'
import { type Template, templateOf } from './partial-formula.ts'
import type { ViewOptions } from './svg.ts'

/** What a page is made from; it stands there as JSON. */
export interface Contents {
  readonly graph: Graph
  readonly layout: Layout
  /** The partials of each operation as formulas; empty where they are not known. */
  readonly templates: readonly Template[]
  /** The groups that are open, by id, and how many Values at most are drawn one by one. */
  readonly open: readonly string[]
  readonly most: number
  /** Where a graph is too large for a page: its only picture, and how many Values there are. */
  readonly excerpt?: { readonly picture: Picture; readonly values: number } | undefined
  /** Whether edges show their partials. */
  readonly partials: boolean
}

/** More Values than this are not put into a page: it would be tens of megabytes. */
const mostInPage = 100_000

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
  const all = graphOf(root, options)
  const { ids, most } = openingOf(all, options.open)
  const first = collapse(all, ids, most)
  const whole = all.values.length <= mostInPage
  const { graph, picture } = whole ? { graph: all, picture: first } : excerptOf(all, first)
  const places = await layout(picture, graph, options)
  const contents: Contents = {
    graph,
    layout: places,
    templates: whole ? templatesOf(root, graph) : [],
    open: [...ids].filter((id) => whole || graph.groups.some((group) => group.id === id)),
    most,
    excerpt: whole ? undefined : { picture, values: all.values.length },
    partials: options.partials === true,
  }
  return written(contents, draw(picture, graph, places, options, ''), options, sizeOf(all))
}

/** A template for each operation of the graph. Two of the same name cannot be told apart by it: none. */
function templatesOf(root: Value | readonly Value[], { ops }: Graph): Template[] {
  const roots = root instanceof Value ? [root] : root
  const rows = new Map<string, Set<Row>>()
  for (const { op } of roots.flatMap((root) => topologicalOrder(root))) {
    if (op === undefined) continue
    if (!rows.has(op.name)) rows.set(op.name, new Set())
    rows.get(op.name)!.add(op)
  }
  return ops.map(({ name }) => {
    const [row, twin] = rows.get(name)!
    return row === undefined || twin !== undefined ? [] : templateOf(row)
  })
}

/** The file. A policy in it forbids every request, and every program and style but its own. */
async function written(
  contents: Contents,
  svg: string,
  { title, theme = 'auto' }: ViewOptions,
  size: string,
): Promise<string> {
  const { layouter, script, scriptHash, style, styleHash } = await import('./page/bundle.js')
  const { graph } = contents
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
<main id="stage"><div id="view">${svg}</div></main>
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

/** `708 Values · 369 operations · 337 parameters` */
function sizeOf({ values }: Graph): string {
  const count = (test: (v: Graph['values'][number]) => boolean): number =>
    values.filter(test).length
  const parameters = count(({ role }) => role === 'parameter')
  const parts = [
    counted(values.length, 'Value', 'Values'),
    counted(
      count(({ op }) => op !== undefined),
      'operation',
      'operations',
    ),
  ]
  if (parameters > 0) parts.push(counted(parameters, 'parameter', 'parameters'))
  return parts.join(' · ')
}

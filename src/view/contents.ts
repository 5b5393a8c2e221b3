/** What an inspector shows, as plain data: a worker can make it, a page can hold it as JSON. */
import { Value } from '../engine.ts'
import type { Row } from '../ops.ts'
import { topologicalOrder } from '../order.ts'
import { collapse, type Picture } from './collapse.ts'
import { excerptOf } from './excerpt.ts'
import { type Graph, graphOf } from './graph.ts'
import { type Layout, layout } from './layout.ts'
import { counted } from './narration.ts'
import { openingOf } from './opening.ts'
import { type Template, templateOf } from './partial-formula.ts'
import type { ViewOptions } from './svg.ts'

export interface Contents {
  readonly graph: Graph
  readonly layout: Layout
  /** The partials of each operation as formulas; empty where they are not known. */
  readonly templates: readonly Template[]
  /** The groups that are open, by id, and how many Values at most are drawn one by one. */
  readonly open: readonly string[]
  readonly most: number
  /** How large the graph is, in words: `708 Values · 369 operations · 337 parameters`. */
  readonly size: string
  /** Where a graph is too large for a page: its only picture, and how many Values there are. */
  readonly excerpt?: { readonly picture: Picture; readonly values: number } | undefined
  /** Whether edges show their partials. */
  readonly partials: boolean
}

/** More Values than this are not put into a page: it would be tens of megabytes. */
const mostInPage = 100_000

/**
 * What an inspector of the graph below a Value, or several, is made from. Of a graph with more than
 * 100,000 Values it holds the picture only. `lay` finds the places. Throws unless it is given Values.
 */
export async function contentsOf(
  root: Value | readonly Value[],
  options: ViewOptions = {},
  lay: typeof layout = layout,
): Promise<Contents> {
  const all = graphOf(root, options)
  const { ids, most } = openingOf(all, options.open)
  const first = collapse(all, ids, most)
  const whole = all.values.length <= mostInPage
  const { graph, picture } = whole ? { graph: all, picture: first } : excerptOf(all, first)
  return {
    graph,
    layout: await lay(picture, graph, options),
    templates: whole ? templatesOf(root, graph) : [],
    open: [...ids].filter((id) => whole || graph.groups.some((group) => group.id === id)),
    most,
    size: sizeOf(all),
    excerpt: whole ? undefined : { picture, values: all.values.length },
    partials: options.partials === true,
  }
}

/** The picture that `layout` has the places of. */
export function firstPicture({ graph, open, most, excerpt }: Contents): Picture {
  return excerpt?.picture ?? collapse(graph, new Set(open), most)
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

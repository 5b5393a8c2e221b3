/** `show(value)` draws the graph of a Value, `show(svg)` a picture; anything else is printed. */
import { Value } from 'chainrule'
import { contentsOf, toSvg } from 'chainrule/view'
import type { Drawn } from '../message.ts'
import type { Output } from './output.ts'
import { textOf } from './print.ts'

/** `busy` is told of everything that is still being drawn. */
export function showOn(
  output: Output,
  busy: (work: Promise<void>) => void,
): (what: unknown) => void {
  return (what) => busy(show(output, what))
}

async function show(output: Output, what: unknown): Promise<void> {
  if (what instanceof Promise) return show(output, await what)
  const roots = rootsOf(what)
  if (roots === undefined && !isSvg(what)) {
    output.print('log', typeof what === 'string' ? what : textOf(what))
    return
  }
  const id = output.picture()
  if (id === undefined) return
  let drawn: Drawn
  try {
    drawn = roots === undefined ? picture(what as string) : await graph(roots)
  } catch (error) {
    drawn = { title: 'Picture', wrong: (error as Error).message }
  }
  output.send({ kind: 'drawn', id, drawn })
}

function rootsOf(what: unknown): readonly Value[] | undefined {
  if (what instanceof Value) return [what]
  const list = Array.isArray(what) && what.length > 0 && what.every((x) => x instanceof Value)
  return list ? what : undefined
}

const isSvg = (what: unknown): what is string =>
  typeof what === 'string' && /^\s*(<\?xml[^>]*>\s*)?<svg[\s>]/.test(what)

function picture(svg: string): Drawn {
  return { title: /<svg[^>]*\saria-label="([^"]+)"/.exec(svg)?.[1] ?? 'Picture', svg }
}

/** The numbers are those of this moment: both read the graph before they wait for anything. */
async function graph(roots: readonly Value[]): Promise<Drawn> {
  const [contents, svg] = await Promise.all([contentsOf(roots), toSvg(roots)])
  const names = roots.flatMap(({ label }) => label ?? [])
  return { title: names.length > 0 ? `Graph of ${names.join(', ')}` : 'Graph', contents, svg }
}

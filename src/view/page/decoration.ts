/** What the page adds to a drawing: words for who cannot see it, and signs on what opens and closes. */
import { shortLabel } from '../label.ts'
import { formulaOf, nameOf } from '../names.ts'
import { gradientAt, isComputed } from '../steps.ts'
import type { Model } from './model.ts'
import type { Sketch } from './sketch.ts'

const svgSpace = 'http://www.w3.org/2000/svg'

export function svgElement(
  name: string,
  attributes: Readonly<Record<string, string | number>>,
): SVGElement {
  const made = document.createElementNS(svgSpace, name)
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value))
  return made
}

/** Values and groups become buttons that the arrow keys walk through; the rest is silent. */
export function decorate(sketch: Sketch, model: Model): void {
  const { svg, nodes, frames, stations } = sketch
  svg.setAttribute('role', 'group')
  svg.querySelector(':scope > title')?.remove()
  for (const silent of svg.querySelectorAll('.op, [data-from], text.partial'))
    silent.setAttribute('aria-hidden', 'true')
  for (const id of stations) {
    const node = nodes.get(id)!
    node.setAttribute('role', 'button')
    node.setAttribute('tabindex', '-1')
    spaced(node)
    const group = id.startsWith('g') || id === 'rest'
    if (group) node.setAttribute('aria-expanded', String(frames.has(id)))
    if (group && !model.excerpt) node.append(signOn(sketch, id, frames.has(id)))
  }
}

/** Space between texts, which would be read as one word. */
export function spaced(node: SVGGElement): void {
  for (const text of node.querySelectorAll('text')) text.after(' ')
}

/** A plus on the corner of what opens, a minus on what closes. */
function signOn(sketch: Sketch, id: string, open: boolean): SVGElement {
  const { x, y, width } = sketch.layout.places[id]!
  const sign = svgElement('g', {
    class: 'sign',
    transform: `translate(${x + width - 14} ${y + 14})`,
  })
  if (!open) sign.setAttribute('transform', `translate(${x + width} ${y})`)
  sign.append(
    svgElement('circle', { r: 8 }),
    svgElement('path', { d: open ? 'M-4,0h8' : 'M-4,0h8M0,-4v8' }),
  )
  return sign
}

/** A node in words, as it is at the current step: first what is written in it, then what is not. */
export function described(model: Model, id: string, node: SVGGElement): string {
  const texts = [...node.querySelectorAll('text')].map((text) => text.textContent)
  const words = id.startsWith('v') ? valueWords(model, Number(id.slice(1))) : groupWords(model, id)
  return [words.before, `${texts.join(' ')},`, words.after].join(' ').trim()
}

interface Words {
  readonly before: string
  readonly after: string
}

function groupWords({ graph, open }: Model, id: string): Words {
  const group = graph.groups[Number(id.slice(1))]
  if (group === undefined) return { before: '', after: 'not drawn' }
  const around = graph.groups[group.parent]
  const inside = around === undefined ? '' : `in ${around.id}, `
  return { before: '', after: `${inside}${open.has(group.id) ? 'open' : 'closed'} group` }
}

function valueWords(model: Model, value: number): Words {
  const { graph, passes, step, stepping } = model
  const { label, role } = graph.values[value]!
  const name = nameOf(graph, value)
  const formula = formulaOf(graph, value) ?? role
  const labelled = shortLabel(label) !== undefined
  const parts = [formula === name && !labelled ? 'computed' : formula]
  if (stepping && !isComputed(passes, value, step)) parts.push('not computed yet')
  else if (stepping && step >= passes.seed && gradientAt(passes, value, step) === undefined)
    parts.push('no gradient yet')
  return { before: labelled ? '' : `${name}:`, after: parts.join(', ') }
}

/** What the page adds to a drawing: words for who cannot see it, and signs on what opens and closes. */
import { counted } from '../narration.ts'
import { formulaOf, nameOf } from '../names.ts'
import { numeral, shown } from '../number.ts'
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
    const group = id.startsWith('g') || id === 'rest'
    if (group) node.setAttribute('aria-expanded', String(frames.has(id)))
    if (group && !model.excerpt) node.append(signOn(sketch, id, frames.has(id)))
  }
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

/** A node in words, as it is at the current step. */
export function described(model: Model, id: string): string | undefined {
  if (id === 'rest') return 'more Values, not drawn'
  if (id.startsWith('g')) {
    const group = model.graph.groups[Number(id.slice(1))]!
    const state = model.open.has(group.id) ? 'open group' : 'closed group'
    return `${group.id}, ${state}, ${counted(group.values, 'Value', 'Values')}`
  }
  return id.startsWith('v') ? valueWords(model, Number(id.slice(1))) : undefined
}

function valueWords(model: Model, value: number): string {
  const { graph, passes, step, stepping } = model
  const v = graph.values[value]!
  const name = nameOf(graph, value)
  const words = [name]
  const known = !stepping || isComputed(passes, value, step)
  words.push(known ? `value ${shown(v.data)}` : 'not computed yet')
  const gradient = stepping ? gradientAt(passes, value, step) : Number(v.grad)
  if (v.role !== 'literal')
    words.push(gradient === undefined ? 'no gradient yet' : `gradient ${shown(numeral(gradient))}`)
  const formula = formulaOf(graph, value)
  if (formula !== undefined && formula !== name) words.push(formula)
  else if (formula === undefined) words.push(v.role)
  return words.join(', ')
}

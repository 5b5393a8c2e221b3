/** How a drawing shows one step: what is there already, what happens now, what flows where. */
import { numeral, shown } from '../number.ts'
import { gradientAt, isComputed, type Step, stepAt, type Term } from '../steps.ts'
import { svgElement } from './decoration.ts'
import type { Model } from './model.ts'
import type { Sketch } from './sketch.ts'

/** What is added is written below the inputs of an operation that has not too many. */
const mostSums = 32

export function markStep(sketch: Sketch, model: Model): void {
  clear(sketch)
  const { step, passes } = model
  const backward = step >= passes.seed
  const lit = new Set<string>()
  for (const { id, kind } of sketch.picture.nodes) {
    const there = kind === 'group' ? isTouched(model, id) : isThere(model, Number(id.slice(1)))
    if (there) lit.add(id)
  }
  for (const [id, node] of sketch.nodes)
    node.classList.toggle('dim', !sketch.frames.has(id) && !lit.has(id))
  for (const { element, from, to } of sketch.strands)
    element.classList.toggle('dim', !(lit.has(from) && lit.has(to)))
  for (const { value, data, grad } of sketch.numbers.values()) {
    if (data)
      data.data = isComputed(passes, value, step) ? shown(model.graph.values[value]!.data) : '?'
    if (grad) grad.data = shown(numeral(gradientAt(passes, value, step) ?? 0))
  }
  markNow(sketch, model, backward)
}

/** The whole graph again, with the numbers that were there. */
export function unmarkStep(sketch: Sketch): void {
  clear(sketch)
  for (const dimmed of sketch.svg.querySelectorAll('.dim')) dimmed.classList.remove('dim')
  for (const { data, grad, written } of sketch.numbers.values()) {
    if (data) data.data = written[0]
    if (grad) grad.data = written[1]
  }
}

const now = ['forward', 'backward', 'fed', 'flow', 'back']

function clear({ svg }: Sketch): void {
  for (const marked of svg.querySelectorAll(now.map((name) => `.${name}`).join()))
    marked.classList.remove(...now)
  svg.querySelector('.sums')?.remove()
}

/** In the forward pass: has its number. In the backward pass: something has arrived. */
function isThere({ passes, step }: Model, value: number): boolean {
  if (step < passes.seed) return isComputed(passes, value, step)
  return gradientAt(passes, value, step) !== undefined
}

function isTouched(model: Model, id: string): boolean {
  const first = model.firstTouch(id)
  const { step, passes } = model
  return (step < passes.seed ? first.forward : first.backward) <= step
}

/** What happens at this step, and the edges along which it happens. */
function markNow(sketch: Sketch, model: Model, backward: boolean): void {
  const { passes, stops, stop, graph } = model
  const { first } = stops[stop]!
  const current = stepAt(passes, first)
  const name = backward ? 'backward' : 'forward'
  if (current.pass === 'given') return
  if (current.pass === 'seed') {
    for (const root of graph.roots) sketch.nodes.get(`v${root}`)?.classList.add(name)
    return
  }
  const place = model.placeAt(stops[stop]!)
  const here =
    place === undefined ? [`o${current.value}`, `v${current.value}`] : [model.placeId(place)]
  for (const id of here) sketch.nodes.get(id)?.classList.add(name)
  const target = here[0]!
  for (const { element, from, to } of sketch.strands) {
    if (to !== target && !(from === target && !backward)) continue
    element.classList.add('flow')
    if (backward) element.classList.add('back')
  }
  if (backward && place === undefined) markTerms(sketch, model, current)
}

/** Where the terms of an operation arrive: below each box what is added to its gradient. */
function markTerms(sketch: Sketch, model: Model, { terms }: Step): void {
  const sums = new Map<string, Term[]>()
  for (const term of terms) {
    const id = model.idOf(term.input)
    sums.set(id, [...(sums.get(id) ?? []), term])
  }
  const notes = svgElement('g', { class: 'sums', 'aria-hidden': 'true' })
  for (const [id, added] of sums) {
    sketch.nodes.get(id)?.classList.add('fed')
    const place = sketch.layout.places[id]
    if (place === undefined || sums.size > mostSums) continue
    const at = { x: place.x + place.width, y: place.y + place.height + 11 }
    const text = svgElement('text', { class: 'sum-note', ...at })
    text.textContent = `+= ${added.map(written).join(' + ')}`
    notes.append(text)
  }
  sketch.main.append(notes)
}

/** `2.0000 · (−1.0000)` */
function written({ partial, upstream }: Term): string {
  const [a, b] = [partial, upstream].map((x) => shown(numeral(x)).replaceAll('-', '−'))
  return `${a} · ${b!.startsWith('−') ? `(${b})` : b}`
}

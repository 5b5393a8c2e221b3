/** The card of what was clicked: a Value, or a group. */
import type { Graph, Group } from '../graph.ts'
import { type Inspection, inspect } from '../inspection.ts'
import { equation, counted } from '../narration.ts'
import { enclosed, nameOf, symbolOf } from '../names.ts'
import { button, element } from './element.ts'
import type { Model } from './model.ts'
import { fact, number, row, rows, valueLink } from './row.ts'

/** Rows at most in one table of a card; the rest is counted. */
const most = 60

/** Everything about one Value. */
export function valueCard(model: Model, value: number): HTMLElement {
  const { graph, passes, uses } = model
  const found = inspect(passes, uses, value)
  const reached = passes.arrivals[value]!.length > 0
  const head = element(
    'section',
    {},
    element('p', { class: 'kind' }, kindOf(graph, value)),
    element('h2', {}, nameOf(graph, value)),
    element(
      'dl',
      { class: 'facts' },
      fact('value', number(found.data)),
      fact('gradient', gradientOf(model, found, reached)),
    ),
    ...(model.excerpt ? [cut(graph, value)] : [meaning(model, found, reached)]),
    differing(model, found, reached),
    ...wayTo(model, value),
  )
  const parts = [origin(model, found)]
  if (!model.excerpt) parts.push(destinations(model, found, reached))
  return element('article', { class: 'card' }, head, ...parts)
}

/** What this graph gives; of an excerpt, which cannot tell, what the Value held. */
function gradientOf(model: Model, found: Inspection, reached: boolean): HTMLElement | string {
  if (model.excerpt) return number(found.grad, 'gradient')
  return reached ? number(found.gradient, 'gradient') : 'none'
}

function cut(graph: Graph, value: number): HTMLElement | undefined {
  const { role, op } = graph.values[value]!
  if (role !== 'computed' || op !== undefined) return undefined
  return element('p', { class: 'quiet' }, 'What it was computed from is not in this page.')
}

/** How to see it where its group is closed. */
function wayTo(model: Model, value: number): HTMLElement[] {
  const place = model.placeOf(value)
  if (place < 0 || model.excerpt) return []
  if (place === model.graph.groups.length)
    return [element('p', { class: 'quiet' }, 'It is not drawn: there is no room for all.')]
  const show = 'Show it in the picture'
  return [
    element(
      'p',
      {},
      button(show, show, () => model.uncover(value), { class: 'main second' }),
    ),
  ]
}

/** `operation × · in layers.0/neurons.3` */
function kindOf(graph: Graph, value: number): string {
  const { role, group, label } = graph.values[value]!
  const symbol = symbolOf(graph, value)
  const kind = symbol === undefined ? role : `operation ${symbol}`
  const parts = [kind]
  if (graph.roots.includes(value)) parts.unshift('result')
  if (group >= 0) parts.push(`in ${graph.groups[group]!.id}`)
  if (label !== undefined) parts.push(`#${value}`)
  return parts.join(' · ')
}

/** What the gradient says, in words. */
function meaning(model: Model, found: Inspection, reached: boolean): HTMLElement | undefined {
  const { graph } = model
  const { role } = graph.values[found.value]!
  const name = nameOf(graph, found.value)
  if (!reached)
    return element(
      'p',
      {},
      role === 'literal'
        ? 'A plain number in the program: no gradient is computed for it.'
        : 'The result does not depend on it smoothly, so no gradient arrives here.',
    )
  if (found.seed === 1)
    return element('p', {}, 'The result: the backward pass begins here, with 1.')
  const result =
    graph.roots.length === 1 ? nameOf(graph, graph.roots[0]!) : 'the sum of the results'
  const { gradient } = found
  if (gradient === 0)
    return element('p', {}, `A small change of ${name} does not change ${result}.`)
  if (!Number.isFinite(gradient)) return undefined
  const direction = gradient > 0 ? 'rises' : 'falls'
  return element(
    'p',
    {},
    `When ${name} rises a little, ${result} ${direction} `,
    number(Math.abs(gradient)),
    ' times as much.',
  )
}

/** The grad that the Value held is another number when it was reset, or accumulated. */
function differing(model: Model, found: Inspection, reached: boolean): HTMLElement | undefined {
  const { grad, gradient } = found
  if (!reached || Object.is(grad, gradient) || !model.ran || model.excerpt) return undefined
  if (Math.abs(grad - gradient) <= 1e-9 * Math.max(Math.abs(grad), Math.abs(gradient)))
    return undefined
  return element(
    'p',
    { class: 'note' },
    'The program left ',
    element('code', {}, 'grad'),
    ' = ',
    number(grad),
    ' here: leaves accumulate from one backward() to the next until they are set to 0.',
  )
}

function origin(model: Model, { value, operands }: Inspection): HTMLElement | undefined {
  const { graph } = model
  if (operands.length === 0) return undefined
  const name = nameOf(graph, value)
  const list = operands
    .slice(0, most)
    .map((x, i) =>
      row(
        valueLink(model, x.value),
        number(x.data),
        x.partial === undefined
          ? element('span', { class: 'quiet' }, 'no gradient')
          : partialCell(model, value, i, x.partial),
      ),
    )
  const table = rows(
    'Inputs',
    ['input', 'value', `∂${name.length < 12 ? enclosed(name) : '·'}/∂input`],
    list,
  )
  return element(
    'section',
    {},
    element('h3', {}, 'Computed as'),
    element('p', { class: 'formula' }, equation(graph, value)),
    table,
    ...remaining(operands.length),
  )
}

/** `1 − o² = 0.5000` */
function partialCell(model: Model, value: number, index: number, partial: number): HTMLElement {
  const formula = model.partialText(value, index)
  const digits = number(partial, 'partial')
  if (formula === undefined) return digits
  const because = formula.because === '' ? undefined : formula.because
  return element('span', because ? { title: `since ${because}` } : {}, `${formula.text} = `, digits)
}

function remaining(count: number): HTMLElement[] {
  return count <= most ? [] : [element('p', { class: 'quiet' }, `and ${count - most} more`)]
}

function destinations(model: Model, found: Inspection, reached: boolean): HTMLElement | undefined {
  const { terms, silent, seed, gradient } = found
  if (terms.length === 0)
    return silent.length === 0 ? undefined : element('section', {}, silence(silent.length))
  const list = terms
    .slice(0, most)
    .map((t) =>
      row(
        valueLink(model, t.value),
        element('span', {}, number(t.partial, 'partial'), ' · ', number(t.upstream, 'gradient')),
        number(t.term),
      ),
    )
  if (seed === 1) list.unshift(row('the result itself', '', number(1)))
  if (list.length > 1) list.push(row('sum', '', number(gradient, 'gradient')))
  return element(
    'section',
    {},
    element('h3', {}, `Its gradient${terms.length > 1 ? ', one term for each use' : ''}`),
    rows('Terms of its gradient', ['through', 'partial · gradient there', 'term'], list),
    ...remaining(terms.length),
    ...(silent.length > 0 && reached ? [silence(silent.length)] : []),
  )
}

function silence(count: number): HTMLElement {
  const text = `${counted(count, 'use passes', 'uses pass')} no gradient back.`
  return element('p', { class: 'quiet' }, text)
}

/** What a group holds, and the way in or out. */
export function groupCard(model: Model, at: number): HTMLElement {
  const group = model.graph.groups[at]!
  const open = model.open.has(group.id)
  const words = open ? 'Close this group' : 'Open this group'
  const section = element(
    'section',
    {},
    element('p', { class: 'kind' }, group.kind === 'module' ? 'module' : 'computed alike'),
    element('h2', {}, group.id),
    element(
      'dl',
      { class: 'facts' },
      fact('values', group.values.toLocaleString('en')),
      fact('parameters', group.parameters.toLocaleString('en')),
    ),
    runs(group),
    element(
      'p',
      {},
      button(words, words, () => model.toggle(at), { class: 'main' }),
    ),
  )
  return element('article', { class: 'card' }, section)
}

function runs({ runs: count }: Group): HTMLElement | undefined {
  if (count <= 1) return undefined
  return element(
    'p',
    {},
    `It ran ${count.toLocaleString('en')} times; its parameters are drawn once.`,
  )
}

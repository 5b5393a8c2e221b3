/** The card of the current step: which operation, its partials, and what they add to what. */
import type { Graph } from '../graph.ts'
import { counted, equation, progress } from '../narration.ts'
import { enclosed, formulaOf, nameOf } from '../names.ts'
import { type Step, type Stop, stepAt, type Term } from '../steps.ts'
import { button, element } from './element.ts'
import type { Model } from './model.ts'
import { fact, number, row, rows, valueLink } from './row.ts'

const most = 80

export function stepCard(model: Model): HTMLElement {
  const stop = model.stops[model.stop]
  if (stop === undefined) return wholeCard(model)
  const step = stepAt(model.passes, stop.first)
  const place = model.placeAt(stop)
  const body = place === undefined ? stepBody(model, step) : groupBody(model, stop, place)
  const pass = stop.first < model.passes.seed ? 'forward' : 'backward'
  const progressed = element('p', { class: 'kind' }, progress(model.passes, stop))
  const head = element('section', {}, progressed, ...body.head)
  return element('article', { class: `card ${pass}` }, head, ...body.parts)
}

/** A card’s first part, and those that stand below it or beside it. */
interface Body {
  readonly head: readonly HTMLElement[]
  readonly parts: readonly HTMLElement[]
}

/** Not stepping: how to begin. */
function wholeCard(model: Model): HTMLElement {
  const { forward, backward } = model.passes
  const section = element(
    'section',
    {},
    element('p', { class: 'kind' }, 'not stepping'),
    element('h2', {}, 'The whole graph'),
    element(
      'p',
      {},
      `The forward pass computes ${counted(forward.length, 'operation', 'operations')}, inputs first. `,
      `The backward pass visits ${backward.length.toLocaleString('en')} of them again, the result first: `,
      'each adds partial · gradient to the gradient of every input.',
    ),
    element(
      'p',
      { class: 'choices' },
      button('Step forward from the inputs', 'Forward pass', () => model.go(0), { class: 'main' }),
      button('Step backward from the result', 'Backward pass', () => model.goBackward(), {
        class: 'main second',
      }),
    ),
  )
  return element('article', { class: 'card' }, section)
}

function stepBody(model: Model, step: Step): Body {
  const { graph } = model
  if (step.pass === 'given') return { head: givenHead(graph), parts: [] }
  if (step.pass === 'seed') return { head: seedHead(graph), parts: [] }
  const name = nameOf(graph, step.value)
  const formula = formulaOf(graph, step.value)
  const heading = element('h2', {}, name === formula ? name : `${name} = ${formula}`)
  const { head, parts } =
    step.pass === 'forward' ? forwardBody(model, step.value) : backwardBody(model, step, name)
  return { head: [heading, ...head], parts }
}

function givenHead(graph: Graph): HTMLElement[] {
  const count = graph.values.filter((v) => v.op === undefined).length
  const words = `The forward pass begins with ${counted(count, 'leaf', 'leaves')}: numbers that nothing computes.`
  return [element('h2', {}, 'What is given'), element('p', {}, words)]
}

function seedHead(graph: Graph): HTMLElement[] {
  const name = graph.roots.length === 1 ? nameOf(graph, graph.roots[0]!) : 'each result'
  const quotient = `∂${enclosed(name)}/∂${enclosed(name)} = 1`
  return [
    element('h2', {}, 'The backward pass begins'),
    element('p', { class: 'formula' }, quotient),
    element('p', {}, `The gradient of ${name} is 1. All others are 0 until something arrives.`),
  ]
}

function forwardBody(model: Model, value: number): Body {
  const { graph } = model
  const v = graph.values[value]!
  const list = v.inputs
    .slice(0, most)
    .map((x) => row(valueLink(model, x), number(Number(graph.values[x]!.data))))
  const table = rows('Inputs', ['input', 'value'], list)
  return {
    head: [
      element('dl', { class: 'facts' }, fact('value', number(Number(v.data)))),
      element('p', { class: 'formula' }, equation(graph, value)),
    ],
    parts: [element('section', {}, table, ...remaining(v.inputs.length))],
  }
}

function backwardBody(model: Model, { value, terms }: Step, name: string): Body {
  const upstream = number(model.passes.gradients[value]!, 'gradient')
  const head: HTMLElement[] = [
    element('dl', { class: 'facts' }, fact(`gradient of ${name}`, upstream)),
  ]
  if (terms.length === 0) head.push(element('p', {}, 'Nothing flows on from here.'))
  const parts = terms.slice(0, most).map((t) => termBlock(model, value, t, name))
  return { head, parts: [...parts, ...remaining(terms.length)] }
}

/** `∂d/∂a = 2`, `a.grad += 2 · 1`, `0 + 2 = 2`. */
function termBlock(model: Model, value: number, term: Term, name: string): HTMLElement {
  const formula = model.partialText(value, term.index)
  const input = enclosed(nameOf(model.graph, term.input))
  return element(
    'section',
    { class: 'term' },
    element(
      'p',
      {},
      `∂${enclosed(name)}/∂`,
      valueLink(model, term.input, input),
      ...(formula === undefined ? [] : [' = ', formula.text]),
      ' = ',
      number(term.partial, 'partial'),
      formula?.because
        ? element('span', { class: 'quiet' }, ` since ${formula.because}`)
        : undefined,
    ),
    element(
      'p',
      { class: 'sum' },
      `${input}.grad += `,
      number(term.partial, 'partial'),
      ' · ',
      number(term.upstream, 'gradient'),
    ),
    element(
      'p',
      { class: 'sum' },
      number(term.before),
      ' + ',
      number(term.term),
      ' = ',
      number(term.after, 'gradient'),
    ),
  )
}

/** Many operations at once: what leaves the group. */
function groupBody(model: Model, stop: Stop, place: number): Body {
  const count = stop.last - stop.first + 1
  const forward = stop.first < model.passes.seed
  const open = 'Open the group to see each step'
  const isGroup = place < model.graph.groups.length
  const head = [
    element('h2', {}, model.placeName(place)),
    element('p', {}, `${counted(count, 'operation', 'operations')}, seen as one.`),
  ]
  if (isGroup)
    head.push(
      element(
        'p',
        {},
        button(open, open, () => model.toggle(place), { class: 'main' }),
      ),
    )
  return { head, parts: [forward ? results(model, stop) : flows(model, stop, place)] }
}

/** Values computed inside and used outside. */
function results(model: Model, stop: Stop): HTMLElement {
  const { passes, graph, uses } = model
  const place = model.placeOf(passes.forward[stop.first - 1]!)
  const list: HTMLElement[] = []
  let others = 0
  for (let step = stop.first; step <= stop.last; step++) {
    const value = passes.forward[step - 1]!
    const [from, to] = [uses.offsets[value]!, uses.offsets[value + 1]!]
    const outside = uses.values.subarray(from, to).some((user) => model.placeOf(user) !== place)
    if (!outside && !graph.roots.includes(value)) continue
    if (list.length >= most) others++
    else list.push(row(valueLink(model, value), number(Number(graph.values[value]!.data))))
  }
  const table = rows('What it computes for others', ['gives', 'value'], list)
  return element('div', {}, table, ...remaining(list.length + others))
}

/** Gradients that arrive outside, from all the operations inside together. */
function flows(model: Model, stop: Stop, group: number): HTMLElement {
  const sums = new Map<number, { before: number; after: number }>()
  for (let step = stop.first; step <= stop.last; step++)
    for (const { input, before, after } of stepAt(model.passes, step).terms) {
      if (model.placeOf(input) === group) continue
      const sum = sums.get(input)
      if (sum === undefined) sums.set(input, { before, after })
      else sum.after = after
    }
  if (sums.size === 0)
    return element(
      'p',
      {},
      'Nothing flows to Values outside; its own parameters have their gradients now.',
    )
  const list = [...sums]
    .slice(0, most)
    .map(([input, { before, after }]) =>
      row(valueLink(model, input), number(before), number(after, 'gradient')),
    )
  const table = rows('What flows out of it', ['to', 'grad before', 'after'], list)
  return element('div', {}, table, ...remaining(sums.size))
}

function remaining(count: number): HTMLElement[] {
  return count <= most ? [] : [element('p', { class: 'quiet' }, `and ${count - most} more`)]
}

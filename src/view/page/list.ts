/** The Values as a table: those in the picture, or those that were searched for. */
import { counted } from '../narration.ts'
import { nameOf } from '../names.ts'
import { search } from '../search.ts'
import { gradientAt, isComputed } from '../steps.ts'
import { button, element } from './element.ts'
import type { Model } from './model.ts'
import { number, rows } from './row.ts'

/** The style lays rows out anew in a narrow list; they stay rows and cells for who hears them. */
const cell = { role: 'cell' } as const

/** Rows that are written at once; more on demand, and never a hundred thousand. */
const chunk = 200

export function valueList(model: Model, shown: readonly string[], limit = chunk): HTMLElement {
  const { words, graph } = model
  const host = element('div', { class: 'list' })
  const found = words.trim() === '' ? undefined : search(graph, words, limit)
  const all = found === undefined ? shown : found.values.map((at) => `v${at}`)
  const total = found?.total ?? shown.length
  const title =
    found === undefined
      ? `${counted(total, 'entry', 'entries')} in the picture`
      : `${counted(total, 'match', 'matches')} for “${words.trim().slice(0, 40)}”`
  host.append(element('p', { class: 'kind', role: 'status' }, title))
  if (all.length > 0)
    host.append(
      rows(
        title,
        ['name', 'value', 'gradient', 'inputs'],
        all.slice(0, limit).map((id) => line(model, id)),
      ),
    )
  if (total > limit) {
    const more = `Show ${Math.min(chunk, total - limit)} more`
    host.append(
      button(more, more, () => host.replaceWith(valueList(model, shown, limit + chunk)), {
        class: 'main second',
      }),
    )
  }
  return host
}

function line(model: Model, id: string): HTMLElement {
  const cells = id.startsWith('v') ? valueCells(model, Number(id.slice(1))) : groupCells(model, id)
  const current = model.chosen === id
  const marked = current ? { class: 'current', 'aria-current': 'true' } : {}
  return element('tr', { role: 'row', ...marked }, ...cells)
}

function groupCells(model: Model, id: string): HTMLElement[] {
  const group = model.graph.groups[Number(id.slice(1))]
  const contents =
    group === undefined ? 'not drawn' : `closed: ${counted(group.values, 'Value', 'Values')}`
  return [
    element('th', { scope: 'row', role: 'rowheader' }, link(model, id, group?.id ?? 'the rest')),
    element('td', { ...cell, colspan: 3, class: 'quiet' }, contents),
  ]
}

function valueCells(model: Model, value: number): HTMLElement[] {
  const { graph, passes, step, stepping } = model
  const v = graph.values[value]!
  const known = !stepping || isComputed(passes, value, step)
  const gradient = stepping ? gradientAt(passes, value, step) : Number(v.grad)
  const none = gradient === undefined || v.role === 'literal'
  return [
    element(
      'th',
      { scope: 'row', role: 'rowheader' },
      link(model, `v${value}`, nameOf(graph, value)),
    ),
    element('td', cell, known ? number(Number(v.data)) : '?'),
    element('td', cell, none ? '–' : number(gradient, 'gradient')),
    element('td', { ...cell, class: 'quiet' }, ...inputsOf(model, value)),
  ]
}

/** What it was computed from, by name; what it is where nothing computed it. */
function inputsOf({ graph }: Model, value: number): string[] {
  const { inputs, role, op } = graph.values[value]!
  if (op === undefined) return [role]
  const names = inputs.slice(0, 4).map((x) => nameOf(graph, x))
  const more = inputs.length > names.length ? `, … ${inputs.length - names.length} more` : ''
  return [`${graph.ops[op]!.symbol} of ${names.join(', ')}${more}`]
}

function link(model: Model, id: string, name: string): HTMLElement {
  return button(name, name, () => model.choose(id), { class: 'link' })
}

/** Rows of numbers and names: what the cards and the list are made of. */
import { nameOf } from '../names.ts'
import { numeral, shown } from '../number.ts'
import { button, type Child, element } from './element.ts'
import type { Model } from './model.ts'

/** What a number is, for its colour. */
export type Meaning = 'value' | 'gradient' | 'partial'

/** A number as pictures show it, with a true minus; every digit of it as a hint. */
export function number(x: number, meaning: Meaning = 'value'): HTMLElement {
  const text = shown(numeral(x)).replaceAll('-', '−')
  return element('span', { class: `number ${meaning}`, title: String(x) }, text)
}

/** A term and what it is. */
export function fact(name: string, content: Child): HTMLElement {
  return element('div', {}, element('dt', {}, name), element('dd', {}, content))
}

/** The name of a Value, which leads to it. */
export function valueLink(
  model: Model,
  value: number,
  name: string = nameOf(model.graph, value),
): HTMLElement {
  return button(name, name, () => model.choose(`v${value}`), { class: 'link' })
}

/** One line of a table; the first cell says what it is about. */
export function row(head: Child, ...cells: Child[]): HTMLElement {
  return element(
    'tr',
    { role: 'row' },
    element('th', { scope: 'row', role: 'rowheader' }, head),
    ...cells.map((cell) => element('td', { role: 'cell' }, cell)),
  )
}

/** A table with a name that is read, and headings that are seen. */
export function rows(
  name: string,
  headings: readonly string[],
  body: readonly HTMLElement[],
): HTMLElement {
  return element(
    'div',
    { class: 'rows' },
    element(
      'table',
      { role: 'table' },
      element('caption', { class: 'unseen' }, name),
      element(
        'thead',
        { role: 'rowgroup' },
        element(
          'tr',
          { role: 'row' },
          ...headings.map((h) => element('th', { scope: 'col', role: 'columnheader' }, h)),
        ),
      ),
      element('tbody', { role: 'rowgroup' }, ...body),
    ),
  )
}

/** What stands beside the picture: the step, the explanation of what was clicked, the list of Values. */
import { counted } from '../narration.ts'
import { nameOf } from '../names.ts'
import { element, icon } from './element.ts'
import { groupCard, valueCard } from './explanation.ts'
import { valueList } from './list.ts'
import type { Model, Tab } from './model.ts'
import { stepCard } from './step-card.ts'

const titles: Record<Tab, string> = { step: 'Step', explain: 'Explain', values: 'Values' }
const order: readonly Tab[] = ['step', 'explain', 'values']

export class Panel {
  readonly #model: Model
  readonly #shown: () => readonly string[]
  /** Without steps where there are none. */
  readonly #order: readonly Tab[]
  readonly #tabs: Record<Tab, HTMLButtonElement>
  /** Scrolling lays the page out: where nobody scrolled, nothing is scrolled back. */
  #scrolled = false
  readonly #body = element('div', { class: 'body', role: 'tabpanel', id: 'card', tabindex: 0 })
  readonly #field = element('input', {
    type: 'search',
    placeholder: 'Search',
    'aria-label': 'Search by label, operation or number',
    autocomplete: 'off',
    spellcheck: 'false',
  })

  constructor(model: Model, host: HTMLElement, shown: () => readonly string[]) {
    this.#model = model
    this.#shown = shown
    this.#tabs = {
      step: this.#tab('step'),
      explain: this.#tab('explain'),
      values: this.#tab('values'),
    }
    const tabs = element('div', { role: 'tablist', 'aria-label': 'About the graph' })
    this.#order = model.excerpt ? order.slice(1) : order
    tabs.append(...this.#order.map((tab) => this.#tabs[tab]))
    tabs.addEventListener('keydown', (event) => this.#turn(event))
    this.#field.addEventListener('input', () => model.search(this.#field.value))
    this.#field.addEventListener('keydown', (event) => this.#pick(event))
    const search = element(
      'label',
      { class: 'search' },
      icon('M8.5 3a5.5 5.5 0 1 0 0 11a5.5 5.5 0 0 0 0-11M12.6 12.6L17 17'),
      this.#field,
    )
    this.#body.addEventListener('scroll', () => (this.#scrolled = this.#body.scrollTop > 0))
    host.append(element('div', { class: 'head' }, tabs, search), this.#body)
    model.listen(() => this.update())
    this.update()
  }

  focusSearch(): void {
    this.#field.focus()
    this.#field.select()
  }

  update(): void {
    const { tab, words } = this.#model
    for (const name of order) {
      const selected = name === tab
      this.#tabs[name].setAttribute('aria-selected', String(selected))
      this.#tabs[name].tabIndex = selected ? 0 : -1
    }
    this.#body.setAttribute('aria-labelledby', `tab-${tab}`)
    if (this.#field.value !== words) this.#field.value = words
    // A link that is pressed inside the panel goes away with it: the keyboard stays in the panel.
    const inside = this.#body.contains(document.activeElement)
    this.#body.replaceChildren(this.#content(tab))
    if (inside) this.#body.focus({ preventScroll: true })
    if (this.#scrolled) this.#body.scrollTop = 0
  }

  #content(tab: Tab): HTMLElement {
    const model = this.#model
    if (tab === 'step') return stepCard(model)
    if (tab === 'values') return valueList(model, this.#shown())
    const { chosen } = model
    if (chosen === undefined || chosen === 'rest') return overview(model)
    const at = Number(chosen.slice(1))
    return chosen.startsWith('g') ? groupCard(model, at) : valueCard(model, at)
  }

  #tab(name: Tab): HTMLButtonElement {
    const made = element(
      'button',
      { type: 'button', role: 'tab', id: `tab-${name}`, 'aria-controls': 'card' },
      titles[name],
    )
    made.addEventListener('click', () => this.#model.show(name))
    return made
  }

  #turn(event: KeyboardEvent): void {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key]
    if (by === undefined) return
    event.preventDefault()
    event.stopPropagation()
    const { length } = this.#order
    const next = this.#order[(this.#order.indexOf(this.#model.tab) + by + length) % length]!
    this.#model.show(next)
    this.#tabs[next].focus()
  }

  /** Enter chooses the first match, Escape ends the search. */
  #pick(event: KeyboardEvent): void {
    if (event.key === 'Escape') this.#model.search('')
    else if (event.key === 'Enter')
      this.#body.querySelector<HTMLButtonElement>('tbody .link')?.click()
  }
}

/** Nothing is chosen: what this is, and what one can do. */
function overview(model: Model): HTMLElement {
  const { graph, ran, excerpt } = model
  const [root] = graph.roots
  const result = graph.roots.length === 1 ? nameOf(graph, root!) : `${graph.roots.length} results`
  const hints = [
    'Click a node to see what it was computed from, and what its gradient is the sum of.',
    'Step through the forward and the backward pass below the picture.',
  ]
  if (graph.groups.length > 0) hints.push('Click a group to open it.')
  const zero =
    'backward() had not run when this page was written: every grad is 0. Stepping computes the gradients.'
  const about = element(
    'section',
    {},
    element('p', { class: 'kind' }, 'graph of'),
    element('h2', {}, result),
    ...(excerpt ? [] : [sizes(model)]),
    ran || excerpt ? undefined : element('p', { class: 'note' }, zero),
  )
  const list = element(
    'ul',
    {},
    ...(excerpt ? hints.slice(0, 1) : hints).map((hint) => element('li', {}, hint)),
  )
  return element('article', { class: 'card' }, about, list)
}

function sizes({ graph, passes }: Model): HTMLElement {
  const { values, groups } = graph
  const counts = [
    counted(values.length, 'Value', 'Values'),
    counted(passes.forward.length, 'operation', 'operations'),
  ]
  if (groups.length > 0) counts.push(counted(groups.length, 'group', 'groups'))
  return element('p', {}, `${counts.join(', ')}.`)
}

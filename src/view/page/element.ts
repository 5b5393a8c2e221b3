/** Building the page: elements with attributes and children, text always as text. */

type Attributes = Readonly<Record<string, string | number | boolean | undefined>>
export type Child = Node | string | undefined

/** `<tag …attributes>children</tag>`; `true` sets a bare attribute, `false` and undefined none. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes,
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes))
    if (value !== undefined && value !== false)
      made.setAttribute(name, value === true ? '' : String(value))
  made.append(...children.filter((child) => child !== undefined))
  return made
}

/** A button that says what it does to everyone: the label is read and shown as its hint. */
export function button(
  label: string,
  content: Child,
  press: () => void,
  attributes: Attributes = {},
): HTMLButtonElement {
  const made = element('button', { type: 'button', ...attributes }, content)
  if (made.textContent !== label) {
    made.setAttribute('aria-label', label)
    made.title = label
  }
  made.addEventListener('click', press)
  return made
}

const svg = 'http://www.w3.org/2000/svg'

/** An icon of 20 × 20 from the `d` of a path, drawn in lines of the text’s colour. */
export function icon(d: string, filled = false): SVGSVGElement {
  const drawing = document.createElementNS(svg, 'svg')
  const attributes = { viewBox: '0 0 20 20', class: filled ? 'icon filled' : 'icon' }
  for (const [name, value] of Object.entries(attributes)) drawing.setAttribute(name, value)
  drawing.setAttribute('aria-hidden', 'true')
  const path = document.createElementNS(svg, 'path')
  path.setAttribute('d', d)
  drawing.append(path)
  return drawing
}

/** The element of the page with that id. */
export function byId(id: string): HTMLElement {
  const found = document.getElementById(id)
  if (found === null) throw new Error(`the page has no element #${id}.`)
  return found
}

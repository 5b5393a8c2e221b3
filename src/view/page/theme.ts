/** Light, dark, or as the system has it: a button that goes round. */
import { button, icon } from './element.ts'

const sun =
  'M10 6.5a3.5 3.5 0 1 1 0 7a3.5 3.5 0 0 1 0-7M10 1.5v2M10 16.5v2M1.5 10h2M16.5 10h2M4 4l1.4 1.4M14.6 14.6L16 16M16 4l-1.4 1.4M5.4 14.6L4 16'
const moon = 'M16.5 11.7A7 7 0 1 1 8.3 3.5a5.6 5.6 0 0 0 8.2 8.2z'
const dark = (): boolean => matchMedia('(prefers-color-scheme: dark)').matches

export function themeButton(): HTMLButtonElement {
  const root = document.documentElement
  const isDark = (): boolean => (root.dataset['theme'] ?? (dark() ? 'dark' : 'light')) === 'dark'
  const toggle = button('Dark colours', icon(moon), () => {
    root.dataset['theme'] = isDark() ? 'light' : 'dark'
    update()
  })
  const update = (): void => {
    const label = isDark() ? 'Light colours' : 'Dark colours'
    toggle.setAttribute('aria-label', label)
    toggle.title = label
    toggle.replaceChildren(icon(isDark() ? sun : moon))
  }
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', update)
  update()
  return toggle
}

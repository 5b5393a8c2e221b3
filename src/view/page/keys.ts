/** Everything by keyboard: what each key does, and the list of them. */
import { button, element } from './element.ts'

export interface Command {
  /** As `KeyboardEvent.key` says it. */
  readonly keys: readonly string[]
  /** As people read it. */
  readonly shown: string
  readonly text: string
  run(): void
}

/** Runs commands wherever the focus is but in a field; in buttons and lists their own keys win. */
export function listenToKeys(commands: readonly Command[], where: HTMLElement | Document): void {
  where.addEventListener('keydown', (given) => {
    const event = given as KeyboardEvent
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return
    const target = event.target as HTMLElement
    if (target.closest('input:not([type=range]), select, dialog') !== null) return
    const own = target.closest('button, [role=tab], input') !== null
    if (own && [' ', 'Enter', 'Home', 'End'].includes(event.key)) return
    if (own && event.key.startsWith('Arrow')) return
    const command = commands.find(({ keys }) => keys.includes(event.key))
    if (command === undefined) return
    event.preventDefault()
    command.run()
  })
}

/** The list of keys, as a dialog. */
export function helpDialog(commands: readonly Command[]): HTMLDialogElement {
  const list = element('dl', { class: 'keys' })
  for (const { shown, text } of commands)
    list.append(
      element(
        'div',
        {},
        element('dt', {}, ...shown.split(' ').map((key) => element('kbd', {}, key))),
        element('dd', {}, text),
      ),
    )
  const dialog = element(
    'dialog',
    { 'aria-labelledby': 'keys-title' },
    element('h2', { id: 'keys-title' }, 'Keys and gestures'),
    list,
    element(
      'p',
      { class: 'quiet' },
      'Drag to move, wheel or pinch to zoom. Click a node to explain it, a group to open it, and the name of an open group to close it.',
    ),
  )
  dialog.append(button('Close', 'Close', () => dialog.close(), { class: 'main' }))
  dialog.addEventListener('click', (event) => {
    if (event.target === dialog) dialog.close()
  })
  return dialog
}

/** A leaf of the drawing is a handle: dragged to the right its number grows, to the left it falls. */

/** Pixels for a change by 1. */
const unit = 40

/** Makes the leaves called `names` handles inside `host`; returns what undoes it. */
export function draggable(
  host: HTMLElement,
  names: () => readonly string[],
  numberOf: (name: string) => number,
  change: (name: string, x: number) => void,
): () => void {
  const nameAt = (target: EventTarget | null): string | undefined => {
    const node = (target as Element).closest('#view .leaf[data-id]')
    const label = node?.querySelector('text.label')?.textContent?.trim()
    return names().find((name) => name === label)
  }
  let held: { name: string; from: number; x: number; moved: boolean } | undefined
  const down = (event: PointerEvent): void => {
    const name = event.button === 0 ? nameAt(event.target) : undefined
    if (name === undefined) return
    event.stopPropagation() // else the picture would be moved
    held = { name, from: event.clientX, x: numberOf(name), moved: false }
    host.setPointerCapture(event.pointerId)
  }
  const move = (event: PointerEvent): void => {
    if (held === undefined) return
    const by = event.clientX - held.from
    if (!held.moved && Math.abs(by) < 4) return
    held.moved = true
    change(held.name, Math.round((held.x + by / unit) * 100) / 100)
  }
  const up = (event: PointerEvent): void => {
    if (held === undefined) return
    const { name, moved } = held
    held = undefined
    host.releasePointerCapture(event.pointerId)
    if (!moved) pressed(host, name)
  }
  const listeners = { pointerdown: down, pointermove: move, pointerup: up, pointercancel: up }
  for (const [type, listener] of Object.entries(listeners))
    host.addEventListener(type, listener as EventListener, { capture: true })
  return () => {
    for (const [type, listener] of Object.entries(listeners))
      host.removeEventListener(type, listener as EventListener, { capture: true })
  }
}

/** A press that moved nothing is a click on the leaf: capturing the pointer took it from there. */
function pressed(host: HTMLElement, name: string): void {
  for (const node of host.querySelectorAll('#view .leaf[data-id]'))
    if (node.querySelector('text.label')?.textContent?.trim() === name)
      node.dispatchEvent(new MouseEvent('click', { bubbles: true }))
}

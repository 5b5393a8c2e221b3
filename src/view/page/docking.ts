/** Where the details stand: beside the picture, below it, or hidden, so that the picture has the room. */
import { type Box, fitted } from '../camera.ts'
import { button, icon } from './element.ts'

type Docking = 'beside' | 'below' | 'hidden'

/** What it looks like, what leads there, and what comes after it; beside there is no narrow window. */
const dockings = {
  beside: { icon: 'M2.5 4h15v12h-15zM12 4v12', label: 'Details beside the picture', next: 'below' },
  below: {
    icon: 'M2.5 4h15v12h-15zM2.5 11h15',
    label: 'Details below the picture',
    next: 'hidden',
  },
  hidden: { icon: 'M2.5 4h15v12h-15z', label: 'Hide the details', next: 'beside' },
} as const

/** The width of the details beside, the height of bar and controls, as the style has them. */
const [panelWidth, barsHeight] = [368, 156]
const narrow = matchMedia('(max-width: 999px)')

/** Below in narrow windows, and where a picture is so wide and low that it is seen larger so. */
function suited(drawing: Box): Docking {
  if (narrow.matches) return 'below'
  const [width, height] = [innerWidth, innerHeight - barsHeight]
  const beside = fitted(drawing, { width: width - panelWidth, height }, 28, 1).scale
  const below = fitted(drawing, { width, height: height - 0.36 * innerHeight }, 28, 1).scale
  return beside < 0.9 && below > 1.1 * beside ? 'below' : 'beside'
}

/** A button that goes round; the size of the drawing decides where the details are at first. */
export function dockingButton({ dataset }: HTMLElement, drawing: Box): HTMLButtonElement {
  let docking = suited(drawing)
  const toggle = button('Details', icon(dockings.beside.icon), () => dock(following()))
  const following = (): Docking => {
    const { next } = dockings[docking]
    return narrow.matches && next === 'beside' ? 'below' : next
  }
  const dock = (to: Docking): void => {
    docking = to
    dataset['details'] = to
    const { label } = dockings[following()]
    toggle.setAttribute('aria-label', label)
    toggle.title = label
    toggle.replaceChildren(icon(dockings[to].icon))
  }
  narrow.addEventListener('change', () => dock(suited(drawing)))
  dock(docking)
  return toggle
}

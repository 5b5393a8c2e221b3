/** What the studio shows now, and what it has to say. */
import { opening } from './expression/opening.ts'
import { firstNetwork } from './network/settings.ts'
import { linkOf, readLink } from './share/link.ts'
import { type StudioState, type ViewName, viewNames } from './share/state.ts'

class Studio {
  view = $state<ViewName>('expression')
  expression = $state.raw(opening)
  network = $state.raw(firstNetwork)
  lesson = $state('')
  code = $state<string | undefined>()
  /** One line for the reader: what went wrong, and what was done about it. */
  notice = $state('')
  /** Grows when a whole state was opened: views then begin anew. */
  opened = $state(0)

  /** Called before a link is made: a view may have newer numbers than it has told. */
  beforeSharing: (() => void) | undefined
  /** Called before a whole state is opened: what a view keeps is of the one before. */
  beforeOpening: (() => void) | undefined

  /** Everything that one sees, as plain data. */
  get state(): StudioState {
    const { view, expression, network, lesson, code } = this
    return { view, expression, network, lesson, code }
  }

  get link(): string {
    this.beforeSharing?.()
    return `${location.origin}${location.pathname}#${linkOf(this.state)}`
  }

  open(state: StudioState): void {
    this.beforeOpening?.()
    this.view = state.view
    this.expression = state.expression
    this.network = state.network
    this.lesson = state.lesson
    this.code = state.code
    this.opened++
  }

  /** The part of an address after #: the name of a view, or a whole state. A damaged one says so. */
  openLink(hash: string): void {
    const text = hash.replace(/^#/, '')
    if (text === '') return
    const name = viewNames.find((name) => name === text)
    if (name !== undefined) {
      this.view = name
      return
    }
    const { state, wrong } = readLink(text)
    if (state !== undefined) this.open(state)
    else this.notice = `This link is damaged (${wrong}); the studio opens as usual.`
    history.replaceState(null, '', `#${this.view}`)
  }

  show(view: ViewName): void {
    if (view === this.view) return
    this.view = view
    history.pushState(null, '', `#${view}`)
  }
}

export const studio: Studio = new Studio()

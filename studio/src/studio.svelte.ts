/** What the studio shows now, and what it has to say. */
import { opening } from './expression/opening.ts'
import { firstNetwork } from './network/settings.ts'
import { linkOf, readLink } from './share/link.ts'
import { type StudioState, type ViewName, viewNames } from './share/state.ts'

/** What a view leaves behind when it is left, and finds again when it is shown. */
interface Kept {
  /** Puts what is newer in it into the state: a link is about to be made. */
  remember?(): void
  /** It belongs to a state that is not shown any more. */
  end(): void
}

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

  readonly #kept = new Map<new () => Kept, Kept>()

  /** The one of its kind: as it was left, until another state is opened. */
  kept<T extends Kept>(kind: new () => T): T {
    const one = (this.#kept.get(kind) as T | undefined) ?? new kind()
    this.#kept.set(kind, one)
    return one
  }

  /** Everything that one sees, as plain data. */
  get state(): StudioState {
    const { view, expression, network, lesson, code } = this
    return { view, expression, network, lesson, code }
  }

  get link(): string {
    for (const one of this.#kept.values()) one.remember?.()
    return `${location.origin}${location.pathname}#${linkOf(this.state)}`
  }

  open(state: StudioState): void {
    for (const one of this.#kept.values()) one.end()
    this.#kept.clear()
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

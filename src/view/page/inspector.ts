/** A graph that one can move in, open, search, step through and ask; put together of the parts. */
import { type Contents, firstPicture } from '../contents.ts'
import { dockingButton } from './docking.ts'
import { Drawing } from './drawing.ts'
import { button, element, icon } from './element.ts'
import { type Command, helpDialog } from './keys.ts'
import type { LayoutSource } from './layouter.ts'
import { Model } from './model.ts'
import { Opened } from './opened.ts'
import { Panel } from './panel.ts'
import { Player } from './player.ts'
import { drawn } from './sketch.ts'
import { Stage } from './stage.ts'

export class Inspector {
  readonly model: Model
  readonly commands: readonly Command[]
  /** Help and docking, for a bar of the page. */
  readonly tools: readonly HTMLElement[]
  readonly #host: HTMLElement
  readonly #stage: Stage
  readonly #drawing: Drawing
  readonly #player: Player | undefined
  readonly #side: Panel
  readonly #docking: HTMLButtonElement
  readonly #help: HTMLDialogElement
  /** What is to be shown next: the newest only. */
  #coming: Contents | undefined
  #showing = false

  /** In `host`; a drawing that stands there already is taken over. There is one inspector on a page. */
  constructor(host: HTMLElement, contents: Contents, layouter: LayoutSource) {
    this.#host = host
    this.model = new Model(contents)
    const stage = host.querySelector<HTMLElement>('#stage') ?? stageOf(contents)
    const view = stage.querySelector<HTMLElement>('#view')!
    view.setAttribute('role', 'application')
    view.setAttribute(
      'aria-label',
      'Graph: arrow keys walk from node to node, Enter explains or opens',
    )
    const player = element('section', { id: 'player', 'aria-label': 'Forward and backward pass' })
    const panel = element('aside', { id: 'panel', 'aria-label': 'Details' })
    host.append(stage, player, panel)
    const { width, height } = view.querySelector('svg')!
    const size = { width: width.baseVal.value, height: height.baseVal.value }
    this.#docking = dockingButton(host, { x: 0, y: 0, ...size })
    this.#docking.className = 'tool'
    this.#stage = new Stage(view)
    this.#drawing = new Drawing(this.model, this.#stage, view, layouter, contents.layout)
    this.#player = this.model.excerpt ? undefined : new Player(this.model, player)
    if (contents.excerpt !== undefined) player.append(limits(contents.excerpt.values))
    this.#side = new Panel(this.model, panel, () => this.#drawing.ids)
    this.commands = [...this.#stepCommands(), ...this.#viewCommands()]
    this.#help = helpDialog(this.commands.filter(({ shown }) => shown !== ''))
    host.append(this.#help)
    this.tools = [this.#helpButton(), this.#docking]
    this.#addFloating(stage)
  }

  /** Another graph; where one looks, what one opened, the step and the choice stay as far as they can. */
  async show(contents: Contents): Promise<void> {
    this.#coming = contents
    if (this.#showing) return
    this.#showing = true
    while (this.#coming !== undefined) await this.#take(this.#coming)
    this.#showing = false
  }

  /** At once where the contents bring their layout; one with what was opened by hand is found first. */
  async #take(contents: Contents): Promise<void> {
    const { model } = this
    const before = model.opened
    const opened = before.of(contents)
    const { byItself, picture } = opened
    const layout = byItself ? contents.layout : await this.#drawing.lay(picture, contents.graph)
    if (model.opened !== before) return // something was opened meanwhile: once more, with that
    if (this.#coming === contents) this.#coming = undefined
    model.replace(contents, layout === undefined ? new Opened(contents) : opened)
    this.#drawing.show(layout ?? contents.layout)
    model.changed()
  }

  /** Stops playing, and is gone from the page. */
  remove(): void {
    this.#player?.pause()
    this.#host.replaceChildren()
  }

  #stepCommands(): Command[] {
    const player = this.#player
    if (player === undefined) return []
    return [
      command(['n', 'N', '.'], 'N', 'next step', () => player.step(1)),
      command(['p', 'P', ','], 'P', 'previous step', () => player.step(-1)),
      command([' ', 'k', 'K'], 'Space', 'play or pause', () => player.toggle()),
      command(['b', 'B'], 'B', 'to the backward pass', () => {
        player.pause()
        this.model.goBackward()
      }),
    ]
  }

  #viewCommands(): Command[] {
    const stage = this.#stage
    const walk = (key: string, x: number, y: number): Command =>
      command([key], '', '', () => this.#drawing.walk(x, y))
    return [
      command(['Escape'], 'Esc', 'back to the whole graph', () => this.#escape()),
      command([], '← → ↑ ↓', 'walk from node to node', () => {}),
      walk('ArrowLeft', -1, 0),
      walk('ArrowRight', 1, 0),
      walk('ArrowUp', 0, -1),
      walk('ArrowDown', 0, 1),
      command(['Enter'], 'Enter', 'explain a node, open or close a group', () =>
        this.#drawing.activate(),
      ),
      command(['+', '='], '+', 'zoom in', () => stage.zoom(1.3)),
      command(['-', '_'], '−', 'zoom out', () => stage.zoom(1 / 1.3)),
      command(['f', 'F', '0'], 'F', 'fit the whole graph', () => stage.fit()),
      command(['/'], '/', 'search', () => this.#side.focusSearch()),
      command(['d', 'D'], 'D', 'details beside, below or hidden', () => this.#docking.click()),
      command(['?'], '?', 'this list', () => this.#help.showModal()),
    ]
  }

  /** One thing after the other: the step, then the search, then the choice. */
  #escape(): void {
    const { model } = this
    this.#player?.pause()
    if (model.stepping) {
      model.stop = model.stops.length
      model.show(model.tab === 'step' ? 'explain' : model.tab)
    } else if (model.words !== '') model.search('')
    else model.choose(undefined)
  }

  #helpButton(): HTMLElement {
    const question = 'M7.4 7.6a2.7 2.7 0 1 1 4 2.4c-.9.5-1.4 1-1.4 2M10 15v.1'
    return button('Keys and gestures', icon(question), () => this.#help.showModal(), {
      class: 'tool',
    })
  }

  #addFloating(stage: HTMLElement): void {
    stage.append(zoomButtons(this.#stage))
    const { model } = this
    const { groups } = model.graph
    if (groups.length === 0 || model.excerpt) return
    const setAll = (open: boolean): void =>
      model.setOpen(open ? model.graph.groups.map(({ id }) => id) : [])
    const open = button('Open all', 'Open all', () => setAll(true), { class: 'tool wide' })
    const close = button('Close all', 'Close all', () => setAll(false), { class: 'tool wide' })
    const about = { id: 'groups', class: 'floating', role: 'group', 'aria-label': 'Groups' }
    stage.append(element('div', about, open, close))
  }
}

const command = (keys: string[], shown: string, text: string, run: () => void): Command => ({
  keys,
  shown,
  text,
  run,
})

function stageOf(contents: Contents): HTMLElement {
  const svg = drawn(firstPicture(contents), contents.graph, contents.layout)
  return element('div', { id: 'stage' }, element('div', { id: 'view' }, svg))
}

/** What a page of an excerpt cannot do. */
function limits(values: number): HTMLElement {
  const words =
    `${values.toLocaleString('en')} Values are too many for one page. It holds this picture only: ` +
    'groups cannot be opened here, and the passes cannot be stepped through.'
  return element('p', {}, words)
}

const zoom = (label: string, d: string, press: () => void): HTMLElement =>
  button(label, icon(d), press, { class: 'tool' })

function zoomButtons(stage: Stage): HTMLElement {
  return element(
    'div',
    { id: 'zoom', class: 'floating', role: 'group', 'aria-label': 'Zoom' },
    zoom('Zoom in', 'M10 4v12M4 10h12', () => stage.zoom(1.3)),
    zoom('Zoom out', 'M4 10h12', () => stage.zoom(1 / 1.3)),
    zoom('Fit the whole graph', 'M3.5 7.5v-4h4M12.5 3.5h4v4M16.5 12.5v4h-4M7.5 16.5h-4v-4', () =>
      stage.fit(),
    ),
  )
}

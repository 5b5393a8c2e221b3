/** The program of the page: unpacks what it shows, and puts the parts together. */
import type { Contents } from '../html.ts'
import { dockingButton } from './docking.ts'
import { Drawing } from './drawing.ts'
import { button, byId, element, icon } from './element.ts'
import { type Command, helpDialog, listenToKeys } from './keys.ts'
import { Layouter } from './layouter.ts'
import { Model } from './model.ts'
import { Panel } from './panel.ts'
import { Player } from './player.ts'
import { Stage } from './stage.ts'
import { themeButton } from './theme.ts'
import { unpack } from './unpack.ts'

async function start(): Promise<void> {
  const contents = JSON.parse(await unpack(byId('contents').textContent)) as Contents
  const model = new Model(contents)
  const host = byId('view')
  host.setAttribute('role', 'application')
  host.setAttribute(
    'aria-label',
    'Graph: arrow keys walk from node to node, Enter explains or opens',
  )
  const panel = element('aside', { id: 'panel', 'aria-label': 'Details' })
  const playerHost = element('section', { id: 'player', 'aria-label': 'Forward and backward pass' })
  byId('stage').after(playerHost, panel)
  const { width, height } = host.querySelector('svg')!
  const docking = dockingButton({
    x: 0,
    y: 0,
    width: width.baseVal.value,
    height: height.baseVal.value,
  })
  docking.className = 'tool'
  const stage = new Stage(host)
  const layouter = new Layouter(contents.graph, contents.partials)
  const drawing = new Drawing(model, stage, host, layouter, contents.layout)
  const player = model.excerpt ? undefined : new Player(model, playerHost)
  if (contents.excerpt !== undefined) playerHost.append(limits(contents.excerpt.values))
  const side = new Panel(model, panel, () => drawing.ids)
  const commands = commandsOf(model, stage, drawing, player, side, docking)
  listenToKeys(commands)
  addTools(model, stage, docking, commands)
  document.documentElement.dataset['ready'] = ''
}

const command = (keys: string[], shown: string, text: string, run: () => void): Command => ({
  keys,
  shown,
  text,
  run,
})

function commandsOf(
  model: Model,
  stage: Stage,
  drawing: Drawing,
  player: Player | undefined,
  side: Panel,
  docking: HTMLButtonElement,
): Command[] {
  const walk = (key: string, x: number, y: number): Command =>
    command([key], '', '', () => drawing.walk(x, y))
  return [
    ...(player === undefined ? [] : stepCommands(model, player)),
    command(['Escape'], 'Esc', 'back to the whole graph', () => {
      player?.pause()
      escape(model)
    }),
    command([], '← → ↑ ↓', 'walk from node to node', () => {}),
    walk('ArrowLeft', -1, 0),
    walk('ArrowRight', 1, 0),
    walk('ArrowUp', 0, -1),
    walk('ArrowDown', 0, 1),
    command(['Enter'], 'Enter', 'explain a node, open or close a group', () => drawing.activate()),
    command(['+', '='], '+', 'zoom in', () => stage.zoom(1.3)),
    command(['-', '_'], '−', 'zoom out', () => stage.zoom(1 / 1.3)),
    command(['f', 'F', '0'], 'F', 'fit the whole graph', () => stage.fit()),
    command(['/'], '/', 'search', () => side.focusSearch()),
    command(['d', 'D'], 'D', 'details beside, below or hidden', () => docking.click()),
    command(['?'], '?', 'this list', () => document.querySelector('dialog')?.showModal()),
  ]
}

function stepCommands(model: Model, player: Player): Command[] {
  return [
    command(['n', 'N', '.'], 'N', 'next step', () => player.step(1)),
    command(['p', 'P', ','], 'P', 'previous step', () => player.step(-1)),
    command([' ', 'k', 'K'], 'Space', 'play or pause', () => player.toggle()),
    command(['b', 'B'], 'B', 'to the backward pass', () => {
      player.pause()
      model.goBackward()
    }),
  ]
}

/** What a page of an excerpt cannot do. */
function limits(values: number): HTMLElement {
  const words =
    `${values.toLocaleString('en')} Values are too many for one page. It holds this picture only: ` +
    'groups cannot be opened here, and the passes cannot be stepped through.'
  return element('p', {}, words)
}

/** One thing after the other: the step, then the search, then the choice. */
function escape(model: Model): void {
  if (model.stepping) {
    model.stop = model.stops.length
    model.show(model.tab === 'step' ? 'explain' : model.tab)
  } else if (model.words !== '') model.search('')
  else model.choose(undefined)
}

function addTools(
  model: Model,
  stage: Stage,
  docking: HTMLButtonElement,
  commands: readonly Command[],
): void {
  const dialog = helpDialog(commands.filter(({ shown }) => shown !== ''))
  document.body.append(dialog)
  const theme = themeButton()
  theme.className = 'tool'
  const question = 'M7.4 7.6a2.7 2.7 0 1 1 4 2.4c-.9.5-1.4 1-1.4 2M10 15v.1'
  const help = button('Keys and gestures', icon(question), () => dialog.showModal())
  help.className = 'tool'
  byId('top').append(element('div', { class: 'tools' }, theme, help, docking))
  byId('stage').append(zoomButtons(stage))
  const { groups } = model.graph
  if (groups.length === 0 || model.excerpt) return
  const all = groups.map(({ id }) => id)
  const open = button('Open all', 'Open all', () => model.setOpen(all), { class: 'tool wide' })
  const close = button('Close all', 'Close all', () => model.setOpen([]), { class: 'tool wide' })
  const about = { id: 'groups', class: 'floating', role: 'group', 'aria-label': 'Groups' }
  byId('stage').append(element('div', about, open, close))
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

void start()

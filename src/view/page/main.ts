/** The program of a page of `toHtml`: unpacks what it shows and puts it on the page. */
import type { Contents } from '../contents.ts'
import { byId, element } from './element.ts'
import { Inspector } from './inspector.ts'
import { listenToKeys } from './keys.ts'
import { Layouter } from './layouter.ts'
import { themeButton } from './theme.ts'
import { unpack } from './unpack.ts'

async function start(): Promise<void> {
  const contents = JSON.parse(await unpack(byId('contents').textContent)) as Contents
  const layouter = new Layouter(layoutWorker, contents.partials)
  const inspector = new Inspector(byId('inspector'), contents, layouter)
  listenToKeys(inspector.commands, document)
  const theme = themeButton()
  theme.className = 'tool'
  byId('top').append(element('div', { class: 'tools' }, theme, ...inspector.tools))
  document.documentElement.dataset['ready'] = ''
}

/** Its program stands in the page, compressed. */
async function layoutWorker(): Promise<Worker> {
  const program = await unpack(byId('layouter').textContent)
  return new Worker(URL.createObjectURL(new Blob([program], { type: 'text/javascript' })))
}

void start()

/** The studio in Firefox and in WebKit, as a person would go through it: all views, programs in their sandbox, and no network. */
import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { staticServer } from '../../src/cli/static-server.ts'
import { opening } from '../../studio/src/expression/opening.ts'
import { firstNetwork } from '../../studio/src/network/settings.ts'
import { linkOf } from '../../studio/src/share/link.ts'
import { inWorker } from '../compiled-suite.ts'
import { escape } from '../escape.ts'
import { Firefox, withoutFirefox } from '../firefox.ts'
import { folder } from '../studio.ts'
import type { WebDriver } from '../webdriver.ts'
import { WebKit, withoutWebKit } from '../webkit.ts'
import { answerOf, elsewhere, servedPages } from '../worker-pages.ts'

const threads = (precision: string): string => `
import { compile } from 'chainrule/compile'
import { meanSquaredError } from 'chainrule/loss'
import { MLP } from 'chainrule/nn'
import { Random } from 'chainrule'
const losses = []
for (const threads of [1, 2]) {
  const model = new MLP(4, [16, 2], { random: new Random(1) })
  const step = await compile((x, y) => meanSquaredError(model.forward(x), y), {
    inputs: [{ length: 4 }, { length: 2 }], parameters: model.parameters(), precision: '${precision}', threads })
  const X = Array.from({ length: 2000 }, (_, i) => [i / 2000, 1, -i / 2000, 2])
  losses.push(step(X, X.map(([a]) => [a, -a])).loss)
  console.log(step.threads)
}
console.log(Math.abs(losses[0] - losses[1]) < 1e-5 * losses[0])`

describe.skipIf(withoutFirefox !== undefined)('Firefox', () => {
  walk(() => Firefox.start(), ['isolated', 'plain'])
})
describe.skipIf(withoutWebKit !== undefined)('WebKit', () => {
  // This one shares memory on every page, where it is told to share any.
  walk(() => WebKit.start(), ['isolated'])
})

/** What the compiled suite comes to in Node. */
let expected: Promise<object> | undefined

/** The way through it, and through the compiled suite on some kinds of pages. */
function walk(start: () => Promise<WebDriver>, kinds: readonly string[]): void {
  let server: Server
  let url: string
  let browser: WebDriver

  beforeAll(async () => {
    server = staticServer(folder).listen(0, '127.0.0.1')
    await once(server, 'listening')
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
    browser = await start()
    await browser.size(1440, 1000)
    await browser.open(url)
  }, 60_000)
  afterAll(async () => {
    await browser?.stop()
    server?.close()
  })
  afterEach(async () => {
    const found = await browser.errors()
    if (found.length > 0) throw new Error(found.join('\n'))
  })

  const expectTrue = (expression: string): Promise<void> => browser.until(expression)
  const text = (selector: string): Promise<unknown> =>
    browser.evaluate(`document.querySelector('${selector}')?.textContent`)

  /** Runs a program that came with a link; what it prints. */
  async function printed(code: string): Promise<string[]> {
    const link = { view: 'code', expression: opening, network: firstNetwork, lesson: '', code }
    await browser.evaluate(`new Promise((opened) => {
      addEventListener('popstate', () => setTimeout(opened), { once: true })
      location.hash = ${JSON.stringify(linkOf(link as Parameters<typeof linkOf>[0]))}
    })`)
    await browser.click('button.run')
    await browser.until(`document.querySelector('[data-standing=done], [data-standing=ended]')`)
    const lines = `[...document.querySelectorAll('.printed, .failure')].map((line) => line.textContent.trim())`
    return (await browser.evaluate(lines)) as string[]
  }

  test('an expression is drawn as it is typed, and differentiated again', async () => {
    await browser.fill('#formula', 'y = tanh(a*b) + c**2')
    await expectTrue(`document.querySelector('.says').textContent.includes('y = 0.000090796')`)
    await expectTrue(`document.querySelector('#view svg').textContent.includes('tanh')`)
    await browser.click('.again .chip')
    await expectTrue(`document.querySelector('.says').textContent.includes('= 0.00045396')`)
  })

  test('a network learns, and the time line leads back', async () => {
    await browser.click('nav a[href="#network"]')
    await browser.click('button[aria-label=Play]')
    const right = `parseFloat([...document.querySelectorAll('.score div')][3].textContent.slice(5))`
    await expectTrue(`${right} > 95`)
    await browser.click('button[aria-label=Pause]')
    const epoch = `Number(document.querySelector('.score dd').textContent)`
    await browser.evaluate(`(() => {
      const line = document.querySelector('.timeline input')
      line.value = 0
      for (const kind of ['input', 'change']) line.dispatchEvent(new Event(kind, { bubbles: true }))
    })()`)
    await expectTrue(`${epoch} === 0 && ${right} < 95`)
    const colours = `new Set(document.querySelector('.plane canvas').getContext('2d').getImageData(0, 0, 200, 200).data).size`
    expect(await browser.evaluate(colours)).toBeGreaterThan(20)
  })

  test('a lesson takes an answer', async () => {
    await browser.click('nav a[href="#learn"]')
    await browser.click('main ol button, main ol a')
    await expectTrue(`document.querySelector('.task input')`)
    await browser.fill('.task input', '8')
    await browser.click('.task form button')
    await expectTrue(`document.querySelector('.task').textContent.includes('(20 − 4) / 2 = 8')`)
  })

  test('programs run, on threads too, and their errors name a line', async () => {
    // The sandbox has an origin of its own, whose workers cannot begin others in WebKit.
    const most = browser instanceof WebKit ? '1' : '2'
    expect(await printed(threads('f64'))).toEqual(['1', most, 'true'])
    expect(await printed(threads('f32'))).toEqual(['1', most, 'true'])
    expect((await printed(`const a = 1\na.mul(2)`))[0]).toContain('line 2')
  })

  test('a program reaches neither the network nor the page', async () => {
    const heard: (string | undefined)[] = []
    server.on('request', ({ url: path }) => heard.push(path))
    const lines = await printed(escape(`${new URL(url).host}/elsewhere/`, url))
    expect(lines.length).toBe(15)
    for (const line of lines) expect(line).toMatch(/: refused$/)
    const own = ['/sandbox.html', '/service-worker.js'] // asked for by the page and by Firefox
    expect(heard.filter((path) => !own.includes(path!))).toEqual([])
    // Firefox tells of what it refused.
    if (browser instanceof Firefox)
      expect((await browser.errors()).join('\n')).toContain('Content-Security-Policy')
  })

  test('a link is copied', async () => {
    await browser.click('button[aria-label=Share]')
    await browser.click('dialog button.main')
    await expectTrue(`document.querySelector('dialog [role=status]').textContent === 'Copied.'`)
  })

  test('it works without a network', async () => {
    await browser.evaluate('navigator.serviceWorker.ready.then(() => true)')
    server.closeAllConnections()
    await new Promise((closed) => server.close(closed))
    // At once: a WebKit that is asked by tests keeps nothing on a disk, and forgets what no page has open.
    await browser.open(`${url}index.html#code`)
    await browser.click('button.run')
    await expectTrue(`document.querySelector('.live svg, .still img')`)
    expect(await text('.printed')).toContain('6.909297426825682')
  })

  test.each(kinds)('compiled programs agree with Node, in a worker of a page: %s', async (kind) => {
    const pages = await servedPages()
    await browser.open(pages.url(kind))
    const found = await browser.evaluate(answerOf('suite.js'))
    expect(found).toEqual(elsewhere(await (expected ??= inWorker()), kind === 'isolated'))
    pages.close()
  })
}

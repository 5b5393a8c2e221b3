/**
 * npm run bench -- studio: the studio in a headless Chromium on this machine: how large the first load
 * is, when one can use it, how fast a key press is drawn (until the picture stands in the page,
 * and until it is painted), and how fast a network learns while the page
 * is drawn. Needs a Chromium, on the PATH or in $CHROMIUM.
 */
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { chromium } from 'playwright-core'
import { staticServer } from '../dist/cli/static-server.js'
import { parse } from '../dist/expression/index.js'
import { agree as sameNumbers, median } from './measure.js'

const root = fileURLToPath(new URL('..', import.meta.url))
const folder = `${root}dist/studio`
const loads = 7
const keys = 15
const [rounds, seconds] = [3, 4]

function browserPath() {
  if (process.env.CHROMIUM) return process.env.CHROMIUM
  try {
    return execFileSync('which', ['chromium'], { encoding: 'utf8' }).trim()
  } catch {
    throw new Error('no Chromium: install the package chromium, or set CHROMIUM to one.')
  }
}

/** The first load: kilobytes, compressed, and milliseconds until the page is ready, with an empty cache. */
async function load(browser, url) {
  const context = await browser.newContext({ serviceWorkers: 'block' })
  const page = await context.newPage()
  await page.goto(url)
  await page.waitForSelector('html[data-ready]')
  const { ready, files } = await page.evaluate(() => ({
    ready: performance.getEntriesByName('ready')[0].startTime,
    files: performance.getEntriesByType('resource').map(({ name }) => new URL(name).pathname),
  }))
  const kilobytes = ['/index.html', ...files].reduce(
    (sum, file) => sum + gzipSync(readFileSync(`${folder}${file}`), { level: 9 }).length / 1024,
    0,
  )
  await context.close()
  return { ready, kilobytes }
}

const chain = (n) => [`v0 = a*${n}`, ...steps(196, (i) => `${i % 2 ? 'sin' : 'tanh'}(v${i})`)]
const branching = (n) => [
  `v0 = a*${n}`,
  ...steps(65, (i) => `tanh(v${i}*a + v${Math.max(0, i - 2)})`),
]
const steps = (count, step) => Array.from({ length: count }, (_, i) => `v${i + 1} = ${step(i)}`)
/** With one operation more, elsewhere at each key. */
const longer = (lines, key) => lines.map((line, i) => (i === 10 + 3 * key ? `${line} + a` : line))

/** Formulas of some 200 operations, as many as are all drawn, and how each key changes them. */
const typing = {
  'a chain, a digit changes': (key) => chain(key + 2),
  'a chain, an operation comes or goes': (key) => (key % 2 ? chain(2) : longer(chain(2), key)),
  'branches, a digit changes': (key) => branching(key + 2),
  'branches, an operation comes or goes': (key) =>
    key % 2 ? branching(2) : longer(branching(2), key),
}

/** Milliseconds from a key to its picture: until it stands in the page, and until that is painted. */
async function keyPress(browser, url, formula) {
  const page = await browser.newPage()
  await page.goto(url)
  const press = (key) => page.evaluate(timed, formula(key).join('\n'))
  await press(-1)
  await press(-2)
  const pressed = []
  for (let key = 0; key < keys; key++) {
    pressed.push(await press(key))
    checkDrawn(pressed[key], formula(key).join('\n'))
  }
  await page.close()
  return {
    stands: median(pressed.map(({ stands }) => stands)),
    painted: median(pressed.map(({ painted }) => painted)),
    operations: pressed[1].operations,
  }
}

/** In the page. */
function timed(text) {
  return new Promise((resolve) => {
    const view = document.querySelector('#view')
    const field = document.querySelector('#formula')
    const start = performance.now()
    new MutationObserver((_, observer) => {
      observer.disconnect()
      const stands = performance.now() - start
      const { port1, port2 } = new MessageChannel()
      port1.start()
      port1.addEventListener('message', () =>
        resolve({
          stands,
          painted: performance.now() - start,
          operations: view.querySelectorAll('.op').length,
          tips: [...view.querySelectorAll('.value > title')].map((tip) => tip.textContent),
          result: view.querySelector('.root .data').lastChild.data,
        }),
      )
      // A message that is sent in a frame comes after its painting.
      requestAnimationFrame(() => port2.postMessage(0))
    }).observe(view, { childList: true, subtree: true, characterData: true })
    field.value = text
    field.dispatchEvent(new Event('input', { bubbles: true }))
  })
}

/** Throws unless the picture on the page has the numbers of the formula, in every box. */
function checkDrawn({ tips, result }, text) {
  const f = parse(text)({ a: -2 }) // what the studio opens with
  f.backward()
  const values = new Set([f])
  for (const { inputs } of values) for (const x of inputs) values.add(x)
  const sorted = (numbers) => numbers.toSorted((a, b) => a - b)
  for (const kind of ['data', 'grad']) {
    const drawn = tips.map((tip) => Number(new RegExp(`${kind} ([^,]+)`).exec(tip)[1]))
    const expected = [...values].map((v) => v[kind])
    // Browser and Node need not have the same sin, to the last bit.
    sameNumbers(`the picture's ${kind}`, sorted(drawn), sorted(expected), 1e-9)
    if (drawn.length !== expected.length) throw new Error('the picture has other Values.')
  }
  if (result !== f.data.toFixed(4)) throw new Error(`the result on the picture is ${result}.`)
}

/** In the page: how many frames a second it gets, over some seconds, and what `.score` counts up. */
function watched(seconds) {
  return new Promise((resolve) => {
    const epoch = () =>
      Number(document.querySelector('.score dd')?.textContent.replaceAll(',', '') ?? 0)
    let frames = 0
    let [start, from] = [0, 0]
    const frame = (now) => {
      if (start === 0) [start, from] = [now, epoch()]
      const passed = (now - start) / 1000
      if (passed >= seconds)
        return resolve({ epochs: (epoch() - from) / passed, frames: frames / passed })
      frames++
      requestAnimationFrame(frame)
    }
    requestAnimationFrame(frame)
  })
}

/**
 * A network 4-4-2 on 300 points, at 30 epochs a second and as fast as it goes: epochs and frames of the
 * page a second; in turn with an empty page, since a headless browser beats no steady time of its own.
 */
async function training(browser, url) {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
  const paces = ['normal', 'fastest']
  const found = { empty: [], normal: [], fastest: [] }
  for (let i = 0; i < rounds; i++) {
    await page.goto('about:blank')
    found.empty.push(await page.evaluate(watched, seconds))
    await page.goto(`${url}#network`)
    await page.waitForSelector('.diagram')
    for (const pace of paces) {
      const watch = page.locator('.net-options label:has-text("Watch") select')
      await watch.selectOption(pace)
      await page.click('button[aria-label="Play"]')
      await page.waitForTimeout(1000)
      found[pace].push(await page.evaluate(watched, seconds))
      await page.click('button[aria-label="Pause"]')
    }
  }
  await page.close()
  const middle = (which, key) => median(found[which].map((one) => one[key]))
  return {
    empty: middle('empty', 'frames'),
    normal: middle('normal', 'frames'),
    fastest: middle('fastest', 'frames'),
    epochs: middle('fastest', 'epochs'),
  }
}

/** @returns {Promise<import('./report.js').Report>} */
export async function run() {
  execFileSync('npm', ['run', '--silent', 'build', '--workspace', 'studio'], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const server = staticServer(folder).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${server.address().port}/`
  const browser = await chromium.launch({ executablePath: browserPath(), args: ['--no-sandbox'] })
  try {
    const first = []
    for (let i = 0; i < loads; i++) first.push(await load(browser, url))
    const ready = median(first.map((one) => one.ready))
    const typed = []
    for (const [name, formula] of Object.entries(typing))
      typed.push({ name, ...(await keyPress(browser, url, formula)) })
    const { empty, normal, fastest, epochs } = await training(browser, url)
    const aim = (what, aim, got, met, digits = 0) => ({ what, aim, got, met, digits })
    // Half a frame a second is less than one frame missed in the time of a measurement.
    const smooth = (what, got, empty) =>
      aim(
        what,
        `at least 60, or as an empty page (${empty.toFixed(1)})`,
        got,
        got >= Math.min(60, empty) - 0.5,
        1,
      )
    const rows = [
      { what: 'first load, KB compressed', got: first[0].kilobytes },
      { what: 'ready, ms', got: ready },
      ...typed.flatMap(({ name, operations, stands, painted }) => [
        { what: `${operations} operations, ${name}: in the page, ms`, got: stands },
        { what: `${operations} operations, ${name}: painted, ms`, got: painted },
      ]),
      { what: '4-4-2, 300 points, fastest: epochs/s', got: epochs },
      { what: '4-4-2, 300 points, fastest: frames/s', got: fastest },
      { what: '4-4-2, 300 points, 30 epochs/s: frames/s', got: normal },
      { what: 'an empty page: frames/s', got: empty },
    ]
    return {
      title: 'The studio in a page',
      about: [
        `Headless Chromium ${browser.version()}, which draws without a GPU; medians of ${loads} loads and ${keys} keys.`,
      ],
      columns: [
        { key: 'what', title: 'what' },
        { key: 'got', title: 'measured' },
      ],
      rows,
      aims: [
        aim('first load, KB', 'at most 350', first[0].kilobytes, first[0].kilobytes <= 350),
        aim('ready, ms', 'at most 1,500', ready, ready <= 1500),
        ...typed.map(({ name, painted }) =>
          aim(`a key until it is painted, ${name}, ms`, 'at most 100', painted, painted <= 100),
        ),
        aim('epochs/s while drawn', 'at least 100', epochs, epochs >= 100),
        smooth('frames/s while training', normal, empty),
        smooth('frames/s while training as fast as it goes', fastest, empty),
      ],
      notes: [],
    }
  } finally {
    await browser.close()
    server.close()
  }
}

/**
 * npm run bench -- studio: the studio in a headless Chromium on this machine: how large the first load
 * is, when one can use it, how fast a key press is drawn, and how fast a network learns while the page
 * is drawn. Needs a Chromium, on the PATH or in $CHROMIUM.
 */
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { chromium } from 'playwright-core'
import { staticServer } from '../dist/cli/static-server.js'
import { median } from './measure.js'

const root = fileURLToPath(new URL('..', import.meta.url))
const folder = `${root}dist/studio`
const loads = 7
const keys = 15

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

/** Milliseconds from a key in a formula of 200 operations until its picture stands on the page. */
async function keyPress(browser, url) {
  const page = await browser.newPage()
  await page.goto(url)
  const lines = Array.from(
    { length: 197 },
    (_, i) => `v${i + 1} = ${i % 2 ? 'sin' : 'tanh'}(v${i})`,
  )
  const formula = (n) => [`v0 = a*${n}`, ...lines].join('\n')
  const press = (text) =>
    page.evaluate(
      (text) =>
        new Promise((resolve) => {
          const view = document.querySelector('#view')
          const field = document.querySelector('#formula')
          const start = performance.now()
          new MutationObserver((_, observer) => {
            observer.disconnect()
            resolve({
              ms: performance.now() - start,
              operations: view.querySelectorAll('.op').length,
            })
          }).observe(view, { childList: true })
          field.value = text
          field.dispatchEvent(new Event('input', { bubbles: true }))
        }),
      text,
    )
  await press(formula(1))
  const times = []
  let operations = 0
  for (let i = 2; i < 2 + keys; i++) {
    const pressed = await press(formula(i))
    times.push(pressed.ms)
    operations = pressed.operations
  }
  await page.close()
  return { ms: median(times), operations }
}

/** A network 4-4-2 on 300 points, as fast as it goes: epochs and frames of the page a second. */
async function training(browser, url) {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
  await page.goto(`${url}#network`)
  await page.waitForSelector('.diagram')
  const watch = page.locator('.net-options label:has-text("Watch") select')
  const run = async (pace) => {
    await watch.selectOption(pace)
    await page.click('button[aria-label="Play"]')
    await page.waitForTimeout(1000)
    const found = await page.evaluate(
      () =>
        new Promise((resolve) => {
          const epoch = () =>
            Number(document.querySelector('.score dd').textContent.replaceAll(',', ''))
          const [start, from] = [performance.now(), epoch()]
          let frames = 0
          const frame = () => {
            frames++
            const seconds = (performance.now() - start) / 1000
            if (seconds < 4) requestAnimationFrame(frame)
            else resolve({ epochs: (epoch() - from) / seconds, frames: frames / seconds })
          }
          requestAnimationFrame(frame)
        }),
    )
    await page.click('button[aria-label="Pause"]')
    return found
  }
  const [normal, fastest] = [await run('normal'), await run('fastest')]
  await page.close()
  return { normal, fastest }
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
    const { ms, operations } = await keyPress(browser, url)
    const { normal, fastest } = await training(browser, url)
    const aim = (what, aim, got, met, digits = 0) => ({ what, aim, got, met, digits })
    const rows = [
      { what: 'first load, KB compressed', got: first[0].kilobytes },
      { what: 'ready, ms', got: ready },
      { what: `a key press, ${operations} operations, ms`, got: ms },
      { what: '4-4-2, 300 points, fastest: epochs/s', got: fastest.epochs },
      { what: '4-4-2, 300 points, fastest: frames/s', got: fastest.frames },
      { what: '4-4-2, 300 points, 30 epochs/s: frames/s', got: normal.frames },
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
        aim('key press of 200 operations, ms', 'at most 100', ms, ms <= 100),
        aim('epochs/s while drawn', 'at least 100', fastest.epochs, fastest.epochs >= 100),
        aim('frames/s while training', 'at least 60', normal.frames, normal.frames >= 59),
      ],
      notes: [],
    }
  } finally {
    await browser.close()
    server.close()
  }
}

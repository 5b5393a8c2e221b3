/** How the studio arrives: how much of it, from where, and what is left without a network. */
import { readdirSync, readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { withoutChromium } from './chromium.ts'
import { command, main, plainly } from './command.ts'
import { textOf } from './pages.ts'
import { folder, Studio } from './studio.ts'

const gzipped = (file: string): number =>
  gzipSync(readFileSync(`${folder}/${file}`), { level: 9 }).length

test('no file of the studio has an inline script or style, and its policy allows no eval', () => {
  const html = readFileSync(`${folder}/index.html`, 'utf8')
  const policy = /http-equiv="Content-Security-Policy"\s+content="([^"]+)"/.exec(html)![1]!
  expect(policy).toContain(`script-src 'self' 'wasm-unsafe-eval'`)
  expect(policy).not.toMatch(/'unsafe-inline'|'unsafe-eval'|https?:/)
  // In several, styles that several views need come before those that they build on.
  expect(html.match(/rel="stylesheet"/g)).toHaveLength(1)
  expect(html).not.toMatch(/<script(?![^>]* src=)|<style| style=| on\w+=/)
})

test('no two views style the same class: their styles stay when another view is opened', () => {
  const views = ['network', 'learn', 'code'].map((view) => {
    const files = readdirSync(`studio/src/${view}`, { recursive: true, encoding: 'utf8' })
    const styles = files
      .filter((name) => name.endsWith('.css'))
      .map((name) => readFileSync(`studio/src/${view}/${name}`, 'utf8'))
      .join('\n')
    return new Set(styles.match(/^\s*\.[a-z-]+/gm)!.map((name) => name.trim()))
  })
  const shared = views.flatMap((one, i) =>
    [...one].filter((name) => views.slice(i + 1).some((other) => other.has(name))),
  )
  expect(shared).toEqual([])
})

/** The command, until it has printed where the studio is. */
async function served(...args: string[]): Promise<{ url: string; end: () => void; said: string }> {
  const child = spawn(process.execPath, [main, 'studio', ...args], { env: plainly })
  let said = ''
  child.stderr.on('data', (text: Buffer) => (said += String(text)))
  const [text] = (await once(child.stdout, 'data')) as [Buffer]
  const url = /http:\S+\//.exec(String(text))![0]
  return {
    url,
    end: () => void child.kill(),
    get said() {
      return said
    },
  }
}

test('chainrule studio: twice at once each has its port; a busy one is refused with what to do', async () => {
  const [one, two] = [await served('--no-open'), await served('--no-open', '--json')]
  try {
    expect(one.url).not.toBe(two.url)
    for (const { url } of [one, two]) expect((await fetch(url)).status).toBe(200)
    const outside = await fetch(`${one.url}%2e%2e/%2e%2e/package.json`)
    expect(outside.status).toBe(404)
    const port = new URL(one.url).port
    const third = command('.', ['studio', '--no-open', '--port', port])
    expect(third.status).toBe(1)
    expect(third.stderr).toBe(
      `chainrule: port ${port} cannot be had: name another one, or leave --port out and a free one is found.\n`,
    )
  } finally {
    one.end()
    two.end()
  }
})

test('chainrule studio on a machine without a browser says where to go', async () => {
  const child = spawn(process.execPath, [main, 'studio'], { env: { ...plainly, PATH: '' } })
  const [text] = (await once(child.stderr, 'data')) as [Buffer]
  const [more = text] = /no browser/.test(String(text)) ? [text] : await once(child.stderr, 'data')
  child.kill()
  expect(`${String(text)}${String(more)}`).toMatch(
    /no browser could be opened: open http:\/\/127\.0\.0\.1:\d+\/ yourself/,
  )
})

describe.skipIf(withoutChromium !== undefined)('the studio arrives', () => {
  let studio: Studio
  beforeAll(async () => {
    studio = await Studio.start()
  })
  afterAll(() => studio?.stop())
  afterEach(() => studio.check())

  test('at most 350 KB, compressed, before an editor or a layout engine is asked for', async () => {
    const page = await studio.open()
    await page.waitForSelector('#view svg')
    const files = (await page.evaluate(
      `performance.getEntriesByType('resource').filter((e) => e.initiatorType !== 'other').map((e) => e.name)`,
    )) as string[]
    const loaded = files.map((url) => new URL(url).pathname.slice(1))
    const total = [...loaded, 'index.html'].reduce((sum, file) => sum + gzipped(file), 0)
    expect(loaded.length).toBeGreaterThan(1)
    expect(total).toBeLessThanOrEqual(350 * 1024)
    expect(loaded.filter((file) => /viz|worker|Code|Network/.test(file))).toEqual([])
  })

  test('after the first load it works without a network, every view of it, and programs run', async () => {
    const alone = await Studio.start()
    try {
      const page = await alone.open('', { serviceWorkers: 'allow' })
      await page.evaluate('navigator.serviceWorker.ready.then(() => true)')
      await page.context().setOffline(true)
      alone.unplug()
      await page.reload()
      await page.waitForSelector('#view svg')
      await page.fill('#formula', 'y = 5*x')
      await page.locator('.says').filter({ hasText: 'y = 5' }).waitFor()
      for (const view of ['Network', 'Learn', 'Code']) {
        await page.click(`nav a:text("${view}")`)
        await page.locator('#view-root h1').filter({ hasText: view }).waitFor({ state: 'attached' })
      }
      expect(await textOf(page, 'title')).toContain('Code')
      await page.click('button.run')
      await page.waitForSelector('[data-standing=done]')
      expect(await textOf(page, '.printed')).toContain('6.909297426825682')
      await page.waitForSelector('.live svg, .still img')
      await alone.check()
    } finally {
      await alone.stop()
    }
  })

  test('every file that the studio needs is kept', () => {
    const worker = readFileSync(`${folder}/service-worker.js`, 'utf8')
    for (const file of readdirSync(`${folder}/assets`)) expect(worker, file).toContain(file)
  })
})

import axe from 'axe-core'
import { mean, Random, tanh, value, type Value } from 'chainrule'
import { moons } from 'chainrule/data'
import { MLP } from 'chainrule/nn'
import { toHtml } from 'chainrule/view'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { withoutChromium } from '../chromium.ts'
import { Pages, shownValues, textOf, viewBox } from '../pages.ts'

/** What axe finds wrong, serious or critical, and where. */
async function faults(page: Page): Promise<string[]> {
  if (!(await page.evaluate('"axe" in window'))) await page.evaluate(axe.source)
  const { violations } = (await page.evaluate(`axe.run({ resultTypes: ['violations'] })`)) as {
    violations: { id: string; impact: string; nodes: { html: string }[] }[]
  }
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join('\n')}`)
}

function network(): Value {
  const model = new MLP(2, [3, 1], { random: new Random(1) })
  const y = model.forward([value(0.5, 'x0'), value(-1, 'x1')])[0]!
  y.backward()
  return y
}

/** The mean squared error of a small network on `n` examples. */
function batch(n: number): Value {
  const model = new MLP(2, [16, 16, 1], { random: new Random(1) })
  const { X, y } = moons(n)
  const loss = mean(X.map((x, i) => model.forward(x)[0]!.sub(y[i]!).pow(2)))
  loss.label = 'loss'
  loss.backward()
  return loss
}

describe.skipIf(withoutChromium !== undefined)('the page', () => {
  let pages: Pages
  beforeAll(async () => {
    pages = await Pages.start()
  })
  afterAll(() => pages?.stop())
  afterEach(() => pages.check())

  test.each(['light', 'dark'] as const)(
    'axe finds nothing serious in any state, %s',
    async (colorScheme) => {
      const page = await pages.open(await toHtml(network()), {
        colorScheme,
        reducedMotion: 'reduce',
      })
      expect(await faults(page)).toEqual([])
      const states: [name: string, enter: () => Promise<unknown>][] = [
        ['the whole', () => page.keyboard.press('f')],
        ['a Value', () => page.click('.parameter')],
        ['a result', () => page.click('.root')],
        ['a group', () => page.dispatchEvent('.frame', 'click')],
        [
          'closed',
          async () => {
            await page.click('text=Close all')
            await page.waitForSelector('#view .frame', { state: 'detached' })
          },
        ],
        ['the beginning', () => page.click('[aria-label="To the first step"]')],
        ['forward', () => page.keyboard.press('n')],
        ['backward', () => page.keyboard.press('b')],
        ['a group in the backward pass', () => page.keyboard.press('n')],
        ['the list', () => page.click('[role=tab]:has-text("Values")')],
        ['a search', () => page.fill('input[type=search]', 'w0')],
        ['the keys', () => page.click('[aria-label="Keys and gestures"]')],
      ]
      for (const [name, enter] of states) {
        await enter()
        expect(await faults(page), name).toEqual([])
      }
      await page.close()
    },
  )

  test.each([360, 768, 1440])('nothing is cut or overlaps at %i pixels', async (width) => {
    const page = await pages.open(await toHtml(network()), { viewport: { width, height: 800 } })
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width)
    const boxes = await Promise.all(
      ['#top', '#stage', '#player', '#panel'].map(
        async (part) => (await page.locator(part).boundingBox())!,
      ),
    )
    for (const { x, y, width: w, height } of boxes) {
      expect(Math.min(x, y)).toBeGreaterThanOrEqual(0)
      expect(x + w).toBeLessThanOrEqual(width)
      expect(y + height).toBeLessThanOrEqual(800)
      expect(Math.min(w, height)).toBeGreaterThan(40)
    }
    const [groups, zoom] = await Promise.all(
      ['#groups', '#zoom'].map(async (part) => (await page.locator(part).boundingBox())!),
    )
    expect(groups!.x + groups!.width).toBeLessThan(zoom!.x)
    await page.close()
  })

  test('by keyboard alone: to the graph, along it, into a group and out, explain, step, read', async () => {
    const page = await pages.open(await toHtml(network(), { open: 'none' }))
    const focused = (): Promise<string> =>
      page.evaluate(
        'document.activeElement.getAttribute("aria-label") ?? document.activeElement.textContent',
      )
    await page.keyboard.press('Tab')
    for (let i = 0; i < 5 && !(await focused()).includes('grad'); i++)
      await page.keyboard.press('Tab')
    expect(await focused()).toMatch(/^layers\.1\/neurons\.0: data -?[\d.]+ grad 1\.0000, /)
    await page.keyboard.press('ArrowLeft')
    expect(await focused()).toMatch(
      /^layers\.1 8 Values · 4 parameters data [\d.]+ grad 1\.0000, closed group$/,
    )
    await page.keyboard.press('Enter')
    await page.waitForSelector('.frame')
    expect(await focused()).toBe('layers.1, open group')
    await page.keyboard.press('ArrowRight')
    expect(await focused()).toMatch(
      /^neurons\.0 8 Values · 4 parameters data .*, in layers\.1, closed group$/,
    )
    await page.keyboard.press('Enter')
    await page.waitForSelector('.parameter')
    for (let i = 0; i < 8 && !(await focused()).startsWith('w'); i++)
      await page.keyboard.press('ArrowDown')
    const parameter = await focused()
    expect(parameter).toMatch(/^w\d data -?[\d.]+ grad -?[\d.]+, parameter$/)
    await page.keyboard.press('Enter')
    expect(await textOf(page, '.card h2')).toBe(parameter.slice(0, 2))
    await page.keyboard.press('n')
    await page.keyboard.press('n')
    expect(await textOf(page, '.words')).toMatch(/^Forward 1/)
    await page.keyboard.press('/')
    await page.keyboard.type('relu')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    expect(await textOf(page, '.card .kind')).toMatch(/^operation relu/)
    await page.close()
  })

  test('an open group closes by keyboard, and the focus stays on it', async () => {
    const page = await pages.open(await toHtml(network()))
    await page.focus('[data-path="layers.0"]')
    await page.keyboard.press('Enter')
    await page.waitForSelector('.group')
    expect(await page.evaluate('document.activeElement.dataset.path')).toBe('layers.0')
    await page.close()
  })

  test('the policy forbids every request and every foreign program', async () => {
    const page = await pages.open(await toHtml(network()))
    const tried = `fetch('https://example.com/').then(() => 'sent', () => 'refused')`
    expect(await page.evaluate(tried)).toBe('refused')
    await page.evaluate(`{
      const script = document.createElement('script')
      script.textContent = 'window.ran = true'
      document.body.append(script)
      document.body.insertAdjacentHTML('beforeend', '<img src="https://example.com/x.png">')
    }`)
    expect(await page.evaluate('window.ran')).toBeUndefined()
    const refused = pages.problems.splice(0)
    const policy = refused.filter((problem) => problem.includes('Content Security Policy'))
    expect(policy.length).toBeGreaterThanOrEqual(3)
    // The browser tells of a request before it refuses it; nothing else may have happened.
    expect(refused.filter((problem) => !policy.includes(problem))).toEqual([
      'request to https://example.com/x.png',
    ])
    await page.close()
  })

  test('labels of any text are text: nothing runs, nothing breaks out, nothing is too long', async () => {
    const labels = [
      '</script><script>window.hacked = 1</script>',
      `"><img src=x onerror="window.hacked = 1">`,
      `' onclick='window.hacked = 1`,
      ']]> <!-- & &lt; \u0000 \ud800 \u202e',
      'line\nline\r\nline',
      'x'.repeat(10_000),
      '',
    ]
    const f = labels.map((label, i) => value(i, label)).reduce((sum, x) => tanh(sum.add(x)))
    f.label = '</title><script>window.hacked = 1</script>'
    f.backward()
    const page = await pages.open(await toHtml(f, { title: '</title><b>"&' }))
    expect(await page.title()).toBe('</title><b>"&')
    for (const i of labels.keys()) {
      await page.dispatchEvent(`[data-id="v${i}"]`, 'click')
      expect((await textOf(page, '.card h2')).length).toBeLessThan(60)
    }
    await page.click('[role=tab]:has-text("Values")')
    expect(await page.$$eval('.list tbody tr', (all) => all.length)).toBe(labels.length + 12)
    await page.keyboard.press('b')
    await page.keyboard.press('n')
    expect(await page.evaluate('window.hacked')).toBeUndefined()
    const widths = await page.$$eval('#view .value .box', (all) =>
      all.map((x) => Number(x.getAttribute('width'))),
    )
    expect(Math.max(...widths)).toBeLessThan(700)
    await page.close()
  })

  test('who prefers less motion sees none: no animation, and the picture moves at once', async () => {
    const html = await toHtml(network())
    const moving = await pages.open(html, { reducedMotion: 'no-preference' })
    const calm = await pages.open(html, { reducedMotion: 'reduce' })
    for (const page of [moving, calm]) {
      await page.keyboard.press('b')
      await page.keyboard.press('n')
    }
    const running = (page: Page): Promise<number> =>
      page.evaluate('document.getAnimations().length')
    expect(await running(moving)).toBeGreaterThan(0)
    expect(await running(calm)).toBe(0)
    const before = await viewBox(calm)
    const after = await calm.evaluate(`{
      document.querySelector('[aria-label="Zoom in"]').click()
      document.querySelector('#view svg').getAttribute('viewBox')
    }`)
    expect(Number((after as string).split(' ')[2])).toBeCloseTo(before[2] / 1.3, 6)
    await moving.close()
    await calm.close()
  })

  test('light or dark as asked for, and at the press of a button', async () => {
    const ground = (page: Page): Promise<string> =>
      page.evaluate('getComputedStyle(document.body).backgroundColor')
    const [light, dark] = ['rgb(255, 255, 255)', 'rgb(20, 24, 31)']
    const page = await pages.open(await toHtml(network()), { colorScheme: 'dark' })
    expect(await ground(page)).toBe(dark)
    await page.click('[aria-label="Light colours"]')
    expect(await ground(page)).toBe(light)
    const box = await page.$eval('#view .parameter .box', (box) => box.getAttribute('class'))
    expect(box).toBe('box')
    await page.click('[aria-label="Dark colours"]')
    expect(await ground(page)).toBe(dark)
    const asked = await pages.open(await toHtml(network(), { theme: 'dark' }), {
      colorScheme: 'light',
    })
    expect(await ground(asked)).toBe(dark)
    await page.close()
    await asked.close()
  })

  test('without JavaScript it is a picture', async () => {
    const page = await pages.open(await toHtml(network()), { javaScriptEnabled: false })
    const box = (await page.locator('#view svg').boundingBox())!
    expect(box.width).toBeGreaterThan(300)
    expect(await page.locator('noscript').textContent()).toMatch(/picture only/)
    await page.close()
  })

  test('20,000 Values open closed, step and open without the page standing still', async () => {
    const page = await pages.open(await toHtml(batch(54)))
    expect(await textOf(page, '#top .counts')).toMatch(/^2\d,\d{3} Values/)
    expect(Object.keys(await shownValues(page)).length).toBeLessThan(300)
    await page.keyboard.press('b')
    await page.keyboard.press('n')
    await page.keyboard.press('n')
    expect(await textOf(page, '.words')).toMatch(/^Backward 2 of 2\d{4}: .*\.grad \+= /)
    // A timer of the page goes on while the worker lays out.
    await page.evaluate('window.ticks = 0; setInterval(() => window.ticks++, 5)')
    await page.dispatchEvent('.group', 'click')
    await page.waitForSelector('.frame')
    expect(await page.evaluate('window.ticks')).toBeGreaterThan(3)
    await page.close()
  })

  test('of more than 100,000 Values there is the picture, and a word about it', async () => {
    let x = value(1, 'x')
    for (let i = 0; i < 100_001; i++) x = x.add(1)
    x.backward()
    const html = await toHtml(x)
    expect(html.length).toBeLessThan(1_000_000)
    const page = await pages.open(html)
    expect(await textOf(page, '#player')).toMatch(/^200,003 Values are too many for one page\./)
    await page.click('.root')
    expect(await page.$$eval('.facts dd', (all) => all.map((dd) => dd.textContent))).toEqual([
      '100002.0',
      '1.0000',
    ])
    expect(await page.$$eval('.card h3', (all) => all.map((h) => h.textContent))).toEqual([
      'Computed as',
    ])
    await page.click('.card .link')
    await page.keyboard.press('n')
    expect(await page.$('.dim')).toBeNull()
    await page.close()
  })
})

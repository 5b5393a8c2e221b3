import { Random, value, type Value } from 'chainrule'
import { MLP, Neuron } from 'chainrule/nn'
import { toHtml } from 'chainrule/view'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { graphOf } from '../../src/view/graph.ts'
import { shown } from '../../src/view/number.ts'
import { gradientAt, isComputed, passesOf, stepAt } from '../../src/view/steps.ts'
import { withoutChromium } from '../chromium.ts'
import { Pages, shownValues, textOf, viewBox } from '../pages.ts'

/** L = (a·b + c)·f with a used twice more: L = … + a·a. */
function example(): Value {
  const [a, b, c, f] = [value(2, 'a'), value(-3, 'b'), value(10, 'c'), value(-2, 'f')]
  const e = a.mul(b)
  e.label = 'e'
  const d = e.add(c)
  d.label = 'd'
  const L = d.mul(f).add(a.mul(a))
  L.label = 'L'
  L.backward()
  return L
}

function network(): Value {
  const model = new MLP(2, [4, 3, 1], { random: new Random(1) })
  const y = model.forward([value(0.5, 'x0'), value(-1, 'x1')])[0]!
  y.label = 'y'
  y.backward()
  return y
}

const number = (x: number): string => shown(x)
const minus = (text: string): string => text.replaceAll('−', '-')

describe.skipIf(withoutChromium !== undefined)('the page', () => {
  let pages: Pages
  beforeAll(async () => {
    pages = await Pages.start()
  })
  afterAll(() => pages?.stop())
  afterEach(() => pages.check())

  const L = example()
  const graph = graphOf(L)
  const passes = passesOf(graph)
  const at = (label: string): number => graph.values.findIndex((v) => v.label === label)

  /** What the picture should show after `step`. */
  const expected = (step: number): Record<string, object> =>
    Object.fromEntries(
      graph.values.flatMap((v, i) => {
        if (v.role === 'literal') return []
        const known = isComputed(passes, i, step)
        const gradient = gradientAt(passes, i, step)
        const dim = step < passes.seed ? !known : gradient === undefined
        const data = known ? number(Number(v.data)) : '?'
        return [[`v${i}`, { data, grad: number(gradient ?? 0), dim }]]
      }),
    )

  test('a click on a node explains it: its numbers, its inputs, the terms of its gradient', async () => {
    const page = await pages.open(await toHtml(L))
    await page.click(`[data-id="v${at('a')}"]`)
    expect(await textOf(page, '.card h2')).toBe('a')
    expect(await page.$$eval('.facts dd', (all) => all.map((x) => x.textContent))).toEqual([
      '2.0000',
      '10.0000',
    ])
    const terms = await page.$$eval('.card section:last-child tbody td:last-child', (all) =>
      all.map((x) => Number(x.textContent!.replace('−', '-'))),
    )
    expect(terms).toEqual([6, 2, 2, 10])
    expect(terms.slice(0, -1).reduce((x, y) => x + y)).toBe(10)

    await page.click(`[data-id="o${at('d')}"]`)
    expect(await textOf(page, '.card h2')).toBe('d')
    expect(minus(await textOf(page, '.formula'))).toBe('d = e + c = (-6.0000) + 10.0000 = 4.0000')
    await page.click('.card tbody .link:has-text("c")')
    expect(await textOf(page, '.card h2')).toBe('c')
    expect(
      await page.$$eval('.chosen', (all) => all.map((x) => x.getAttribute('data-id'))),
    ).toEqual([`v${at('c')}`])
    await page.close()
  })

  test('every step by mouse, forward and back: the numbers are those of the passes', async () => {
    const page = await pages.open(await toHtml(L))
    await page.click('[aria-label="To the first step"]')
    for (let step = 0; step < passes.length; step++) {
      expect(await shownValues(page), `step ${step}`).toEqual(expected(step))
      await page.click('[aria-label="Step on"]')
    }
    expect(await textOf(page, '.words')).toBe('The whole graph.')
    for (let step = passes.length - 1; step >= 0; step--) {
      await page.click('[aria-label="Step back"]')
      expect(await shownValues(page), `step ${step}`).toEqual(expected(step))
    }
    await page.close()
  })

  test('a backward step says partial, upstream, and the sum before and after', async () => {
    const page = await pages.open(await toHtml(L))
    await page.keyboard.press('b')
    expect(await textOf(page, '.words')).toBe(
      'Backward 0 of 5: it begins at the result: L.grad = 1.',
    )
    for (let step = passes.seed + 1; step < passes.length; step++) {
      await page.keyboard.press('n')
      const { terms } = stepAt(passes, step)
      const blocks = await page.$$eval('.term', (all) =>
        all.map((block) =>
          [...block.querySelectorAll('.number')].map((x) => x.getAttribute('title')),
        ),
      )
      expect(blocks).toEqual(
        terms.map((t) => [t.partial, t.partial, t.upstream, t.before, t.term, t.after].map(String)),
      )
      const fed = await page.$$eval('.fed', (all) => all.map((x) => x.getAttribute('data-id')!))
      expect(new Set(fed)).toEqual(new Set(terms.map((t) => `v${t.input}`)))
    }
    const end = await shownValues(page)
    graph.values.forEach((v, i) => {
      if (v.role !== 'literal') expect(end[`v${i}`]!.grad).toBe(number(Number(v.grad)))
    })
    await page.close()
  })

  test('keys: on and back, the slider, the beginning of each pass, play, pause, the whole graph', async () => {
    const page = await pages.open(await toHtml(L))
    const words = (): Promise<string> => textOf(page, '.words')
    await page.keyboard.press('n')
    expect(await words()).toBe('Forward 0 of 5: 4 leaves are given.')
    await page.keyboard.press('n')
    const first = await words()
    expect(minus(first)).toBe('Forward 1 of 5: e = a × b = 2.0000 × (-3.0000) = -6.0000.')
    await page.keyboard.press('n')
    await page.keyboard.press('p')
    expect(await words()).toBe(first)
    await page.focus('input[type=range]')
    await page.keyboard.press('ArrowRight')
    expect(await words()).toMatch(/^Forward 2 of 5/)
    expect(await page.getAttribute('input[type=range]', 'aria-valuetext')).toBe(await words())
    await page.keyboard.press('Home')
    expect(await words()).toMatch(/^Forward 0/)
    await page.click('.passes .backward')
    expect(await words()).toMatch(/^Backward 0/)
    await page.keyboard.press('Escape')
    expect(await words()).toBe('The whole graph.')
    await page.close()
  })

  test('play goes through both passes by itself, pause and a step by hand stop it', async () => {
    const page = await pages.open(await toHtml(L))
    await page.clock.install()
    await page.clock.pauseAt(Date.now() + 60_000) // from here on time is what the test says
    await page.selectOption('select', 'fast')
    await page.focus('body')
    await page.click('[aria-label="Play"]')
    await page.clock.runFor(400 * 3 + 100)
    expect(await textOf(page, '.words')).toMatch(/^Forward 3/)
    await page.click('[aria-label="Pause"]')
    await page.clock.runFor(2000)
    expect(await textOf(page, '.words')).toMatch(/^Forward 3/)
    await page.click('[aria-label="Play"]')
    await page.clock.runFor(400 * 30)
    expect(await textOf(page, '.words')).toBe('The whole graph.')
    expect(await page.$('[aria-label="Play"]')).not.toBeNull()
    await page.click('[aria-label="Play"]')
    await page.clock.runFor(500)
    await page.click('[aria-label="Step on"]')
    const here = await textOf(page, '.words')
    await page.clock.runFor(2000)
    expect(await textOf(page, '.words')).toBe(here)
    await page.close()
  })

  test('search by label, operation and number; Enter explains the first match', async () => {
    const page = await pages.open(await toHtml(L))
    const names = (): Promise<string[]> =>
      page.$$eval('.list tbody .link', (all) => all.map((x) => x.textContent!))
    await page.keyboard.press('/')
    await page.keyboard.type('d')
    expect(await names()).toEqual(['d'])
    await page.fill('input[type=search]', '×')
    expect(await names()).toEqual(['e', 'd × f', 'a × a'])
    expect(await page.$$eval('.match', (all) => all.length)).toBe(3)
    await page.fill('input[type=search]', '-6')
    expect(await names()).toEqual(['e'])
    await page.keyboard.press('Enter')
    expect(await textOf(page, '.card h2')).toBe('e')
    await page.fill('input[type=search]', 'nothing of the kind')
    expect(await textOf(page, '.list')).toBe('0 matches for “nothing of the kind”')
    await page.close()
  })

  test('the list of Values says value, gradient and inputs, and follows the steps', async () => {
    const page = await pages.open(await toHtml(L))
    await page.click('[role=tab]:has-text("Values")')
    const rows = (): Promise<string[]> =>
      page.$$eval('.list tbody tr', (all) =>
        all.map((row) => [...row.children].map((cell) => cell.textContent).join(' | ')),
      )
    expect((await rows()).map(minus)).toContain('e | -6.0000 | -2.0000 | × of a, b')
    expect(await rows()).toContain('a | 2.0000 | 10.0000 | leaf')
    await page.keyboard.press('n')
    await page.click('[role=tab]:has-text("Values")')
    expect(await rows()).toContain('e | ? | – | × of a, b')
    await page.close()
  })

  test('groups open and close where one clicks, and the step stays', async () => {
    const y = network()
    const page = await pages.open(await toHtml(y, { open: 'none' }))
    const drawn = (): Promise<number> =>
      page.$$eval('#view .value, #view .group', (all) => all.length)
    expect(await drawn()).toBe(6)
    await page.keyboard.press('b')
    await page.keyboard.press('n')
    await page.keyboard.press('n')
    const words = await textOf(page, '.words')
    expect(words).toMatch(/operations inside layers\.1\.$/)
    await page.click('.group:has-text("layers.1")')
    await page.waitForSelector('.group:has-text("neurons.2")')
    expect(await drawn()).toBe(8)
    await page.click('[role=tab]:has-text("Step")')
    expect(await textOf(page, '.words')).toMatch(/inside layers\.1\/neurons\.0\.$/)
    await page.click('.group:has-text("neurons.2")')
    await page.waitForSelector('.parameter')
    expect(await page.$$eval('.parameter', (all) => all.length)).toBe(5)
    await page.click('[data-path="layers.1"] > text')
    await page.waitForSelector('.frame', { state: 'detached' })
    expect(await drawn()).toBe(6)
    await page.click('text=Open all')
    await page.waitForSelector('.group', { state: 'detached' })
    expect(Object.keys(await shownValues(page))).toHaveLength(
      graphOf(y).values.filter(({ role }) => role !== 'literal').length,
    )
    await page.click('text=Close all')
    await page.waitForSelector('.frame', { state: 'detached' })
    await page.close()
  })

  test('a Value inside a closed group is found, and shown in the picture on demand', async () => {
    const page = await pages.open(await toHtml(network(), { open: 'none' }))
    await page.fill('input[type=search]', 'w0')
    await page.click('.list tbody .link')
    expect(await page.$$eval('.chosen', (all) => all.map((x) => x.classList.value))).toHaveLength(1)
    await page.click('text=Show it in the picture')
    await page.waitForSelector('.parameter.chosen')
    await page.close()
  })

  test('pan and zoom: wheel, drag, pinch, buttons, fit', async () => {
    const page = await pages.open(await toHtml(L), { reducedMotion: 'reduce' })
    const begin = await viewBox(page)
    await page.mouse.move(300, 300)
    await page.mouse.wheel(0, -200)
    const near = await viewBox(page)
    expect(near[2]).toBeLessThan(begin[2])
    const graphX = (box: readonly number[], x: number, width: number): number =>
      box[0]! + (x / width) * box[2]!
    const width = await page.$eval('#view', (view) => view.clientWidth)
    expect(graphX(near, 300, width)).toBeCloseTo(graphX(begin, 300, width), 6)
    await page.mouse.down()
    await page.mouse.move(350, 320)
    await page.mouse.up()
    const dragged = await viewBox(page)
    expect(dragged[0]).toBeCloseTo(near[0] - (50 / width) * near[2], 6)
    expect(await page.$('.chosen')).toBeNull()
    await page.click('[aria-label="Zoom in"]')
    expect((await viewBox(page))[2]).toBeCloseTo(dragged[2] / 1.3, 6)
    await page.click('[aria-label="Zoom out"]')
    await page.keyboard.press('-')
    expect((await viewBox(page))[2]).toBeCloseTo(dragged[2] * 1.3, 6)
    await pinch(page)
    expect((await viewBox(page))[2]).toBeCloseTo((dragged[2] * 1.3) / 2, 6)
    await page.keyboard.press('f')
    const [x, , whole] = await viewBox(page)
    const size = await page.$eval('#view .paper', (paper) => Number(paper.getAttribute('width')))
    expect(x).toBeLessThanOrEqual(0)
    expect(whole).toBeGreaterThanOrEqual(size)
    await page.close()
  })

  test('Values whose grad was reset or accumulated say so', async () => {
    const x = value(3, 'x')
    const f = x.mul(x)
    const before = await pages.open(await toHtml(f))
    expect(await textOf(before, '.note')).toMatch(/^backward\(\) had not run/)
    f.backward()
    f.backward()
    const page = await pages.open(await toHtml(f))
    await page.click('[data-id="v0"]')
    expect(await textOf(page, '.note')).toMatch(/^The program left grad = 12.0000 here/)
    await before.close()
    await page.close()
  })

  test('a neuron of the tutorial at its last step has the known gradients', async () => {
    const neuron = new Neuron(2, { weights: [-3, 1], bias: 6.8813735870195432, activation: 'tanh' })
    const page = await pages.open(await toHtml(neuron.forward([value(2, 'x1'), value(0, 'x2')])))
    await page.keyboard.press('p')
    const values = Object.values(await shownValues(page)).map(({ grad }) => grad)
    expect(values.sort()).toEqual(
      [
        '-1.5000',
        '0.0000',
        '0.5000',
        '0.5000',
        '0.5000',
        '0.5000',
        '0.5000',
        '1.0000',
        '1.0000',
      ].sort(),
    )
    await page.close()
  })
})

/** Two fingers, 100 and then 200 pixels apart; the left one rests. */
async function pinch(page: Page): Promise<void> {
  await page.evaluate(`{
    const view = document.getElementById('view')
    const send = (type, pointerId, clientX) =>
      view.dispatchEvent(
        new PointerEvent(type, { pointerId, clientX, clientY: 300, button: 0, bubbles: true }),
      )
    view.setPointerCapture = () => {}
    send('pointerdown', 11, 300)
    send('pointerdown', 12, 400)
    send('pointermove', 12, 500)
    send('pointerup', 11, 300)
    send('pointerup', 12, 500)
  }`)
}

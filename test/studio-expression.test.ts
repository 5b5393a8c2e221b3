/** The Expression view of the studio: what one types, drags, steps and asks. */
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { linkOf } from '../studio/src/share/link.ts'
import { faults } from './axe.ts'
import { withoutChromium } from './chromium.ts'
import { shownValues, textOf } from './pages.ts'
import { state } from './shared-state.ts'
import { expectShown, Studio } from './studio.ts'

/** Types a formula and waits until its graph is there. */
async function type(page: Page, formula: string, result: string | RegExp): Promise<void> {
  await page.fill('#formula', formula)
  await expectShown(page, '.says', result)
}

/** Newton's way to a square root: 303 Values in 60 steps, of which a picture opens 200 by itself. */
const newton = (steps: number): string =>
  [
    'x0 = a',
    ...Array.from({ length: steps }, (_, i) => `x${i + 1} = x${i} - (x${i}*x${i} - c)/(2*x${i})`),
  ].join('\n')

/** The id of the node that has the focus. */
const focused = (page: Page): Promise<unknown> => page.evaluate('document.activeElement.dataset.id')

/** The titles of the cards in the picture. */
const cards = (page: Page): Promise<(string | null)[]> =>
  page.$$eval('#view .group', (all) => all.map((card) => card.querySelector('text')!.textContent))

/** The number that the result has, in words. */
const says = (page: Page): Promise<string> => textOf(page, '.says')

describe.skipIf(withoutChromium !== undefined)('the studio: expressions', () => {
  let studio: Studio
  beforeAll(async () => {
    studio = await Studio.start()
  })
  afterAll(() => studio?.stop())
  afterEach(() => studio.check())

  test('it opens with a graph that was laid out when it was built', async () => {
    const page = await studio.open()
    expect(await says(page)).toBe('f = 10.625')
    const { v0 } = await shownValues(page)
    expect(v0).toEqual({ data: '-2.0000', grad: '2.5000', dim: false })
    expect(page.workers()).toEqual([])
  })

  test('the graph appears as one types, and a mistake is pointed at while the graph stays', async () => {
    const page = await studio.open()
    await type(page, 'y = tanh(x*w + b)', 'y = 0.99818')
    expect(Object.keys(await shownValues(page))).toHaveLength(6)
    await type(page, 'y = constructor + 1', 'y = 2') // what every object has is a name like others
    await type(page, 'y = tanh(x*w + b)', 'y = 0.99818')
    await page.fill('#formula', 'y = tanh(x*w + ')
    await page.waitForSelector('.says.wrong')
    expect(await says(page)).toContain('this ( is never closed: add a ).')
    expect(await page.getAttribute('#formula', 'aria-invalid')).toBe('true')
    expect(Object.keys(await shownValues(page))).toHaveLength(6)
    await page.fill('#formula', '-b ** 2')
    expect(await page.waitForSelector('.says.wrong').then(() => says(page))).toMatch(/b/)
  })

  test('a slider, the field beside it and the leaf itself change the number; everything follows', async () => {
    const page = await studio.open()
    await page.focus('input[aria-label="a"]')
    await page.keyboard.press('ArrowRight')
    await expectShown(page, '.says', /10[.]75/)
    await page.fill('input[aria-label="a, exactly"]', '4')
    await expectShown(page, '.says', /25[.]625/)
    const leaf = await page.locator('#view .leaf').first().boundingBox()
    const [x, y] = [leaf!.x + leaf!.width / 2, leaf!.y + leaf!.height / 2]
    await page.mouse.move(x, y)
    await page.mouse.down()
    await page.mouse.move(x + 80, y, { steps: 4 })
    await page.mouse.up()
    await expectShown(page, '.says', /30[.]625/)
    expect(await page.inputValue('input[aria-label="a, exactly"]')).toBe('6')
    expect((await shownValues(page))['v0']!.data).toBe('6.0000')
  })

  test('the range of a slider follows the number that was typed last, however large', async () => {
    const page = await studio.open()
    const slider = page.locator('input[aria-label="a"]')
    const range = async (): Promise<unknown> =>
      Promise.all([slider.getAttribute('max'), slider.inputValue()])
    const typed = async (x: string): Promise<void> => {
      await page.fill('input[aria-label="a, exactly"]', x)
      // The slider stands at the step that is nearest.
      await expect.poll(async () => Number(await slider.inputValue()) / Number(x)).toBeCloseTo(1, 1)
    }
    await typed('4000')
    expect(await range()).toEqual(['8000', '4000'])
    await typed('1e308')
    expect(await slider.getAttribute('max')).toBe(String(Number.MAX_VALUE))
    await slider.press('ArrowLeft')
    const left = Number(await page.inputValue('input[aria-label="a, exactly"]'))
    expect(left).toBeGreaterThan(0.97e308)
    expect(left).toBeLessThan(1e308)
    await typed('3')
    expect(await range()).toEqual(['6', '3'])
    // While it slides the range stays, down to nothing and up to its end.
    await slider.press('Home')
    await slider.fill('0')
    expect(await range()).toEqual(['6', '0'])
    await slider.press('End')
    expect(await range()).toEqual(['6', '6'])
    await page.selectOption('.examples select', { label: 'a + a' })
    await expectShown(page, '.says', 'f = 6')
    expect(await range()).toEqual(['6', '3'])
  })

  test('a click on a leaf explains it; a gradient is shown as the sum of its paths', async () => {
    const page = await studio.open()
    await page.locator('#view .leaf').nth(1).click()
    expect(await textOf(page, '#card')).toMatch(/b.*gradient.*16\.75/)
  })

  test('the passes are stepped forth and back by keyboard, and stay at the step as one types', async () => {
    const page = await studio.open()
    await page.focus('#view .root')
    await page.keyboard.press('b')
    expect(await textOf(page, '#player .words')).toMatch(/backward/i)
    await page.keyboard.press('n')
    await page.keyboard.press('n')
    const card = await textOf(page, '#card')
    expect(card).toMatch(/grad \+= .*·/)
    await page.keyboard.press('p')
    expect(await textOf(page, '#card')).not.toBe(card)
    await page.keyboard.press('n')
    await page.fill('input[aria-label="b, exactly"]', '3')
    await expectShown(page, '.says', /21/)
    expect(await page.getAttribute('[role=tab]:text("Step")', 'aria-selected')).toBe('true')
  })

  test('it differentiates again and again, and finds back', async () => {
    const page = await studio.open()
    await type(page, 'y = x**4', 'y = 1')
    await page.fill('input[aria-label="x, exactly"]', '2')
    for (const expected of ['∂y/∂x = 32', '∂(∂y/∂x)/∂x = 48', '∂(∂(∂y/∂x)/∂x)/∂x = 48']) {
      await page.click('.chip:text("∂/∂x")')
      await expectShown(page, '.says', expected)
    }
    await page.click('.chip:text("back to the formula")')
    await expectShown(page, '.says', 'y = 16')
  })

  test('every leaf is there to differentiate by, and where that ends it says why', async () => {
    const page = await studio.open()
    const names = Array.from({ length: 60 }, (_, i) => `x${i}`)
    await type(page, `y = ${names.join(' * ')}`, 'y = 1')
    const chips = page.locator('.again .chip')
    expect(await chips.allTextContents()).toEqual(names.map((name) => `∂/∂${name}`))
    expect((await page.locator('.again').boundingBox())!.height).toBeLessThan(140)
    await type(page, 'z = x**6', 'z = 1')
    const says = (): Promise<string> => textOf(page, '.again [role=status]')
    for (const result of ['= 6', '= 30', '= 120', '= 360']) {
      expect(await says()).toBe('')
      await page.click('.chip:text("∂/∂x")')
      await expectShown(page, '.says', new RegExp(`${result}\\s*$`))
    }
    expect(await says()).toBe(
      '4 derivatives are the most: the graph of another would be too large.',
    )
    expect(await chips.first().isDisabled()).toBe(true)
    expect(await chips.first().getAttribute('title')).toBe(await says())
    expect(await faults(page)).toEqual([])
    await page.click('.chip:text("back to the formula")')
    await expect.poll(says).toBe('')
  })

  test('examples open; micrograd’s has 24.7041, 138.8338 and 645.5773', async () => {
    const page = await studio.open()
    await page.selectOption('.examples select', { label: 'micrograd’s README' })
    await expectShown(page, '.says', /24[.]704/)
    expect(await textOf(page, '.leaves')).toMatch(/grad 138\.8.*grad 645\.6/)
  })

  test('150 operations, drawn one by one, follow a number', async () => {
    const page = await studio.open()
    await page.fill('#formula', `s = ${'sin('.repeat(150)}a${')'.repeat(150)}`)
    await page.locator('#view .op').nth(149).waitFor({ state: 'attached' })
    await page.fill('input[aria-label="a, exactly"]', '0')
    await expectShown(page, '.says', 's = 0')
    expect(Object.keys(await shownValues(page))).toHaveLength(151)
  })

  test('a number is written where it stood, in the same element; a wide one gets the room it needs', async () => {
    const page = await studio.open()
    await type(page, 'y = a*b', 'y = −5')
    const box = await page.$('#view [data-id="v0"]')
    const width = (): Promise<string | null> =>
      page.getAttribute('#view [data-id="v0"] > .box', 'width')
    const before = await width()
    await page.fill('input[aria-label="a, exactly"]', '-3.25')
    await expectShown(page, '.says', 'y = −8.125')
    expect(await box!.evaluate((node) => node.isConnected)).toBe(true)
    expect(await shownValues(page)).toMatchObject({
      v0: { data: '-3.2500', grad: '2.5000' },
      v2: { data: '-8.1250', grad: '1.0000' },
    })
    expect(await textOf(page, '#view [data-id="v0"] > title')).toBe('a: data -3.25, grad 2.5')
    await page.fill('input[aria-label="a, exactly"]', '-1.23456e-11')
    await expectShown(page, '.says', /e[-−]11/)
    expect(Number(await width())).toBeGreaterThan(Number(before))
    // Back again it keeps the room, and is drawn anew inside of it.
    await page.fill('input[aria-label="a, exactly"]', '2')
    await expectShown(page, '.says', 'y = 5')
    const { v0 } = await shownValues(page)
    expect(v0!.data).toBe('2.0000')
  })

  test('at a step, another number shows what the step knows, and then all of it', async () => {
    const page = await studio.open()
    await type(page, 'y = a*b', 'y = −5')
    await page.focus('#view .root')
    await page.keyboard.press('b')
    await page.fill('input[aria-label="a, exactly"]', '-3')
    await expectShown(page, '.says', 'y = −7.5')
    expect((await shownValues(page))['v0']).toMatchObject({ data: '-3.0000', grad: '0.0000' })
    await page.focus('#view .root')
    await page.keyboard.press('Escape')
    expect((await shownValues(page))['v0']).toMatchObject({ data: '-3.0000', grad: '2.5000' })
  })

  test('only what is in sight of a long picture is rendered; the keyboard walks through all of it', async () => {
    const page = await studio.open()
    await page.fill('#formula', `s = ${'sin('.repeat(150)}a${')'.repeat(150)}`)
    await page.locator('#view .op').nth(149).waitFor({ state: 'attached' })
    const rendered = (): Promise<number> =>
      page.$$eval('#view .value > .box', (all) => all.filter((box) => box.checkVisibility()).length)
    expect(await rendered()).toBeLessThan(20)
    await page.focus('#view .root')
    for (let i = 0; i < 30; i++) await page.keyboard.press('ArrowLeft')
    await expect.poll(() => page.isVisible('#view [data-id="v120"] > .box')).toBe(true)
    expect(await page.evaluate('document.activeElement.dataset.id')).toBe('v120')
    await page.click('button[aria-label="Fit the whole graph"]')
    await expect.poll(rendered).toBe(151)
  })

  test('what one opened stays open while numbers change, and across small edits', async () => {
    const page = await studio.open('', { reducedMotion: 'reduce' })
    await page.fill('#formula', newton(60))
    const rest = '#view [data-id="rest"]'
    await page.locator(rest).waitFor({ state: 'attached' })
    expect(await cards(page)).toEqual(['… 103 more', 'literals of mul'])
    await page.focus('#view .root')
    for (let i = 0; i < 400 && (await focused(page)) !== 'rest'; i++)
      await page.keyboard.press('ArrowLeft')
    const card = await page.locator(rest).boundingBox()
    await page.keyboard.press('Enter')
    await page.locator(rest).waitFor({ state: 'detached' })
    // What stood beside the card stays there, with the focus.
    expect(await focused(page)).not.toBe(await page.getAttribute('#view .root', 'data-id'))
    const beside = await page.locator('#view :focus').boundingBox()
    expect(Math.hypot(beside!.x - card!.x, beside!.y - card!.y)).toBeLessThan(600)
    const group = page.locator('#view .group')
    await group.dispatchEvent('click')
    await group.waitFor({ state: 'detached' })
    const window = await page.getAttribute('#view svg', 'viewBox')
    const drawings = []
    for (const a of ['3', '2', '3']) {
      await page.fill('input[aria-label="a, exactly"]', a)
      await expect.poll(() => textOf(page, '#view [data-id="v0"] text.data')).toContain(`${a}.0000`)
      expect(await cards(page)).toEqual([])
      drawings.push(await page.locator('#view svg').elementHandle())
    }
    expect(await page.getAttribute('#view svg', 'viewBox')).toBe(window)
    // Boxes have the room that the first number took: the others are written into them.
    expect(await drawings[1]!.evaluate((svg) => svg.isConnected)).toBe(true)
    // Of what an edit adds, as much is open as of what was there.
    await page.fill('#formula', newton(61))
    await expectShown(page, '#view .root text.label', 'x61')
    expect(await cards(page)).toEqual([])
    // Another formula is as if nobody had opened anything.
    await page.fill('#formula', newton(150))
    await page.locator(rest).waitFor({ state: 'attached' })
    expect((await cards(page))[1]).toBe('literals of mul')
  })

  test('an arrow that leads back to what is not drawn goes round all boxes', async () => {
    const page = await studio.open()
    const step = (i: number): string => `y${i + 1} = y${i} + tanh(y${i}*w + b)`
    await page.fill(
      '#formula',
      ['y0 = a', ...Array.from({ length: 60 }, (_, i) => step(i))].join('\n'),
    )
    await page.locator('#view [data-id="rest"]').waitFor({ state: 'attached' })
    const [leading, back, through] = (await page.evaluate(`
      (() => {
        const side = (e, name) => e[name].baseVal.value
        const boxes = [...document.querySelectorAll('#view rect.box')].map((e) => ({
          x: side(e, 'x'), y: side(e, 'y'), width: side(e, 'width'), height: side(e, 'height'),
        }))
        const lines = [...document.querySelectorAll('#view [data-to="rest"] .edge')]
        const pointsOf = (line) =>
          Array.from({ length: 4000 }, (_, i) => line.getPointAtLength((i / 4000) * line.getTotalLength()))
        const inside = ({ x, y }, box) =>
          x > box.x + 1 && x < box.x + box.width - 1 && y > box.y + 1 && y < box.y + box.height - 1
        const all = lines.map(pointsOf)
        const back = all.filter((points) => points.some(({ x }) => x < points[0].x - 1))
        const through = all.flat().filter((point) => boxes.some((box) => inside(point, box)))
        return [lines.length, back.length, through.length]
      })()`)) as number[]
    expect([leading, back]).toEqual([4, 2])
    expect(through).toBe(0)
  })

  test.each([
    [1440, 900, 'y = a*b + c*d + e*f + tanh(a)'],
    [1440, 600, 'y = a + b*(c + d*(e + f*g))'],
    [768, 500, 'y = a*b + c*d + e*f + tanh(a)'],
    [360, 640, 'y = a*b + c*d + e*f + tanh(a)'],
  ])('at %i × %i no button lies over the result: %s', async (width, height, formula) => {
    const page = await studio.open('', { viewport: { width, height }, reducedMotion: 'reduce' })
    await type(page, formula, /^\s*y = /)
    await page.locator('#view .root text.label').filter({ hasText: 'y' }).waitFor()
    const over = (): Promise<unknown> =>
      page.evaluate(`
        (() => {
          const root = document.querySelector('#view .root > .box').getBoundingClientRect()
          return [...document.querySelectorAll('#stage .floating')]
            .map((e) => e.getBoundingClientRect())
            .filter((e) => e.left < root.right && e.right > root.left && e.top < root.bottom && e.bottom > root.top)
            .length
        })()`)
    expect(await over()).toBe(0)
    await page.click('button[aria-label="Fit the whole graph"]')
    expect(await over()).toBe(0)
  })

  test.each(['light', 'dark'] as const)('axe finds nothing, %s', async (colorScheme) => {
    const page = await studio.open('', { colorScheme, reducedMotion: 'reduce' })
    expect(await faults(page)).toEqual([])
    await page.fill('#formula', 'f = a*')
    await page.waitForSelector('.says.wrong')
    expect(await faults(page)).toEqual([])
    await page.click('text=Share')
    expect(await faults(page)).toEqual([])
  })

  test.each([360, 768, 1440])('nothing is cut at %i pixels', async (width) => {
    const page = await studio.open('', { viewport: { width, height: 800 } })
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width)
    const cut = await page.$$eval('button, label, a, h1, h2, .slope', (all) =>
      all
        .filter(
          (e) => e.checkVisibility() && e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 1,
        )
        .map((e) => e.outerHTML.slice(0, 120)),
    )
    expect(cut).toEqual([])
  })

  test('a formula of a link, or of before, is not shown as another one while it is laid out', async () => {
    const page = await studio.open('#learn')
    const link = linkOf({ ...state, view: 'expression' })
    const results = (act: string): Promise<unknown> =>
      page.evaluate(`new Promise((done) => {
        const seen = new Set()
        const look = () => {
          const text = document.querySelector('.says')?.textContent.trim()
          if (text) seen.add(text)
          if (text?.includes('−3')) done([...seen])
          else requestAnimationFrame(look)
        }
        ${act}
        look()
      })`)
    expect(await results(`location.hash = ${JSON.stringify(link)}`)).toEqual([
      'Drawing …',
      'f = −3',
    ])
    await page.click('nav a:text("Learn")')
    const back = "[...document.querySelectorAll('nav a')][0].click()"
    expect(await results(back)).toEqual(['f = −3'])
  })

  test('a worker that dies is replaced at the next key', async () => {
    const page = await studio.open()
    await type(page, 'y = 2*x', 'y = 2')
    await page.workers()[0]!.evaluate('setTimeout(() => { throw new Error("gone") })')
    studio.problems.length = 0
    await page.fill('#formula', 'y = 3*x')
    await expectShown(page, '.says', 'y = 3')
    studio.problems.length = 0 // the error that the test threw
  })
})

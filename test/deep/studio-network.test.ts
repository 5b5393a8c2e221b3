/** The Network view of the studio: from settings to single operations, forward and back in time. */
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { firstNetwork } from '../../studio/src/network/settings.ts'
import { linkOf, readLink } from '../../studio/src/share/link.ts'
import { faults } from '../axe.ts'
import { withoutChromium } from '../chromium.ts'
import { textOf } from '../pages.ts'
import { state } from '../shared-state.ts'
import { expectShown, Studio } from '../studio.ts'

/** What stands in the bar: epoch, losses, accuracy. */
const score = (page: Page): Promise<string> => textOf(page, '.score')
const epoch = '.score dd >> nth=0'

async function network(studio: Studio, options = {}): Promise<Page> {
  const page = await studio.open('#network', options)
  await page.waitForSelector('.diagram')
  return page
}

async function steps(page: Page, count: number): Promise<void> {
  for (let i = 1; i <= count; i++) {
    await page.click('button[aria-label="One epoch"]')
    await expectShown(page, epoch, String(i))
  }
}

/** The weights of the neuron that is chosen, as they stand there. */
async function weightsOf(page: Page): Promise<string[]> {
  const fields = await page.locator('.net-panel input').all()
  return Promise.all(fields.map((field) => field.inputValue()))
}

/** Moves a slider to a value, as a hand does. */
async function slide(page: Page, name: RegExp, to: number): Promise<void> {
  await page.getByLabel(name).fill(String(to))
}

describe.skipIf(withoutChromium !== undefined)('the studio: networks', () => {
  let studio: Studio
  beforeAll(async () => {
    studio = await Studio.start()
  })
  afterAll(() => studio?.stop())
  afterEach(() => studio.check())

  test('it plays, pauses and begins anew, by mouse and by keyboard', async () => {
    const page = await network(studio)
    await page.selectOption('.net-options label:has-text("Watch") select', { label: 'fastest' })
    await page.click('button[aria-label="Play"]')
    await page
      .locator(epoch)
      .filter({ hasText: /\d\d\d/ })
      .waitFor()
    await page.focus('button[aria-label="Pause"]')
    await page.keyboard.press('Enter')
    await page.waitForSelector('button[aria-label="Play"]')
    const loss = Number((await page.textContent('.score dd >> nth=1'))!.replace('−', '-'))
    expect(loss).toBeLessThan(0.3)
    await page.click('button[aria-label="Reset the network"]')
    await expectShown(page, epoch, '0')
  })

  test('back in time and forth again: the same numbers at every epoch, batch and weight', async () => {
    const page = await network(studio)
    await steps(page, 3)
    const three = [await score(page), await textOf(page, '.net-panel')]
    const after = await weightsOf(page)
    await slide(page, /^Epoch/, 1)
    await expectShown(page, epoch, '1')
    const one = await score(page)
    await slide(page, /^Batch \d+ of/, 5)
    await page.getByText(/Batch 5 of/).waitFor()
    expect(await score(page)).not.toBe(one)
    await slide(page, /^Epoch/, 3)
    await expectShown(page, epoch, '3')
    expect([await score(page), await textOf(page, '.net-panel')]).toEqual(three)
    expect(await weightsOf(page)).toEqual(after)
  })

  test('a weight by hand: it is taken, and the time line leads back to it', async () => {
    const page = await network(studio)
    await steps(page, 1)
    const field = page.locator('.net-panel input').first()
    await field.fill('2.5')
    await field.press('Enter')
    await page.click('button[aria-label="One epoch"]')
    await expectShown(page, epoch, '2')
    await slide(page, /^Epoch/, 1)
    await expectShown(page, epoch, '1')
    expect(await field.inputValue()).toBe('2.5')
  })

  test('layers, neurons, features and settings: the network is built as they say', async () => {
    const page = await network(studio)
    await page.click('button[aria-label="Layer 1: one neuron more"]')
    await page.click('button[aria-label="One layer more"]')
    await page.getByLabel('xy').check()
    await page
      .locator('button.unit')
      .nth(5 + 4 + 4 + 2 - 1)
      .waitFor()
    await page.locator('.unit.input').nth(2).waitFor()
    expect(await page.locator('.unit.input').count()).toBe(3)
    for (const name of ['relu', 'sigmoid', 'gelu']) {
      await page.selectOption('.net-options label:has-text("Activation") select', name)
      await page.click('button[aria-label="One epoch"]')
      await expectShown(page, epoch, '1')
    }
    for (const loss of ['binaryCrossEntropy', 'maxMargin', 'meanSquaredError']) {
      await page.selectOption('.net-options label:has-text("Loss") select', loss)
      await page.locator('button.unit').nth(13).waitFor({ state: 'attached' })
      await page.click('button[aria-label="One epoch"]')
      await expectShown(page, epoch, '1')
    }
    for (const optimizer of ['SGD', 'momentum', 'AdamW', 'RMSprop'])
      await page.selectOption('.net-options label:has-text("Optimizer") select', optimizer)
    await page.selectOption('.net-options label:has-text("L2") select', '0.01')
    await page.click('button[aria-label="One epoch"]')
    await expectShown(page, epoch, '2')
    expect(await page.locator('.trouble').count()).toBe(0)
  })

  test.each(['iris', 'digits'])('%s is learned', async (data) => {
    const page = await network(studio)
    await page.selectOption('.net-data select', data)
    await page.locator('button.unit').nth(7).waitFor({ state: 'attached' })
    await page.selectOption('.net-options label:has-text("Watch") select', { label: 'fastest' })
    await page.click('button[aria-label="Play"]')
    await expectShown(page, '.score dd >> nth=3', /^\s*([789]\d|100)\./)
  })

  test('points of one’s own, by click and by numbers, and a CSV file', async () => {
    const page = await network(studio)
    await page.selectOption('.net-data select', 'own')
    await expectShown(page, '.trouble', /Own data needs points of both classes/)
    const plane = page.locator('.plane')
    for (const x of [60, 80, 100]) await plane.click({ position: { x, y: x } })
    await page.getByLabel('B', { exact: true }).check()
    for (const x of [220, 240]) await plane.click({ position: { x, y: x } })
    await page.getByRole('button', { name: 'Add', exact: true }).click()
    await page.locator('.trouble').waitFor({ state: 'detached' })
    await steps(page, 1)
    const rows = Array.from(
      { length: 30 },
      (_, i) => `${i},${(i * 7) % 11},${i < 15 ? 'no' : 'yes'}`,
    )
    await page.setInputFiles('.net-data input[type=file]', {
      name: 'mine.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from(`a,b,kind\n${rows.join('\n')}`),
    })
    await expectShown(page, '.net-data [role=status]', '30 rows, classes no, yes.')
    await expectShown(page, epoch, '0')
    await steps(page, 2)
    await page.setInputFiles('.net-data input[type=file]', {
      name: 'broken.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from('a,b\n1'),
    })
    await expectShown(page, '.net-data [role=status]', /broken\.csv/)
  })

  test('inside an example: its graph, the neuron that was chosen, single operations', async () => {
    const page = await network(studio)
    await steps(page, 1)
    await page.locator('button.unit').nth(1).click()
    await expectShown(page, '.net-panel h3', 'Layer 1, neuron 2')
    await page.focus('.plane')
    await page.keyboard.press('Enter')
    await page.waitForSelector('.inside #view svg')
    expect(await textOf(page, '.inside #card')).toContain('loss')
    await page.click('[aria-label="To the first step"]')
    expect(await textOf(page, '#player .words')).not.toBe('The whole graph.')
    await page.click('button[aria-label="One batch"]')
    await page.waitForSelector('.inside #view svg')
    await page.locator('.inside .chip').click()
    expect(await page.locator('.inside').count()).toBe(0)
  })

  test('the doctor, the histograms, both speeds and the loop nests', async () => {
    const page = await network(studio)
    await page.getByRole('tab', { name: 'Histograms' }).click()
    expect(await page.locator('.histogram').count()).toBe(6)
    await page.getByRole('tab', { name: 'Speed' }).click()
    await page.click('text=Measure both')
    await page.waitForSelector('.loops')
    expect(await textOf(page, '.loops')).toContain('for every example e:')
    expect(await textOf(page, '.net-panel')).toMatch(/98 scalars became 24 loop nests/)
    await page.selectOption('.net-options label:has-text("Optimizer") select', 'SGD')
    await page.selectOption('.net-options label:has-text("Learning rate") select', '3')
    await page.selectOption('.net-options label:has-text("Activation") select', 'relu')
    await page.getByRole('tab', { name: 'Doctor' }).click()
    await page.click('button[aria-label="Play"]')
    await page.locator('.net-panel li').first().waitFor()
  })

  test('left for another view, it is found as it was: epoch, curve, time line, weights; paused', async () => {
    const page = await network(studio)
    await steps(page, 3)
    await slide(page, /^Epoch/, 2)
    await expectShown(page, epoch, '2')
    const seen = async (): Promise<unknown> => [
      await score(page),
      await textOf(page, '.timeline'),
      await page.getByLabel(/^Epoch/).getAttribute('max'),
      await page.getAttribute('.curves .train', 'd'),
      await weightsOf(page),
    ]
    const before = await seen()
    const there = page.workers()
    await page.click('nav a:text("Expression")')
    await page.waitForSelector('#formula')
    await page.click('nav a:text("Network")')
    await page.waitForSelector('.diagram')
    expect(await seen()).toEqual(before)
    await page.selectOption('.net-options label:has-text("Watch") select', { label: 'fastest' })
    await page.click('button[aria-label="Play"]')
    await page.locator(epoch).filter({ hasText: /\d\d/ }).waitFor()
    await page.click('nav a:text("Learn")')
    await page.waitForSelector('.learn')
    await page.click('nav a:text("Network")')
    await page.waitForSelector('button[aria-label="Play"]')
    const paused = await score(page)
    await page.waitForTimeout(300)
    expect(await score(page)).toBe(paused)
    expect(page.workers()).toEqual(there)
  })

  test('a link that is opened later begins afresh, and ends the worker of the network before', async () => {
    const page = await network(studio)
    await steps(page, 2)
    const [worker] = page.workers()
    await page.click('nav a:text("Expression")')
    const open = async (hidden: number): Promise<void> => {
      const given = { ...firstNetwork, hidden: [hidden], epoch: 4 }
      const link = linkOf({ ...state, network: given })
      await page.evaluate(`location.hash = ${JSON.stringify(link)}`)
      await page
        .locator('button.unit')
        .nth(hidden + 1)
        .waitFor()
      expect(await page.locator('button.unit').count()).toBe(hidden + 2)
      await expectShown(page, epoch, '0')
      expect(await page.getByLabel(/^Epoch/).isDisabled()).toBe(true)
      await page.click('text=Share')
      const shared = readLink(new URL(await page.inputValue('dialog input.field')).hash.slice(1))
      expect(shared.state!.network).toEqual(JSON.parse(JSON.stringify(given)))
      await page.click('dialog >> text=Close')
    }
    await open(3)
    await expect.poll(() => page.workers().includes(worker!)).toBe(false)
    await steps(page, 1)
    await open(6)
  })

  test('a trained network travels in a link', async () => {
    const page = await network(studio)
    await steps(page, 3)
    const before = await page.$$eval('.score dd', (all) =>
      all.slice(1, 4).map((e) => e.textContent),
    )
    await page.click('text=Share')
    const link = await page.inputValue('dialog input.field')
    const other = await network(studio)
    await other.goto('about:blank')
    await other.goto(link)
    await other.waitForSelector('.diagram')
    const after = await other.$$eval('.score dd', (all) =>
      all.slice(1, 4).map((e) => e.textContent),
    )
    expect(after).toEqual(before)
  })

  test('a worker that is killed is replaced, with the weights that were seen last', async () => {
    const page = await network(studio)
    await steps(page, 2)
    const before = await page.inputValue('.net-panel input >> nth=0')
    await page.workers()[0]!.evaluate('setTimeout(() => { throw new Error("gone") })')
    await expectShown(page, '.notice', /The worker that trains has ended/)
    await expectShown(page, epoch, '0')
    expect(await page.inputValue('.net-panel input >> nth=0')).toBe(before)
    await steps(page, 1)
    studio.problems.length = 0 // the error that the test threw
  })

  test('training that fails stops: the page says so, and Play is there to try again', async () => {
    const page = await network(studio)
    await page.selectOption('.net-options label:has-text("Watch") select', { label: 'fastest' })
    // It fails right after a frame, before there is time for another one.
    await page.workers()[0]!.evaluate(`{
      const [post, imul] = [self.postMessage, Math.imul]
      self.postMessage = (report) => {
        post.call(self, report)
        if (report.kind === 'frame' && report.playing) Math.imul = () => { throw new Error('lost') }
        if (report.kind === 'trouble') [self.postMessage, Math.imul] = [post, imul]
      }
    }`)
    await page.click('button[aria-label="Play"]')
    await expectShown(page, '.trouble', 'Training stopped: lost')
    await page.waitForSelector('button[aria-label="Play"]', { timeout: 3000 })
    await page.selectOption('.net-options label:has-text("Watch") select', { label: 'slow' })
    await page.waitForTimeout(300)
    expect(await page.locator('button[aria-label="Play"]').count()).toBe(1)
    await page.click('button[aria-label="Play"]')
    await page.locator('.trouble').waitFor({ state: 'detached' })
    await page.waitForSelector('button[aria-label="Pause"]')
  })

  test.each(['light', 'dark'] as const)('axe finds nothing, %s', async (colorScheme) => {
    const page = await network(studio, { colorScheme, reducedMotion: 'reduce' })
    expect(await faults(page)).toEqual([])
    const tabs = colorScheme === 'light' ? ['Histograms', 'Doctor', 'Speed'] : []
    for (const tab of tabs) {
      await page.getByRole('tab', { name: tab }).click()
      expect(await faults(page), tab).toEqual([])
    }
    await page.focus('.plane')
    await page.keyboard.press('Enter')
    await page.waitForSelector('.inside #view svg')
    expect(await faults(page)).toEqual([])
  })

  test('what the network says of a place lies exactly under the examples there', async () => {
    const page = await network(studio)
    const [ground, points] = (await page.evaluate(`
      [...document.querySelectorAll('.plane canvas')].map((e) => {
        const { left, top, width, height } = e.getBoundingClientRect()
        const { padding, borderWidth } = getComputedStyle(e)
        return { left, top, width, height, padding, borderWidth }
      })`)) as object[]
    expect(ground).toEqual(points)
    expect(ground).toMatchObject({ padding: '0px', borderWidth: '0px' })
  })

  test.each([360, 768, 1440])('nothing is cut at %i pixels', async (width) => {
    const page = await network(studio, { viewport: { width, height: 800 } })
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width)
    const wide = await page.$eval('.network', (e) => e.scrollWidth - e.clientWidth)
    expect(wide).toBe(0)
    const cut = await page.$$eval('button, label, h2, h3, dt, dd, legend', (all) =>
      all
        .filter(
          (e) => e.checkVisibility() && e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 1,
        )
        .map((e) => e.outerHTML.slice(0, 120)),
    )
    expect(cut).toEqual([])
  })
})

/** The Network view of the studio, used as nobody planned: odd files, odd numbers, changes at any moment. */
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { withoutChromium } from '../chromium.ts'
import { textOf } from '../pages.ts'
import { expectShown, Studio } from '../studio.ts'

const epoch = '.score dd >> nth=0'
const sets = '.net-data select >> nth=0'

async function network(studio: Studio, hash = '#network'): Promise<Page> {
  const page = await studio.open(hash)
  await page.waitForSelector('.net-data')
  return page
}

async function openFile(page: Page, text: string, says: string | RegExp): Promise<void> {
  const file = { name: 'mine.csv', mimeType: 'text/csv', buffer: Buffer.from(text) }
  await page.setInputFiles('.net-data input[type=file]', file)
  await expectShown(page, '.net-data [role=status]', says)
}

/** The part after # of the link to what one sees. */
async function linkTo(page: Page): Promise<string> {
  await page.click('text=Share')
  const link = await page.inputValue('dialog input.field')
  await page.click('dialog >> text=Close')
  return new URL(link).hash
}

const choose = (page: Page, name: string, option: string): Promise<string[]> =>
  page.selectOption(`.net-options label:has-text("${name}") select`, option)

const rows = (count: number, row: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => row(i)).join('\n')

describe.skipIf(withoutChromium !== undefined)('the studio: networks, used oddly', () => {
  let studio: Studio
  beforeAll(async () => {
    studio = await Studio.start()
  })
  afterAll(() => studio?.stop())
  afterEach(() => studio.check())

  test('a file of one number a row is learned from, and travels in a link', async () => {
    const page = await network(studio)
    await page.selectOption(sets, 'own')
    const text = `a,kind\n${rows(20, (i) => `${i},${i > 9 ? 'u' : 'v'}`)}`
    await openFile(page, text, '20 rows, classes v, u.')
    await page.click('button[aria-label="One epoch"]')
    await expectShown(page, epoch, '1')
    const other = await network(studio, await linkTo(page))
    await expectShown(other, '.score dd >> nth=1', await textOf(page, '.score dd >> nth=1'))
    expect(await other.locator('.notice, .trouble').count()).toBe(0)
  })

  test('columns are named as the file names them; names that come twice are refused', async () => {
    const page = await network(studio)
    await page.selectOption(sets, 'own')
    const values = rows(6, (i) => `${i},${i * i},k${i % 2}`)
    await openFile(page, `"a, 1","b ""2""",kind\n${values}`, '6 rows, classes k0, k1.')
    const names = page.locator('label:has-text("Classes in") option')
    expect(await names.allTextContents()).toEqual(['a, 1', 'b "2"', 'kind'])
    await openFile(page, `a,a,kind\n${values}`, /column 1 is named "a" too; names must differ/)
    await openFile(page, `,,kind\n${values}`, /no name for this column/)
  })

  test('names that no link takes are refused where they enter', async () => {
    const page = await network(studio)
    await page.selectOption(sets, 'own')
    const long = 'n'.repeat(101)
    const text = (column: string, kind: string): string =>
      `${column},b,kind\n${rows(20, (i) => `${i},${i % 7},${i % 2 ? 'odd' : kind}`)}`
    const refused = (kind: string): string =>
      `The name of the ${kind} nnnnnnnnnnnnnnnnnnnn… has 101 letters; expected at most 100: shorten it.`
    await openFile(page, text(long, 'even'), refused('column'))
    await openFile(page, text('a', long), refused('class'))
    await page.setInputFiles('.net-data input[type=file]', {
      name: long,
      mimeType: 'text/csv',
      buffer: Buffer.from(text('a', 'even')),
    })
    await expectShown(page, '.net-data [role=status]', refused('file'))
    await openFile(page, text('n'.repeat(100), 'n'.repeat(100)), /^20 rows/)
    await page.waitForSelector('.diagram')
    const other = await network(studio, await linkTo(page))
    await other.waitForSelector('.diagram')
    expect(await other.locator('.notice').count()).toBe(0)
  })

  test('after a file with columns of its own a drawn set has its features again', async () => {
    const page = await network(studio)
    await page.selectOption(sets, 'own')
    const text = `a,b,c,kind\n${rows(20, (i) => `${i},${i % 7},${i % 3},k${i % 2}`)}`
    await openFile(page, text, '20 rows, classes k0, k1.')
    await page.selectOption(sets, 'moons')
    await expectShown(page, '.unit.input >> nth=0', 'x')
    expect(await page.locator('.net-data fieldset input:checked').count()).toBe(2)
    expect(await page.locator('.trouble').count()).toBe(0)
    await page.selectOption(sets, 'iris')
    await page.locator('.net-data fieldset').waitFor({ state: 'detached' })
  })

  test('a link to own data without points opens the plane to click them into', async () => {
    const page = await network(studio)
    await page.selectOption(sets, 'own')
    await expectShown(page, '.trouble', /Own data needs points/)
    const other = await network(studio, await linkTo(page))
    await expectShown(other, '.trouble', /Own data needs points/)
    const plane = other.locator('.plane')
    for (const x of [60, 80]) await plane.click({ position: { x, y: x } })
    await other.getByLabel('B', { exact: true }).check()
    for (const x of [220, 240]) await plane.click({ position: { x, y: x } })
    await other.waitForSelector('.diagram')
    await other.click('button[aria-label="One epoch"]')
    await expectShown(other, epoch, '1')
  })

  test('without points of one’s own nothing is learned: not the data of before either', async () => {
    const page = await network(studio)
    await page.click('button[aria-label="Play"]')
    await page.selectOption(sets, 'own')
    await expectShown(page, '.trouble', /Own data needs points/)
    await page.waitForSelector('button[aria-label="Play"]')
    const before = await textOf(page, epoch)
    await page.click('button[aria-label="Play"]')
    await page.click('button[aria-label="One epoch"]')
    await page.waitForTimeout(300)
    expect(await textOf(page, epoch)).toBe(before)
    await page.selectOption(sets, 'moons')
    await page.locator('.trouble').waitFor({ state: 'detached' })
    await expectShown(page, epoch, '0')
    await page.click('button[aria-label="One epoch"]')
    await expectShown(page, epoch, '1')
  })

  test('digits are as dark as ink, and stay where they are while answers become right', async () => {
    const page = await network(studio)
    await page.selectOption(sets, 'digits')
    await page.waitForSelector('.pictures .wrong')
    const darkest = await page.$$eval('.pictures svg', (all) =>
      all.map((svg) =>
        Math.max(...[...svg.children].map((e) => Number(e.getAttribute('opacity')))),
      ),
    )
    expect(new Set(darkest)).toEqual(new Set([1]))
    const places = (): Promise<string[]> =>
      page.$$eval('.pictures figure', (all) =>
        all.map((e) => JSON.stringify(e.getBoundingClientRect())),
      )
    const before = await places()
    for (const n of [1, 2, 3]) {
      await page.click('button[aria-label="One epoch"]')
      await expectShown(page, epoch, String(n))
    }
    await expectShown(page, '.pictures figcaption', /^✓/)
    expect(await places()).toEqual(before)
  })

  test('what is no number changes no weight, and adds no point', async () => {
    const page = await network(studio)
    const field = page.locator('.net-panel input').first()
    const before = await field.inputValue()
    for (const nonsense of ['', '-', '1e400']) {
      await field.focus()
      await page.keyboard.press('Control+A')
      await page.keyboard.press('Delete')
      await page.keyboard.type(nonsense)
      await page.keyboard.press('Tab')
      expect(await field.inputValue()).toBe(before)
    }
    await page.click('button[aria-label="One batch"]')
    expect(Math.abs(Number(await field.inputValue()) - Number(before))).toBeLessThan(0.1)
    await page.selectOption(sets, 'own')
    await page.fill('.own-point input >> nth=0', '')
    expect(await page.getByRole('button', { name: 'Add', exact: true }).isDisabled()).toBe(true)
  })

  test('a network that grew beyond all numbers is shared as its settings', async () => {
    const page = await network(studio)
    for (const [name, option] of [
      ['Loss', 'meanSquaredError'],
      ['Activation', 'relu'],
      ['Optimizer', 'SGD'],
      ['Learning rate', '3'],
    ] as const)
      await choose(page, name, option)
    await page.selectOption('.net-options label:has-text("Watch") select', { label: 'fastest' })
    await page.click('button[aria-label="Play"]')
    await expectShown(page, '.score dd >> nth=1', /Infinity|NaN/)
    await page.click('button[aria-label="Pause"]')
    await page.fill('label:has-text("Seed") input', '99999999999')
    await page.keyboard.press('Tab')
    const other = await network(studio, await linkTo(page))
    await other.waitForSelector('.diagram')
    expect(await other.locator('.notice').count()).toBe(0)
    expect(await other.inputValue('label:has-text("Learning rate") select')).toBe('3')
  })

  test('other data while it trains: it goes on at the pace that was chosen', async () => {
    const page = await network(studio)
    await page.selectOption('.net-options label:has-text("Watch") select', { label: 'fastest' })
    await page.click('button[aria-label="Play"]')
    await expectShown(page, epoch, /\d\d\d/)
    await page.selectOption('.net-options label:has-text("Watch") select', { label: 'slow' })
    await page.selectOption(sets, 'circles')
    await expectShown(page, epoch, /^\s*[1-9]\s*$/)
    const rate = Number((await textOf(page, '.score dd >> nth=4')).replace('−', '-'))
    expect(rate).toBeGreaterThanOrEqual(0)
    expect(rate).toBeLessThan(20)
    await page.waitForTimeout(500)
    expect(Number(await textOf(page, epoch))).toBeLessThan(30)
  })

  test('a neuron that is gone is chosen no more, nor are speeds of the network before told', async () => {
    const page = await network(studio)
    await page.locator('button.unit').last().click()
    await page.focus('.plane')
    await page.keyboard.press('Enter')
    await page.waitForSelector('.inside #view svg')
    await page.getByRole('tab', { name: 'Speed' }).click()
    await page.click('text=Measure both')
    await page.waitForSelector('.loops')
    await page.click('[aria-label="One layer less"]')
    await page.locator('.loops').waitFor({ state: 'detached' })
    await page.getByRole('tab', { name: 'Neuron' }).click()
    await expectShown(page, '.net-panel h3', 'Layer 1, neuron 1')
    expect(await page.locator('.net-panel input').count()).toBe(3)
    expect(await page.locator('.trouble').count()).toBe(0)
  })
})

/** The lessons of the studio: their data, and somebody who takes them in a real browser. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { lessons } from '../../studio/src/learn/lessons/index.ts'
import { measure } from '../../studio/src/learn/measure.ts'
import { piecesOf } from '../../studio/src/learn/prose.ts'
import {
  checkArrange,
  checkChoose,
  checkFix,
  checkPredict,
  checkReach,
} from '../../studio/src/learn/tasks/check.ts'
import { withoutChromium } from '../chromium.ts'
import {
  answerRightly,
  backToList,
  Learner,
  openLesson,
  orderOf,
  overflow,
  takeTasks,
} from '../learner.ts'
import { faults } from '../axe.ts'

const named = lessons.map((lesson) => [lesson.title, lesson] as const)

describe('lessons as data', () => {
  test('there are twelve, short, with tasks, and every id is used once', () => {
    expect(lessons.length).toBe(12)
    expect(new Set(lessons.map(({ id }) => id)).size).toBe(12)
    for (const { text, tasks } of lessons) {
      expect(tasks.length).toBeGreaterThanOrEqual(3)
      expect(new Set(tasks.map(({ id }) => id)).size).toBe(tasks.length)
      expect(text.join(' ').split(/\s+/).length).toBeLessThan(220)
    }
  })

  test.each(named)(
    '%s: right answers are right, and what is there at first is not',
    (_, lesson) => {
      for (const task of lesson.tasks) {
        if (task.kind === 'predict') {
          expect(checkPredict(task, String(task.answer())).right, task.id).toBe(true)
          expect(checkPredict(task, task.answer().toFixed(2)).right, task.id).toBe(true)
          expect(checkPredict(task, '').says).toBe('Write a number first.')
          expect(checkPredict(task, 'b').says).toMatch(/is no number/)
          for (const { gives, says } of task.mistakes ?? [])
            expect(checkPredict(task, String(gives)), `${task.id}: ${gives}`).toEqual({
              right: false,
              says,
            })
        } else if (task.kind === 'choose') {
          expect(checkChoose(task, task.right).right).toBe(true)
          expect(Object.hasOwn(task.others, task.right)).toBe(false)
          for (const other of Object.keys(task.others))
            expect(checkChoose(task, other).right).toBe(false)
        } else if (task.kind === 'arrange') {
          expect(checkArrange(task, task.items).right).toBe(false)
          expect(checkArrange(task, orderOf(task)).right).toBe(true)
        } else if (task.kind === 'fix') {
          expect(checkFix(task, task.text).right).toBe(false)
          expect(checkFix(task, task.solution).right).toBe(true)
          expect(checkFix(task, '(').says).toMatch(/^This cannot be read/)
          expect(checkFix(task, 'zebra + 1').says).toMatch(/^There is no zebra here/)
        } else if (lesson.model.kind === 'expression') {
          const { text, numbers } = lesson.model
          const moved = Object.fromEntries(
            task.solution.map((a) => ('set' in a ? [a.set, a.to] : [])),
          )
          expect(checkReach(task, measure(text, numbers)).right).toBe(false)
          expect(checkReach(task, measure(text, { ...numbers, ...moved })).right).toBe(true)
        }
      }
    },
  )

  test('words that point at a graph point at something that is there', () => {
    const targets: [names: string[], target: string][] = []
    for (const { model, text, tasks } of lessons) {
      if (model.kind !== 'expression') continue
      const names = Object.keys(measure(model.text, model.numbers))
      for (const piece of [...text, ...tasks.map(({ question }) => question)].flatMap(piecesOf))
        if (piece.kind === 'pointer') targets.push([names, piece.target.replace(/^>/, '')])
    }
    expect(targets.length).toBeGreaterThan(20)
    for (const [names, target] of targets)
      expect([...names, 'forward', 'backward']).toContain(target)
  })
})

describe.skipIf(withoutChromium !== undefined)('the Learn view', () => {
  let learner: Learner
  beforeAll(async () => {
    learner = await Learner.start()
  }, 120_000)
  afterAll(() => learner?.stop())
  afterEach(() => learner.check())

  test('by keyboard through all lessons, from each to the next', async () => {
    const page = await learner.open(await learner.someone())
    const focused = (): Promise<string> =>
      page.evaluate('document.activeElement.textContent.trim()')
    await page.getByRole('button', { name: 'Begin' }).press('Enter')
    for (const [place, { title }] of lessons.entries()) {
      await page.waitForFunction(
        `document.querySelector('#lesson-title')?.textContent === ${JSON.stringify(title)}`,
      )
      expect(await focused()).toBe(title)
      const next = lessons[place + 1]
      const name = next === undefined ? 'All lessons' : `Next: ${next.title}`
      await page.locator('.lesson-ways').getByRole('button', { name }).press('Enter')
    }
    await page.waitForSelector('.lessons')
    await page.goBack()
    await page.reload()
    expect(await page.locator('#lesson-title').textContent()).toBe(lessons.at(-1)!.title)
    await page.context().close()
  })

  test('a wrong answer is told why, a right one is done, and a reload forgets nothing', async () => {
    const context = await learner.someone()
    const page = await learner.open(context)
    const some = [4, 5] // with tasks of every kind; all lessons: test/deep
    for (const place of some) {
      await openLesson(page, place)
      await takeTasks(page, lessons[place]!)
      await backToList(page)
    }
    await page.reload()
    const states = page.locator('.lesson-state')
    await states.first().waitFor()
    expect((await states.allTextContents()).map((state) => state === '✓ done')).toEqual(
      lessons.map((_, place) => some.includes(place)),
    )
    await page.getByRole('button', { name: 'Reset progress' }).click()
    await page.getByRole('button', { name: 'Yes, forget everything done' }).click()
    expect(await states.nth(4).textContent()).toBe('0 of 3')
    await page.reload()
    await states.first().waitFor()
    expect(await states.nth(4).textContent()).toBe('0 of 3')
    await context.close()
  })

  test('words of the text choose nodes and steps of the graph, and let go of them', async () => {
    const page = await learner.open(await learner.someone())
    await openLesson(page, 3)
    const word = page.locator('.lesson-text .pointer').first()
    await word.press('Enter')
    expect(await word.getAttribute('aria-pressed')).toBe('true')
    expect(await page.locator('#view .chosen').getAttribute('data-id')).toBe('v0')
    await page.getByRole('button', { name: 'the backward pass of f' }).click()
    expect(await page.locator('#view .sum-note').textContent()).toBe(
      '+= 1.0000 · 1.0000 + 1.0000 · 1.0000',
    )
    expect(await word.getAttribute('aria-pressed')).toBe('false')
    await page.getByRole('button', { name: 'To the whole graph' }).click()
    expect(await page.locator('.pointer[aria-pressed=true]').count()).toBe(0)
    await page.context().close()
  })

  test('a link leads to the lesson', async () => {
    const page = await learner.open(await learner.someone())
    await openLesson(page, 6)
    await page.getByRole('button', { name: 'Share' }).click()
    const link = await page.getByLabel('Link').inputValue()
    const other = await page.context().newPage()
    await other.goto(link)
    expect(await other.locator('#lesson-title').textContent()).toBe(lessons[6]!.title)
    await page.context().close()
  })

  test('a point of the curve is dragged by mouse, and moved by keyboard', async () => {
    const page = await learner.open(await learner.someone())
    await openLesson(page, 0)
    const box = (await page.locator('.dot').first().boundingBox())!
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2]
    await page.mouse.move(x, y)
    await page.mouse.down()
    await page.mouse.move(x - 300, y, { steps: 3 })
    await page.mouse.up()
    const field = page.getByLabel('x, exactly')
    const dragged = Number(await field.inputValue())
    expect(dragged).toBeLessThan(0.5)
    await page.getByLabel('x', { exact: true }).press('ArrowRight')
    expect(Number(await field.inputValue())).toBeCloseTo(dragged + 0.01, 6)
    await page.context().close()
  })

  test.each([
    ['full', `Storage.prototype.setItem = () => { throw new DOMException('full') }`],
    [
      'denied',
      `Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no') } })`,
    ],
  ])('where storage is %s, the page says so and goes on', async (_, script) => {
    const context = await learner.someone()
    await context.addInitScript(script)
    const page = await learner.open(context)
    await openLesson(page, 0)
    const [task, next] = lessons[0]!.tasks
    await answerRightly(page, task!)
    expect(await page.locator('.notice').textContent()).toMatch(/keeps nothing/)
    await answerRightly(page, next!)
    expect(await page.locator('.task-done').count()).toBe(2)
    await context.close()
  })

  test('nothing is wider than a telephone', async () => {
    const context = await learner.someone({ viewport: { width: 360, height: 740 } })
    const page = await learner.open(context)
    expect(await overflow(page)).toBe(0)
    for (const place of [0, 8, 10, 11]) {
      await openLesson(page, place)
      expect(await overflow(page), lessons[place]!.title).toBe(0)
      await page.locator('.lesson-text .pointer').last().click()
      const { y } = (await page.locator('.lesson-model').boundingBox())!
      expect(y, 'words bring the model into sight, below the bar').toBeLessThan(370)
      expect((await page.locator('.bar').boundingBox())!.y).toBe(0)
      await page.locator('.lesson-place .link').focus() // scrolls there
      await backToList(page)
    }
    await context.close()
  })

  test('axe finds nothing on the list and in a lesson', async () => {
    const page = await learner.open(await learner.someone())
    expect(await faults(page)).toEqual([])
    await openLesson(page, 1)
    expect(await faults(page)).toEqual([])
    await page.context().close()
  })
})

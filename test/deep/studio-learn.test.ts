/** Every lesson of the studio: each task, each width, light and dark. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { lessons } from '../../studio/src/learn/lessons/index.ts'
import { withoutChromium } from '../chromium.ts'
import { backToList, Learner, openLesson, overflow, takeTasks } from '../learner.ts'
import { faults } from '../axe.ts'

describe.skipIf(withoutChromium !== undefined)('all lessons', () => {
  let learner: Learner
  beforeAll(async () => {
    learner = await Learner.start()
  }, 300_000)
  afterAll(() => learner?.stop())
  afterEach(() => learner.check())

  test('every task of every lesson, one after the other, and all is kept', async () => {
    const context = await learner.someone()
    const page = await learner.open(context)
    for (const [place, lesson] of lessons.entries()) {
      await openLesson(page, place)
      await takeTasks(page, lesson)
      await backToList(page)
    }
    await page.reload()
    const states = page.locator('.lesson-state')
    await states.first().waitFor()
    expect(new Set(await states.allTextContents())).toEqual(new Set(['✓ done']))
    await context.close()
  })

  test.each([1440, 768, 360])('nothing is wider than its place at %i pixels', async (width) => {
    const context = await learner.someone({ viewport: { width, height: 800 } })
    const page = await learner.open(context)
    expect(await overflow(page)).toBe(0)
    for (const [place, { title }] of lessons.entries()) {
      await openLesson(page, place)
      expect(await overflow(page), title).toBe(0)
      await backToList(page)
    }
    await context.close()
  })

  test.each(['light', 'dark'] as const)('axe finds nothing, %s', async (colorScheme) => {
    const context = await learner.someone({ colorScheme })
    const page = await learner.open(context)
    expect(await faults(page)).toEqual([])
    for (const [place, { title }] of lessons.entries()) {
      if (colorScheme === 'dark' && place % 4 !== 0) continue // the same elements in other colours
      await openLesson(page, place)
      expect(await faults(page), title).toEqual([])
      // With something pointed at, and with a verdict.
      const words = page.locator('.pointer')
      if ((await words.count()) > 0) await words.first().click()
      await page
        .getByRole('button', { name: /^Check/ })
        .first()
        .click()
      expect(await faults(page), title).toEqual([])
      await backToList(page)
    }
    await context.close()
  })

  test('who prefers less motion sees none', async () => {
    const context = await learner.someone()
    const page = await learner.open(context)
    for (const [place, { title }] of lessons.entries()) {
      await openLesson(page, place)
      for (const word of await page.locator('.lesson-text .pointer').all()) await word.click()
      expect(await page.evaluate('document.getAnimations().length'), title).toBe(0)
      await backToList(page)
    }
    await context.close()
  })
})

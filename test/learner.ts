/** Somebody who takes the lessons of the studio, in a real browser. */
import type { BrowserContext, BrowserContextOptions, Locator, Page } from 'playwright-core'
import { expect } from 'vitest'
import type { Action, Lesson, Task } from '../studio/src/learn/lesson.ts'
import { lessons } from '../studio/src/learn/lessons/index.ts'
import { Studio } from './studio.ts'

export class Learner {
  readonly #studio: Studio

  private constructor(studio: Studio) {
    this.#studio = studio
  }

  static async start(): Promise<Learner> {
    return new Learner(await Studio.start())
  }

  stop(): Promise<void> {
    return this.#studio.stop()
  }

  check(): Promise<void> {
    return this.#studio.check()
  }

  someone(options: BrowserContextOptions = {}): Promise<BrowserContext> {
    return this.#studio.context({ reducedMotion: 'reduce', ...options })
  }

  /** The list of lessons. */
  async open(context: BrowserContext): Promise<Page> {
    const page = await context.newPage()
    await page.goto(`${this.#studio.url}#learn`)
    await page.waitForSelector('.lessons')
    return page
  }
}

/** Opens a lesson from the list, whose model is there then. */
export async function openLesson(page: Page, place: number): Promise<void> {
  await page.locator('.lesson-row').nth(place).click()
  const { kind } = lessons[place]!.model
  if (kind === 'expression' || kind === 'network') await page.waitForSelector('#inspector #view')
}

export async function backToList(page: Page): Promise<void> {
  await page.locator('.lesson-place .link').click()
  await page.waitForSelector('.lessons')
}

const taskOf = (page: Page, { id }: Task): Locator => page.locator(`[data-task="${id}"]`)

/** Every task of the open lesson: wrongly first, then rightly. */
export async function takeTasks(page: Page, { tasks }: Lesson): Promise<void> {
  for (const task of tasks) {
    const at = taskOf(page, task)
    const verdict = at.locator('.verdict')
    await answerWrongly(page, task)
    expect(await verdict.textContent(), task.id).toMatch(/^✗ Not yet\..{8}/)
    expect(await at.locator('.task-done').count()).toBe(0)
    await answerRightly(page, task)
    expect(await verdict.textContent(), task.id).toMatch(/^✓ Right\..{8}/)
    expect(await at.locator('.task-done').textContent()).toBe('✓ done')
  }
}

/** Answers a task wrongly: as it stands, or with a number that is none. */
async function answerWrongly(page: Page, task: Task): Promise<void> {
  const at = taskOf(page, task)
  if (task.kind === 'predict') await at.locator('input').fill(String(task.answer() * 3 + 17))
  if (task.kind === 'choose') await choose(at, task.place === 0 ? 1 : 0)
  await check(at)
}

export async function answerRightly(page: Page, task: Task): Promise<void> {
  const at = taskOf(page, task)
  if (task.kind === 'predict') await at.locator('input').fill(task.answer().toFixed(2))
  else if (task.kind === 'choose') await choose(at, task.place)
  else if (task.kind === 'fix') await at.locator('textarea').fill(task.solution)
  else if (task.kind === 'arrange') await arrange(at, orderOf(task))
  else for (const action of task.solution) await act(page, action)
  await check(at)
}

/** An order that breaks no rule: whatever nothing left has to precede comes next. */
export function orderOf({ items, rules }: Extract<Task, { kind: 'arrange' }>): string[] {
  const order: string[] = []
  while (order.length < items.length) {
    const free = items.find(
      (item) =>
        !order.includes(item) &&
        rules.every(({ first, after }) => after !== item || order.includes(first)),
    )
    if (free === undefined) throw new Error('the rules contradict each other.')
    order.push(free)
  }
  return order
}

const check = (at: Locator): Promise<void> => at.getByRole('button', { name: /^Check/ }).click()
const choose = (at: Locator, place: number): Promise<void> =>
  at.locator('input[type=radio]').nth(place).check()

async function arrange(at: Locator, order: readonly string[]): Promise<void> {
  const now = (): Promise<(string | null)[]> =>
    at.locator('li').evaluateAll((all) => all.map((li) => li.getAttribute('data-item')))
  for (const [to, item] of order.entries())
    for (let from = (await now()).indexOf(item); from > to; from--)
      await at.getByLabel(`${item}: earlier`).press('Enter')
}

async function act(page: Page, action: Action): Promise<void> {
  const model = page.locator('.lesson-model')
  if ('set' in action) {
    const field = model.getByLabel(`${action.set}, exactly`, { exact: true })
    await field.fill(String(action.to))
    await field.press('Tab')
    return
  }
  const pressed = model
    .getByRole('button', { name: action.press, exact: true })
    .or(model.getByRole('checkbox', { name: action.press }))
  for (let i = 0; i < action.times; i++) await pressed.click()
}

/** By how many pixels something is wider than its place: the page, or the part of it that scrolls. */
export function overflow(page: Page): Promise<number> {
  return page.evaluate(`Math.max(...['html', '.contents', '.lesson', '.model'].flatMap((part) =>
    [...document.querySelectorAll(part)].map((x) => x.scrollWidth - x.clientWidth)))`)
}

/** Which tasks are done: kept on this machine where the browser allows it, else as long as the page is open. */
import { studio } from '../studio.svelte.ts'
import type { Lesson } from './lesson.ts'

const key = 'chainrule.learn'

class Progress {
  #done = $state.raw<ReadonlySet<string>>(new Set())

  constructor() {
    try {
      const kept: unknown = JSON.parse(localStorage.getItem(key) ?? '[]')
      if (Array.isArray(kept)) this.#done = new Set(kept.filter((x) => typeof x === 'string'))
    } catch (error) {
      if (!(error instanceof SyntaxError)) this.#say() // what cannot be read was not written here
    }
  }

  isDone(lesson: Lesson, task: string): boolean {
    return this.#done.has(`${lesson.id}/${task}`)
  }

  /** How many tasks of a lesson are done. */
  count(lesson: Lesson): number {
    return lesson.tasks.filter(({ id }) => this.isDone(lesson, id)).length
  }

  finish(lesson: Lesson, task: string): void {
    if (this.isDone(lesson, task)) return
    this.#keep([...this.#done, `${lesson.id}/${task}`])
  }

  reset(): void {
    this.#keep([])
  }

  #keep(done: readonly string[]): void {
    this.#done = new Set(done)
    try {
      localStorage.setItem(key, JSON.stringify(done))
    } catch {
      this.#say()
    }
  }

  #say(): void {
    studio.notice =
      'This browser keeps nothing for the page (its storage is full or denied): your progress lasts until you close it.'
  }
}

export const progress: Progress = new Progress()

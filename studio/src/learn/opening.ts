/** The lesson that is open, and the way back to it: each is a step in the history of the browser. */
import { studio } from '../studio.svelte.ts'

interface Step {
  readonly lesson?: string
}

/** Opens a lesson; the empty id: the list. */
export function openLesson(id: string): void {
  studio.lesson = id
  history.pushState({ lesson: id } satisfies Step, '', '#learn')
}

/** Here one can come back to, whatever lesson a link began with; a reload comes back at once. */
export function rememberLesson(): void {
  if (studio.lesson === '') studio.lesson = lessonOf(history.state)
  history.replaceState({ lesson: studio.lesson } satisfies Step, '', '#learn')
}

/** Back or forward: the lesson that was open then. */
export function returnTo({ state }: PopStateEvent): void {
  if (location.hash === '#learn') studio.lesson = lessonOf(state)
}

const lessonOf = (state: unknown): string => (state as Step | null)?.lesson ?? ''

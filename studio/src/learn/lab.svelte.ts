/** What text, tasks and live model of one lesson share: the numbers, and what the text points at. */
import type { Facts, Numbers } from './lesson.ts'

export class Lab {
  /** What the reader can move, by name. */
  numbers = $state.raw<Numbers>({})
  /** What the text points at now. */
  pointed = $state<string | undefined>()
  /** The live model says what it shows; tasks ask. */
  facts: () => Facts = () => this.numbers

  /** Brings the live model into sight, where it lies above or below. */
  reveal: () => void = () => {}

  constructor(numbers: Numbers) {
    this.numbers = numbers
  }

  set(name: string, x: number): void {
    this.numbers = { ...this.numbers, [name]: x }
  }

  /** Points there; a second time it points nowhere. */
  point(target: string): void {
    this.pointed = this.pointed === target ? undefined : target
    if (this.pointed !== undefined) this.reveal()
  }

  /** Shows these numbers; the others stay. */
  show(numbers: Numbers): void {
    this.numbers = { ...this.numbers, ...numbers }
    this.reveal()
  }
}

/** Memory that was given back, for whoever needs as much next. */

/** Memory from one address to before another. */
export interface Stretch {
  readonly start: number
  readonly end: number
}

/** Stretches that nobody has: in order, and never two that touch. */
export class Vacancies {
  readonly #all: Stretch[] = []

  /** Where so many bytes are vacant: from now on they are not. Undefined where nowhere so many are. */
  take(bytes: number): number | undefined {
    const at = this.#all.findIndex(({ start, end }) => end - start >= bytes)
    if (at < 0) return undefined
    const { start, end } = this.#all[at]!
    this.#all.splice(at, 1, ...(start + bytes < end ? [{ start: start + bytes, end }] : []))
    return start
  }

  give(start: number, bytes: number): void {
    const next = this.#all.findIndex((one) => one.start > start)
    const at = next < 0 ? this.#all.length : next
    const [before, after] = [this.#all[at - 1], this.#all[at]]
    const [joinsBefore, joinsAfter] = [before?.end === start, after?.start === start + bytes]
    const whole = {
      start: joinsBefore ? before!.start : start,
      end: joinsAfter ? after!.end : start + bytes,
    }
    this.#all.splice(at - Number(joinsBefore), Number(joinsBefore) + Number(joinsAfter), whole)
  }
}

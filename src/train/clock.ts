/** Longest stretch of work, in ms, before the page or the terminal gets a turn. */
const breath = 50

/** The time of a training: its speed, what is left of it, when to save, when to let others work. */
export class Clock {
  readonly #started = performance.now()
  #saved = this.#started
  #breathed = this.#started
  #steps = 0

  tick(): void {
    this.#steps++
  }

  get seconds(): number {
    return (performance.now() - this.#started) / 1000
  }

  get stepsPerSecond(): number {
    return this.#steps / Math.max(1e-3, this.seconds)
  }

  /** True at most once in `seconds`. */
  checkpointDue(seconds: number): boolean {
    if (performance.now() - this.#saved < seconds * 1000) return false
    this.#saved = performance.now()
    return true
  }

  /** Lets timers, signals and painting run when it has been a while. */
  async breathe(): Promise<void> {
    if (performance.now() - this.#breathed < breath) return
    await new Promise((resume) => setTimeout(resume))
    this.#breathed = performance.now()
  }
}

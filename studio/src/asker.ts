/** Questions to a worker, the newest only: while one is being answered, later ones replace each other. */
export class Asker<Question, Answer> {
  readonly #start: () => Worker
  readonly #patience: number
  #worker: Worker | undefined
  #next: { question: Question; settle: Settle<Answer> } | undefined
  #now: Settle<Answer> | undefined
  #timer: ReturnType<typeof setTimeout> | undefined

  /** `patience`: after so many milliseconds without an answer the worker is stopped. */
  constructor(start: () => Worker, patience = 15_000) {
    this.#start = start
    this.#patience = patience
  }

  /** Undefined: a newer question came before this one was asked. Rejects if the worker dies or hangs. */
  ask(question: Question): Promise<Answer | undefined> {
    return new Promise((resolve, reject) => {
      this.#next?.settle.resolve(undefined)
      this.#next = { question, settle: { resolve, reject } }
      this.#go()
    })
  }

  /** Ends the worker; the next question starts another. */
  stop(reason = 'the worker was stopped.'): void {
    clearTimeout(this.#timer)
    this.#worker?.terminate()
    this.#worker = undefined
    this.#now?.reject(new Error(reason))
    this.#now = undefined
  }

  #go(): void {
    if (this.#now !== undefined || this.#next === undefined) return
    const { question, settle } = this.#next
    this.#next = undefined
    this.#now = settle
    this.#worker ??= this.#begin()
    this.#timer = setTimeout(
      () => this.#lose(`no answer within ${this.#patience / 1000} s; it was stopped.`),
      this.#patience,
    )
    this.#worker.postMessage(question)
  }

  #begin(): Worker {
    const worker = this.#start()
    worker.addEventListener('message', ({ data }: MessageEvent<Answer>) => {
      clearTimeout(this.#timer)
      const settle = this.#now
      this.#now = undefined
      settle?.resolve(data)
      this.#go()
    })
    worker.addEventListener('error', (event) => this.#lose(event.message || 'it did not start.'))
    return worker
  }

  #lose(reason: string): void {
    this.stop(reason)
    this.#go()
  }
}

interface Settle<Answer> {
  readonly resolve: (answer: Answer | undefined) => void
  readonly reject: (error: Error) => void
}

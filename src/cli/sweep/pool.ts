/** Processes of this machine that share the runs of a sweep. */
import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Result } from './result.ts'
import type { Run } from './run.ts'

/** What a worker is asked to do. */
export interface Job {
  readonly run: Run
  readonly source: string
  readonly out: string
  readonly checkpointSeconds: number
}

/** What it answers when it has written the result, or why there is none. */
export type Answer =
  | { readonly ended: Result['ended'] | 'stopped' }
  | { readonly ended: 'failed'; readonly reason: string }

export interface PoolOptions {
  /** No more than there are jobs. */
  readonly processes: number
  /** Whether the result is there by now, from whomever. */
  readonly isDone: (run: Run) => boolean
  readonly onEnd: (run: Run, answer: Answer) => void
  /** A run that failed is tried once more. */
  readonly onRetry: (run: Run, reason: string) => void
  readonly signal: AbortSignal
}

const done: Answer = { ended: 'finished' }

/** Works through the jobs; returns when all have ended or, after the signal, those under way have stopped. */
export async function share(jobs: readonly Job[], options: PoolOptions): Promise<void> {
  const queue = jobs.map((job) => ({ job, tries: 0 }))
  const serve = async (): Promise<void> => {
    const worker = new Worker(options.signal)
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      if (options.signal.aborted) break
      const { run } = next.job
      const answer = options.isDone(run) ? done : await worker.perform(next.job)
      if (answer.ended === 'failed' && next.tries === 0 && !options.signal.aborted) {
        options.onRetry(run, answer.reason)
        queue.push({ ...next, tries: 1 })
      } else options.onEnd(run, answer)
    }
    worker.end()
  }
  await Promise.all(Array.from({ length: options.processes }, serve))
}

/** How long, in ms, a worker has to come to the end of a step and keep what it has. */
const patience = 5000

/** A process that is started when there is work for it, and again after it was lost. */
class Worker {
  readonly #signal: AbortSignal
  #child: ChildProcess | undefined
  #answer: (answer: Answer) => void = () => {}
  #said = ''

  constructor(signal: AbortSignal) {
    this.#signal = signal
    signal.addEventListener('abort', () => this.#stop())
  }

  #stop(): void {
    this.#child?.send('stop', () => {})
    setTimeout(() => this.#child?.kill('SIGKILL'), patience).unref()
  }

  perform(job: Job): Promise<Answer> {
    const child = (this.#child ??= this.#started())
    return new Promise((resolve) => {
      this.#answer = resolve
      child.send(job, () => {}) // if it is gone, `close` says so
    })
  }

  end(): void {
    if (this.#child?.connected) this.#child.disconnect()
  }

  #started(): ChildProcess {
    this.#said = ''
    const script = fileURLToPath(new URL('./worker.js', import.meta.url))
    const child = fork(script, { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] })
    child.on('message', (answer) => this.#answer(answer as Answer))
    child.on('error', ({ message }) => this.#lost(`its process did not start: ${message}`))
    child.on('close', (code, signal) => this.#lost(this.#obituary(code, signal)))
    child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      this.#said = (this.#said + text).slice(-4096)
    })
    return child
  }

  #lost(reason: string): void {
    this.#child = undefined
    this.#answer(this.#signal.aborted ? { ended: 'stopped' } : { ended: 'failed', reason })
  }

  /** One line: how the process ended, and what it said of it. */
  #obituary(code: number | null, signal: string | null): string {
    const words = this.#said.split('\n').find((line) => /error|fatal/i.test(line))
    const how = signal === null ? `ended with code ${code}` : `was killed by ${signal}`
    return `its process ${how}${words ? `: ${words.trim().slice(0, 200)}` : ''}`
  }
}

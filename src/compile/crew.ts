/**
 * Threads that run kernels: worker threads in Node, workers on a page. They and the caller share the
 * kernel's memory and a few integers, by which a call passes in microseconds and without a message.
 */
import { type Thread, threadOf } from './thread.ts'
import type { Memory } from './webassembly.ts'

/** A block of a batch, for a thread to compute. */
interface Order {
  /** Where the code of the kernel is in memory, and its length. */
  readonly code: number
  readonly length: number
  /** The kernel's own: another one may lie there later. */
  readonly number: number
  /** 1 for the first block of a batch, before which sums are emptied. */
  readonly first: number
  /** How many examples the last vector holds. */
  readonly last: number
}

/** Integers of one thread, a line of the cache apart from the next one's. */
const apart = 16
/** Their places: orders given, orders done, the order itself, and whether one failed. */
const place = {
  given: 0,
  done: 1,
  code: 2,
  length: 3,
  first: 4,
  last: 5,
  failed: 6,
  number: 7,
} as const
/** Linked kernels that a thread keeps: all those of two programs, in double precision. */
const mostKept = 130
/** Looks before a thread goes to sleep: about as long as the caller needs between two calls. */
const looks = 20_000
/** Milliseconds of sleep, or of looking where sleep is forbidden, before the caller asks what is the matter. */
const nap = 100
/**
 * A thread that is so late is lost. Blocks are alike, so what a thread needs longer than the caller for its own
 * is a matter of what else the machine does: a hundred times as long, and half a minute, is no such matter.
 */
const patience = { milliseconds: 30_000, times: 100 } as const

/**
 * What a thread does, as text: a file of its own would have to be found by every bundler. Kernels are
 * linked when their number first comes, and again where it has not come for long.
 */
const duty = `
function serve({ memory, signals, at }) {
  const kernels = new Map()
  const linked = (code, length) => {
    const bytes = new Uint8Array(memory.buffer).slice(code, code + length)
    return new WebAssembly.Instance(new WebAssembly.Module(bytes), { '': { memory } }).exports
  }
  for (let turn = 0; ; ) {
    for (let look = 0; look < ${looks} && Atomics.load(signals, at) === turn; look++);
    while (Atomics.load(signals, at) === turn) Atomics.wait(signals, at, turn)
    turn = Atomics.load(signals, at)
    try {
      const number = signals[at + ${place.number}]
      const kernel =
        kernels.get(number) ?? linked(signals[at + ${place.code}], signals[at + ${place.length}])
      kernels.delete(number)
      kernels.set(number, kernel)
      if (kernels.size > ${mostKept}) kernels.delete(kernels.keys().next().value)
      const first = signals[at + ${place.first}] === 1
      if (first) kernel.before(0)
      kernel[first ? 'first' : 'next'](signals[at + ${place.last}])
    } catch {
      signals[at + ${place.failed}] = 1
    }
    Atomics.store(signals, at + ${place.done}, turn)
    Atomics.notify(signals, at + ${place.done})
  }
}`

/** Whether threads can share memory here: not on a page that is not isolated from others. */
export const canShare = (): boolean => typeof SharedArrayBuffer === 'function'

export class Crew {
  readonly #threads: readonly Thread[]
  readonly #signals: Int32Array
  #begun = 0
  #ended: Promise<unknown> | undefined

  private constructor(threads: readonly Thread[], signals: Int32Array) {
    this.#threads = threads
    this.#signals = signals
  }

  /** So many threads on a shared memory; undefined where none can be had. */
  static async start(size: number, memory: Memory): Promise<Crew | undefined> {
    const signals = new Int32Array(new SharedArrayBuffer(4 * apart * size))
    const started = await Promise.all(
      Array.from({ length: size }, (_, i) => threadOf(duty, { memory, signals, at: i * apart })),
    )
    const threads = started.filter((thread) => thread !== undefined)
    if (threads.length === size) return new Crew(threads, signals)
    for (const thread of threads) thread.terminate()
    return undefined
  }

  /** Settled when all threads have ended; undefined while they work. */
  get ended(): Promise<unknown> | undefined {
    return this.#ended
  }

  /** Gives a thread its order; it begins at once. */
  begin(thread: number, { code, length, number, first, last }: Order): void {
    const [signals, at] = [this.#signals, thread * apart]
    this.#begun = performance.now()
    signals[at + place.code] = code
    signals[at + place.length] = length
    signals[at + place.number] = number
    signals[at + place.first] = first
    signals[at + place.last] = last
    Atomics.add(signals, at, 1)
    Atomics.notify(signals, at)
  }

  /** Returns when a thread has done what it was given. Throws if it failed, or is lost: then all are ended. */
  finish(thread: number): void {
    const [signals, at] = [this.#signals, thread * apart]
    const given = signals[at + place.given]!
    const done = (): boolean => Atomics.load(signals, at + place.done) === given
    for (let look = 0; look < looks && !done(); look++);
    if (!done()) this.#await(thread, given, done)
    if (signals[at + place.failed] === 0) return
    signals[at + place.failed] = 0
    throw new Error('a thread of this kernel failed: its memory may be exhausted; try threads: 1.')
  }

  end(): void {
    this.#ended ??= Promise.all(this.#threads.map((thread) => thread.terminate()))
  }

  #await(thread: number, given: number, done: () => boolean): void {
    const [signals, at] = [this.#signals, thread * apart + place.done]
    const now = performance.now()
    const latest = now + patience.milliseconds + patience.times * (now - this.#begun)
    for (;;) {
      sleep(signals, at, given - 1, done)
      if (done()) return
      // What it did last is to be seen before it is called lost.
      if (this.#threads[thread]!.hasEnded() && !done()) this.#lose('has ended')
      if (performance.now() > latest) this.#lose('does not answer')
    }
  }

  #lose(what: string): never {
    this.end()
    throw new Error(
      `a thread of this kernel ${what}, in the middle of a call: the parameters are as they were before. ` +
        'Call again: new threads are started, and until they are there one thread does the work. If it ' +
        'happens again, the machine may be short of memory: try threads: 1.',
    )
  }
}

/** Waits for a while as long as `signals[at]` is `was`. The main thread of a page may not, and goes on looking. */
function sleep(signals: Int32Array, at: number, was: number, done: () => boolean): void {
  try {
    Atomics.wait(signals, at, was, nap)
  } catch {
    const end = performance.now() + nap
    while (performance.now() < end) for (let look = 0; look < looks; look++) if (done()) return
  }
}

/**
 * Threads that run kernels: worker threads in Node, workers on a page. They and the caller share the
 * kernel's memory and a few integers, by which a call passes in microseconds and without a message.
 */
import type { Memory } from './webassembly.ts'

/** A block of a batch, for a thread to compute. */
interface Order {
  /** Where the code of the kernel is in memory, and its length. */
  readonly code: number
  readonly length: number
  /** 1 for the first block of a batch, before which sums are emptied. */
  readonly first: number
  /** How many examples the last vector holds. */
  readonly last: number
}

/** Integers of one thread, a line of the cache apart from the next one's. */
const apart = 16
/** Their places: orders given, orders done, the order itself, and whether one failed. */
const place = { given: 0, done: 1, code: 2, length: 3, first: 4, last: 5, failed: 6 } as const
/** Looks before a thread goes to sleep: about as long as the caller needs between two calls. */
const looks = 20_000

/**
 * What a thread does, as text: a file of its own would have to be found by every bundler. Kernels are
 * linked when their code is first named.
 */
const duty = `
function serve({ memory, signals, at }) {
  const kernels = new Map()
  const linked = (code, length) => {
    const bytes = new Uint8Array(memory.buffer).slice(code, code + length)
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { '': { memory } })
    kernels.set(code, exports)
    return exports
  }
  for (let turn = 0; ; ) {
    for (let look = 0; look < ${looks} && Atomics.load(signals, at) === turn; look++);
    while (Atomics.load(signals, at) === turn) Atomics.wait(signals, at, turn)
    turn = Atomics.load(signals, at)
    try {
      const code = signals[at + ${place.code}]
      const kernel = kernels.get(code) ?? linked(code, signals[at + ${place.length}])
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

/** A worker, as Node and pages have it. */
interface Thread {
  terminate(): unknown
}

/** What there is of an environment, typed: pages and Node each have half of it. */
interface Surroundings {
  readonly process?: { getBuiltinModule?(name: string): { readonly Worker: NodeWorker } }
  readonly Worker?: PageWorkers
}
type NodeWorker = new (
  text: string,
  options: { readonly eval: true; readonly workerData: unknown },
) => Thread & { unref(): void; once(event: string, then: () => void): void }
type PageWorkers = new (url: string) => PageWorker
interface PageWorker extends Thread {
  postMessage(data: unknown, moved: readonly []): void
  addEventListener(event: string, then: () => void): void
}

const surroundings = globalThis as unknown as Surroundings

/** Whether threads can share memory here: not on a page that is not isolated from others. */
export const canShare = (): boolean => typeof SharedArrayBuffer === 'function'

export class Crew {
  readonly #threads: readonly Thread[]
  readonly #signals: Int32Array

  private constructor(threads: readonly Thread[], signals: Int32Array) {
    this.#threads = threads
    this.#signals = signals
  }

  /** So many threads on a shared memory; undefined where none can be had. */
  static async start(size: number, memory: Memory): Promise<Crew | undefined> {
    const signals = new Int32Array(new SharedArrayBuffer(4 * apart * size))
    const started = await Promise.all(
      Array.from({ length: size }, (_, i) => threadOf({ memory, signals, at: i * apart })),
    )
    const threads = started.filter((thread) => thread !== undefined)
    if (threads.length === size) return new Crew(threads, signals)
    for (const thread of threads) thread.terminate()
    return undefined
  }

  /** Gives a thread its order; it begins at once. */
  begin(thread: number, { code, length, first, last }: Order): void {
    const [signals, at] = [this.#signals, thread * apart]
    signals[at + place.code] = code
    signals[at + place.length] = length
    signals[at + place.first] = first
    signals[at + place.last] = last
    Atomics.add(signals, at, 1)
    Atomics.notify(signals, at)
  }

  /** Returns when a thread has done what it was given. Throws if it failed. */
  finish(thread: number): void {
    const [signals, at] = [this.#signals, thread * apart]
    const given = signals[at + place.given]!
    for (let look = 0; Atomics.load(signals, at + place.done) !== given; look++)
      if (look > looks) sleep(signals, at + place.done, given - 1)
    if (signals[at + place.failed] === 0) return
    signals[at + place.failed] = 0
    throw new Error('a thread of this kernel failed: its memory may be exhausted; try threads: 1.')
  }

  end(): void {
    for (const thread of this.#threads) thread.terminate()
  }
}

/** Waits while `signals[at]` is `was`. The main thread of a page may not, and goes on looking. */
function sleep(signals: Int32Array, at: number, was: number): void {
  try {
    Atomics.wait(signals, at, was)
  } catch {
    // Looking is all it can do.
  }
}

/** A thread at work; undefined where a policy, or a limit of the machine, forbids it. */
async function threadOf(data: unknown): Promise<Thread | undefined> {
  const threads = surroundings.process?.getBuiltinModule?.('node:worker_threads')
  const { Worker } = surroundings
  try {
    if (threads) return await nodeThread(threads.Worker, data)
    return Worker && (await pageThread(Worker, data))
  } catch {
    return undefined
  }
}

function nodeThread(Worker: NodeWorker, workerData: unknown): Promise<Thread | undefined> {
  const text = `${duty}\nserve(require('node:worker_threads').workerData)`
  const worker = new Worker(text, { eval: true, workerData })
  return new Promise((settle) => {
    worker.once('error', () => settle(undefined))
    worker.once('online', () => {
      worker.unref() // a program that has nothing else to do may end
      settle(worker)
    })
  })
}

async function pageThread(Worker: PageWorkers, data: unknown): Promise<Thread | undefined> {
  const text = `${duty}\nonmessage = ({ data }) => { postMessage(0); serve(data) }`
  const url = URL.createObjectURL(new Blob([text], { type: 'text/javascript' }))
  try {
    return await new Promise((settle) => {
      const worker = new Worker(url)
      worker.addEventListener('message', () => settle(worker))
      worker.addEventListener('error', () => settle(undefined))
      worker.postMessage(data, [])
    })
  } finally {
    URL.revokeObjectURL(url)
  }
}

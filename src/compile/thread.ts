/** One thread beside the caller's: a worker thread in Node, a worker on a page. */

/** A thread at work. */
export interface Thread {
  /** Ends it, wherever it is. */
  terminate(): unknown
  /** Whether it is known to have ended. Of a worker on a page nobody can know that. */
  hasEnded(): boolean
}

/** What there is of an environment, typed: pages and Node each have half of it. */
interface Surroundings {
  readonly process?: { getBuiltinModule?(name: string): { readonly Worker: NodeWorkers } }
  readonly Worker?: PageWorkers
}
type NodeWorkers = new (
  text: string,
  options: { readonly eval: true; readonly workerData: unknown },
) => NodeWorker
interface NodeWorker {
  terminate(): unknown
  unref(): void
  once(event: string, then: () => void): void
  /** −1 once the caller's event loop has heard that the thread has ended. */
  readonly threadId: number
  readonly performance?: { eventLoopUtilization?(): { readonly idle: number } }
}
type PageWorkers = new (url: string) => PageWorker
interface PageWorker {
  terminate(): unknown
  postMessage(data: unknown, moved: readonly []): void
  addEventListener(event: string, then: () => void): void
}

const surroundings = globalThis as unknown as Surroundings

/** A thread that runs `serve(data)` of this text; undefined where a policy, or a limit of the machine, forbids it. */
export async function threadOf(text: string, data: unknown): Promise<Thread | undefined> {
  const threads = surroundings.process?.getBuiltinModule?.('node:worker_threads')
  const { Worker } = surroundings
  try {
    if (threads) return await nodeThread(threads.Worker, text, data)
    return Worker && (await pageThread(Worker, text, data))
  } catch {
    return undefined
  }
}

function nodeThread(
  Worker: NodeWorkers,
  text: string,
  workerData: unknown,
): Promise<Thread | undefined> {
  // Not before its event loop turns: `hasEnded` asks that.
  const start = `const { parentPort, workerData } = require('node:worker_threads')
setImmediate(() => { parentPort.postMessage(0); serve(workerData) })`
  const worker = new Worker(`${text}\n${start}`, { eval: true, workerData })
  return new Promise((settle) => {
    for (const event of ['error', 'exit']) worker.once(event, () => settle(undefined))
    worker.once('message', () => {
      worker.unref() // a program that has nothing else to do may end
      hasEnded(worker) // Node learns when the loop began, which nobody can tell once it has ended
      settle({ terminate: () => worker.terminate(), hasEnded: () => hasEnded(worker) })
    })
  })
}

/**
 * Who waits for a thread hears no event. But Node tells at once how long the loop of a thread was idle, and
 * says −1 when there is no loop any more. Where it says something else, a `Crew` loses patience in the end.
 */
function hasEnded({ threadId, performance }: NodeWorker): boolean {
  return threadId === -1 || (performance?.eventLoopUtilization?.().idle ?? 0) < 0
}

async function pageThread(
  Worker: PageWorkers,
  text: string,
  data: unknown,
): Promise<Thread | undefined> {
  const start = 'onmessage = ({ data }) => { postMessage(0); serve(data) }'
  const url = URL.createObjectURL(new Blob([`${text}\n${start}`], { type: 'text/javascript' }))
  try {
    return await new Promise((settle) => {
      const worker = new Worker(url)
      const thread = { terminate: () => worker.terminate(), hasEnded: () => false }
      worker.addEventListener('message', () => settle(thread))
      worker.addEventListener('error', () => settle(undefined))
      worker.postMessage(data, [])
    })
  } finally {
    URL.revokeObjectURL(url)
  }
}

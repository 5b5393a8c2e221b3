/** Timers of a program, counted: it is not done while one is still to come. */
type Callback = (...items: unknown[]) => void

/** Counts the timers that are set from now on. */
export function watchTimers(): { quiet(): Promise<void> } {
  const open = new Set<number>()
  let settle: (() => void) | undefined
  const closed = (id: number | undefined): void => {
    if (id !== undefined) open.delete(id)
    if (open.size === 0) settle?.()
  }
  const { setTimeout, setInterval, clearTimeout } = self
  const scope = self as unknown as Record<string, unknown>
  scope['setTimeout'] = (callback: Callback, delay?: number, ...items: unknown[]): number => {
    const id = setTimeout(() => {
      try {
        callback(...items)
      } finally {
        closed(id)
      }
    }, delay)
    open.add(id)
    return id
  }
  scope['setInterval'] = (callback: Callback, delay?: number, ...items: unknown[]): number => {
    const id = setInterval(callback, delay, ...items)
    open.add(id)
    return id
  }
  scope['clearTimeout'] = scope['clearInterval'] = (id: number | undefined): void => {
    clearTimeout(id) // timers and intervals share their numbers
    closed(id)
  }
  const quiet = (): Promise<void> =>
    open.size === 0 ? Promise.resolve() : new Promise((resolve) => (settle = resolve))
  return { quiet }
}

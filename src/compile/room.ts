/** Room in a kernel's memory: what was taken together is given back together, and taken by others later. */
import type { Store } from './store.ts'
import type { Stretch } from './vacancies.ts'

/** Memory that belongs to somebody, who leaves all of it at once. */
export class Room {
  readonly store: Store
  readonly #taken: Stretch[] = []
  #bytes = 0

  constructor(store: Store) {
    this.store = store
  }

  /** Bytes in all. */
  get bytes(): number {
    return this.#bytes
  }

  /** So many bytes more, all 0, at a multiple of 16. Throws if there is no more memory. */
  allocate(bytes: number): number {
    const start = this.store.allocate(bytes)
    this.#taken.push({ start, end: start + bytes })
    this.#bytes += bytes
    return start
  }

  /** Others may have it from now on. What is in it stays until they do. */
  leave(): void {
    for (const { start, end } of this.#taken.splice(0)) this.store.free(start, end - start)
    this.#bytes = 0
  }
}

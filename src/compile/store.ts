/**
 * Parameters in a kernel's memory. Their leaves live there from then on: `data` and `grad` read and
 * write it, and kernels over the same parameters share it, so that nothing is copied at a call.
 */
import type { Value } from '../engine.ts'
import type { Numbers, Page } from '../page.ts'
import { canShare, Crew } from './crew.ts'
import { type Home, homesOf, moveIn, moveOut, pagesOf } from './home.ts'
import { isBeyond, largest } from './range.ts'
import { Vacancies } from './vacancies.ts'
import { canRelax } from './vectors.ts'
import { mostPages } from './wasm/module.ts'
import { type Memory, newMemory } from './webassembly.ts'

/** Precision of the numbers in a kernel. */
export type Precision = 'f64' | 'f32'

const pageSize = 65536 // of WebAssembly

/** What all kernels over the same parameters have in common. */
interface Terms {
  readonly precision: Precision
  readonly threads: number
  /** Products may be added without being rounded first. */
  readonly relaxed: boolean
}

const usual: Terms = { precision: 'f64', threads: 1, relaxed: false }

/** Terms that somebody asks for; others are as they are, or as usual. */
type Asked = { readonly [K in keyof Terms]?: Terms[K] | undefined }

/** Which store the leaves on a page live in. */
const stores = new WeakMap<Page, Store>()

export class Store {
  readonly parameters: readonly Value[]
  readonly precision: Precision
  /** Bytes of a number. */
  readonly bytes: number
  readonly memory: Memory
  /** How many threads were asked for. */
  readonly threads: number
  /** Whether they share the memory. */
  readonly shared: boolean
  /** Whether products are added without being rounded first: asked for, and known to the engine. */
  readonly relaxed: boolean
  readonly #terms: Terms
  #crew: Crew | undefined
  #hired: Promise<void> | undefined
  /** Where the parameters, their gradients and the optimizer's memory begin. */
  readonly data: number
  readonly grad: number
  #homes: readonly Home[] = []
  readonly #followers = new Map<object, () => void>()
  readonly #vacancies = new Vacancies()
  #end = 0
  #users = 0

  private constructor(parameters: readonly Value[], terms: Terms, movesIn = true) {
    const { precision, threads, relaxed } = terms
    if (precision === 'f32') refuseBeyond(parameters)
    this.parameters = parameters
    this.#terms = terms
    this.precision = precision
    this.bytes = precision === 'f64' ? 8 : 4
    this.threads = threads
    this.shared = threads > 1 && canShare()
    this.relaxed = relaxed && canRelax()
    this.memory = newMemory(1, mostPages, this.shared)
    this.data = this.allocate(parameters.length * this.bytes)
    this.grad = this.allocate(parameters.length * this.bytes)
    if (movesIn) this.#moveIn()
    else this.numbers(this.data, parameters.length).set(parameters.map((p) => p.data))
  }

  /** A store with a copy of the parameters, which stay where they are: nothing else is in its memory. */
  static copyOf(parameters: readonly Value[], precision: Precision): Store {
    return new Store(parameters, { ...usual, precision }, false)
  }

  /**
   * The store that these parameters live in, in this order, or a new one. Throws if they live in
   * another with others, or under other terms.
   */
  static for(parameters: readonly Value[], asked: Asked = {}): Store {
    const homes = new Set([...pagesOf(parameters)].map((page) => stores.get(page)))
    const [home] = homes
    if (homes.size > 1 || (home && !sameLeaves(home.parameters, parameters)))
      throw new RangeError(
        'some of these parameters already live in the memory of a kernel over other parameters: ' +
          'compile every kernel with the same list, such as model.parameters(), or dispose() of the ' +
          'first one before.',
      )
    const terms = { ...(home === undefined ? usual : home.#terms) }
    for (const term of Object.keys(usual) as (keyof Terms)[]) {
      const wanted = asked[term]
      if (wanted === undefined || wanted === terms[term]) continue
      if (home !== undefined)
        throw new RangeError(
          `these parameters live in the memory of a kernel with ${term}: ${terms[term]}, asked for ` +
            `${wanted}: kernels over the same parameters share their ${term}.`,
        )
      Object.assign(terms, { [term]: wanted })
    }
    return home ?? new Store(parameters, terms)
  }

  /** So many bytes of memory that nobody else uses, all 0, at a multiple of 16. Throws if there is no more. */
  allocate(bytes: number): number {
    const vacant = this.#vacancies.take(wholeBytes(bytes))
    if (vacant !== undefined) {
      new Uint8Array(this.memory.buffer, vacant, bytes).fill(0)
      return vacant
    }
    const start = this.#end
    const end = start + wholeBytes(bytes)
    const missing = end - this.memory.buffer.byteLength
    if (missing > 0) {
      try {
        this.memory.grow(Math.ceil(missing / pageSize))
      } catch {
        throw new RangeError(
          `a kernel needs ${end} bytes of memory and could not have them: use smaller batches, ` +
            'a smaller network, or precision f32.',
        )
      }
      this.#refresh()
    }
    this.#end = end
    return start
  }

  /** What was allocated and is no longer used: others may have it. */
  free(start: number, bytes: number): void {
    if (bytes > 0) this.#vacancies.give(start, wholeBytes(bytes))
  }

  /** Numbers of the memory from `address` on. Stale as soon as more memory is allocated. */
  numbers(address: number, length: number): Numbers {
    const { buffer } = this.memory
    return this.precision === 'f64'
      ? new Float64Array(buffer, address, length)
      : new Float32Array(buffer, address, length)
  }

  /** The same of 32-bit integers. */
  integers(address: number, length: number): Int32Array {
    return new Int32Array(this.memory.buffer, address, length)
  }

  /** Calls `refresh` now, and whenever memory has moved. */
  follow(who: object, refresh: () => void): void {
    this.#followers.set(who, refresh)
    refresh()
  }

  unfollow(who: object): void {
    this.#followers.delete(who)
  }

  /** The threads beside the caller's, if there are any now. Others are started where they were lost. */
  get crew(): Crew | undefined {
    const { ended } = this.#crew ?? {}
    if (ended !== undefined && this.#users > 0) {
      this.#crew = undefined
      this.#hired = ended.then(() => this.#hire())
    }
    return this.#crew
  }

  /** Starts the threads, unless that was done. */
  hire(): Promise<void> {
    return (this.#hired ??= this.#hire())
  }

  async #hire(): Promise<void> {
    if (this.shared) this.#crew = await Crew.start(this.threads - 1, this.memory)
  }

  /** One more kernel uses the store. */
  retain(): void {
    this.#users++
  }

  /** One less; after the last, the leaves live in memory of their own again, with what they hold now. */
  release(): void {
    if (--this.#users > 0) return
    for (const { page } of this.#homes) {
      stores.delete(page)
      moveOut(page)
    }
    this.#homes = []
    void this.#hired?.then(() => this.#crew?.end())
  }

  #moveIn(): void {
    this.#homes = homesOf(this.parameters)
    for (const home of this.#homes) {
      moveIn(home, this.parameters, this.#numbersOf(home))
      stores.set(home.page, this)
    }
  }

  /** Where the parameters of a page have their numbers. */
  #numbersOf({ page, first }: Home): Pick<Page, 'data' | 'grad'> {
    const at = (start: number) => this.numbers(start + first * this.bytes, page.length)
    return { data: at(this.data), grad: at(this.grad) }
  }

  /** Memory that grew lies elsewhere: the pages look there from now on. */
  #refresh(): void {
    for (const home of this.#homes) Object.assign(home.page, this.#numbersOf(home))
    for (const refresh of this.#followers.values()) refresh()
  }
}

/** Throws if a parameter is finite, and would be infinite here. */
function refuseBeyond(parameters: readonly Value[]): void {
  for (let i = 0; i < parameters.length; i++) {
    const { data } = parameters[i]!
    if (!isBeyond(data)) continue
    throw new RangeError(
      `parameter ${i + 1} is ${data}, and single precision ends at ${largest}: start from smaller ` +
        'ones, or use precision f64.',
    )
  }
}

/** As many as are allocated for so many. */
const wholeBytes = (bytes: number): number => Math.ceil(bytes / 16) * 16

function sameLeaves(a: readonly Value[], b: readonly Value[]): boolean {
  return a.length === b.length && a.every((leaf, i) => leaf === b[i])
}

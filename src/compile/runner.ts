/**
 * A compiled program at work: fills memory with a batch, block by block, and runs the functions of
 * a kernel on it. Kernels are made when a block of their size first comes, and stay where there is room.
 */
import { type Buffer, type LoopProgram, type Trace, workOf } from '../lift/index.ts'
import type { Numbers } from '../page.ts'
import type { Batch } from './batch.ts'
import type { BatchArgument } from './column.ts'
import type { Kernel, Task } from './kernel.ts'
import { type Places, uniformPlaces } from './layout.ts'
import { Point, type ValueAndGradient } from './point.ts'
import { Room } from './room.ts'
import { Shard } from './shard.ts'
import type { Store } from './store.ts'
import { begin, end, refuseBadState, type Update, type UpdateRule } from './update.ts'

/** Most examples side by side: enough that loops are long, few enough that results stay cached. */
const mostSideBySide = 128

/** Operations that threads must save to be worth waking: some 30 µs of them in single precision. */
const costOfThreads = 1_000_000

/** Told of each block of a batch while its results are in memory: examples `first` to `first + count`. */
export type Seen = (kernel: Kernel, first: number, count: number) => void

/** Examples of a batch that one shard computes together. */
interface Block {
  readonly first: number
  readonly count: number
  readonly kernel: Kernel
}

/** What a runner may have beside its program. */
interface Extras {
  /** The graph itself, for a function of its inputs alone: a small one is written out straight. */
  readonly trace?: Trace
  readonly update?: Update | undefined
  readonly rule?: UpdateRule | undefined
}

export class Runner {
  readonly program: LoopProgram
  readonly store: Store
  readonly #trace: Trace | undefined
  readonly #update: Update | undefined
  readonly #rule: UpdateRule | undefined
  /** What is there as long as the runner. */
  readonly #room: Room
  readonly #places: Places
  /** This thread's own first; the others are made when a batch is worth it. */
  readonly #shards: [Shard, ...Shard[]]
  /** For every other shard, the kernel that adds its sums to the first one's. */
  readonly #gathers: Kernel[] = []
  /** The optimizer's memory, in the kernel's. */
  #slots: readonly Numbers[] = []
  #work: number | undefined
  #point: Point | undefined
  #disposed = false

  constructor(store: Store, program: LoopProgram, { trace, update, rule }: Extras = {}) {
    this.store = store
    this.program = program
    this.#trace = trace
    this.#update = update
    this.#rule = rule
    this.#room = new Room(store)
    store.retain()
    try {
      this.#places = uniformPlaces(this.#room, program, update)
    } catch (error) {
      this.#room.leave()
      store.release() // the parameters are free for another attempt, on other terms
      throw error
    }
    this.#shards = [new Shard(this.#room, program, this.#places, update)]
    if (rule === undefined) return
    begin(rule)
    store.follow(this, () => this.#adopt())
  }

  /** A runner with the threads that its store has. */
  static async start(store: Store, program: LoopProgram, extras?: Extras): Promise<Runner> {
    const runner = new Runner(store, program, extras)
    await store.hire()
    return runner
  }

  /** Threads that share a batch. */
  get threads(): number {
    return this.store.crew ? this.store.threads : 1
  }

  /** The kernel for so many examples side by side. */
  kernel(examples: number): Kernel {
    this.#refuseDisposed()
    return this.#shards[0].kernel(examples)
  }

  /** A kernel of its own that does some tasks only. */
  part(examples: number, tasks?: readonly Task[]): Kernel {
    return this.#shards[0].part(examples, tasks)
  }

  /**
   * Forward, and backward where there are gradients, for a whole batch; gradients are those of the
   * mean. Returns the sum of the first output over the examples.
   */
  run(batch: Batch, seen?: Seen): number {
    this.#refuseDisposed()
    const { examples } = batch
    const shards = this.#shardsFor(examples)
    const rounds = Math.ceil(examples / (mostSideBySide * shards.length))
    const size = Math.ceil(examples / (rounds * shards.length))
    for (let start = 0; start < examples; start += size * shards.length) {
      const blocks: Block[] = []
      for (let first = start, k = 0; k < shards.length && first < examples; k++, first += size) {
        const count = Math.min(size, examples - first)
        blocks.push({ first, count, kernel: shards[k]!.filled(batch, first, count) })
      }
      if (start === 0) this.#begin(blocks[0]!.kernel, examples)
      this.#compute(blocks, start === 0)
      if (seen) for (const { kernel, first, count } of blocks) seen(kernel, first, count)
    }
    const sharded = Math.min(shards.length, Math.ceil(examples / size))
    for (const gather of this.#gathers.slice(0, sharded - 1)) run(gather, 'before')
    run(this.kernel(size), 'after')
    return this.uniform(this.program.total)[0]!
  }

  /** Computes blocks side by side: the first one here, each other one by a thread. */
  #compute(blocks: readonly Block[], begins: boolean): void {
    const { crew } = this.store
    const task = begins ? 'first' : 'next'
    for (let k = 1; k < blocks.length; k++) {
      const code = this.#shards[k]!.code(blocks[k]!.kernel.moduleOf(task))
      crew!.begin(k - 1, { ...code, first: begins ? 1 : 0, last: lastOf(blocks[k]!) })
    }
    run(blocks[0]!.kernel, task, lastOf(blocks[0]!))
    for (let k = 1; k < blocks.length; k++) crew!.finish(k - 1)
  }

  /** All shards where threads make up for the time to begin and to gather; else this thread's own. */
  #shardsFor(examples: number): readonly Shard[] {
    const [own] = this.#shards
    if (this.store.crew === undefined || !this.#pays(examples)) return [own]
    while (this.#shards.length < this.store.threads) {
      const { shard, gather } = own.another()
      this.#shards.push(shard)
      this.#gathers.push(gather)
    }
    return this.#shards
  }

  #pays(examples: number): boolean {
    const { threads } = this.store
    this.#work ??= workOf(this.program).each
    const { gradient } = this.program
    const saved = this.#work * examples * (1 - 1 / threads)
    return saved > costOfThreads + (gradient?.size ?? 0) * (threads - 1)
  }

  /** The value and the gradient of a function of its inputs alone, at one point. */
  at(given: readonly (number | BatchArgument)[]): ValueAndGradient {
    this.#refuseDisposed()
    this.#point ??= this.#pointed()
    return this.#point.at(given)
  }

  /** With a kernel of its own, of which it knows the places. */
  #pointed(): Point {
    const kernel = this.part(1)
    return new Point(this.store, this.program, this.#trace!, kernel, () => this.#begin(kernel, 1))
  }

  /** Changes the parameters along their gradients, as the optimizer says. */
  advance(): void {
    const rule = this.#rule!
    // It may have been given another memory meanwhile.
    if (rule.state.length !== rule.slots || rule.state.some((slot, k) => slot !== this.#slots[k]))
      this.#adopt()
    const rate = rule.rate()
    rule.steps++
    for (const { buffer, at } of this.#update!.settings)
      this.uniform(buffer)[0] = at(rate, rule.steps)
    run(this.#shards[0].latest(), 'update')
  }

  /** Where a buffer is that is the same for all examples. */
  addressOf(buffer: Buffer): number {
    return this.#places.get(buffer)!
  }

  /** Its numbers. */
  uniform(buffer: Buffer): Numbers {
    return this.store.numbers(this.addressOf(buffer), buffer.size)
  }

  dispose(): void {
    if (this.#disposed) return
    if (this.#rule) {
      this.#rule.state = this.#rule.state.map((slot) => Array.from(slot))
      end(this.#rule)
    }
    this.store.unfollow(this)
    this.store.release()
    this.#disposed = true
    // A thread that was given up may write where it was told to, until it has ended.
    if (this.#shards.length > 1 && this.store.crew === undefined) return
    for (const shard of this.#shards) shard.clear()
    this.#room.leave()
  }

  /** From now on the optimizer's memory is in the kernel's, wherever that lies. */
  #adopt(): void {
    refuseBadState(this.#rule!, this.program.parameters.size)
    this.#slots = this.#update!.slots.map((slot, k) => {
      const memory = this.uniform(slot)
      const before = this.#rule!.state[k]!
      // Memory that has moved took its numbers along, and its old views are empty.
      if (before.length > 0) memory.set(Array.from(before))
      return memory
    })
    this.#rule!.state = this.#slots
  }

  #refuseDisposed(): void {
    if (this.#disposed)
      throw new Error('this compiled function was disposed of: compile it again to call it.')
  }

  #begin(kernel: Kernel, examples: number): void {
    const { seed, leaves, outputs } = this.program
    // A result that no example changes is its own mean.
    this.uniform(seed)[0] = outputs[0]!.buffer.varying ? 1 / examples : 1
    for (const { leaf, buffer, at } of leaves) this.uniform(buffer)[at] = leaf.data
    run(kernel, 'before')
  }
}

/** Does one task; those for each example are told how many the last vector holds. */
function run(kernel: Kernel, task: Task, last = 0): void {
  kernel.moduleOf(task).exports[task]!(last)
}

/** How many examples the last vector of a block holds. */
function lastOf({ kernel: { shape }, count }: Block): number {
  return count - (shape.examples - shape.width)
}

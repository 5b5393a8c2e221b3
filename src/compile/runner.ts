/**
 * A compiled program at work: fills memory with a batch, block by block, and runs the functions of
 * a kernel on it. Kernels are made when a block of their size first comes.
 */
import type { Buffer, InputKind, LoopProgram } from '../lift/index.ts'
import type { Numbers } from '../page.ts'
import { type Batch, pack } from './batch.ts'
import { type Kernel, kernelOf } from './kernel.ts'
import { type Places, uniformPlaces } from './layout.ts'
import type { Store } from './store.ts'
import type { Update, UpdateRule } from './update.ts'

/** Most examples side by side: enough that loops are long, few enough that results stay cached. */
const mostSideBySide = 128

/** Told of each block of a batch while its results are in memory: examples `first` to `first + count`. */
export type Seen = (kernel: Kernel, first: number, count: number) => void

export class Runner {
  readonly program: LoopProgram
  readonly store: Store
  readonly kinds: readonly InputKind[]
  readonly #update: Update | undefined
  readonly #rule: UpdateRule | undefined
  readonly #places: Places
  readonly #kernels = new Map<number, Kernel>()
  #disposed = false

  constructor(
    store: Store,
    program: LoopProgram,
    kinds: readonly InputKind[],
    update?: Update,
    rule?: UpdateRule,
  ) {
    this.store = store
    this.program = program
    this.kinds = kinds
    this.#update = update
    this.#rule = rule
    this.#places = uniformPlaces(store, program, update)
    store.retain()
    if (rule) store.follow(this, () => this.#adopt())
  }

  /** The kernel for so many examples side by side. */
  kernel(examples: number): Kernel {
    const known = this.#kernels.get(examples)
    if (known !== undefined) return known
    const fresh = kernelOf(this.store, this.program, this.#places, examples, this.#update)
    this.#kernels.set(examples, fresh)
    return fresh
  }

  /**
   * Forward, and backward where there are gradients, for a whole batch; gradients are those of the
   * mean. Returns the sum of the first output over the examples.
   */
  run(batch: Batch, seen?: Seen): number {
    if (this.#disposed)
      throw new Error('this compiled function was disposed of: compile it again to call it.')
    const { examples } = batch
    const size = Math.ceil(examples / Math.ceil(examples / mostSideBySide))
    for (let first = 0; first < examples; first += size) {
      const count = Math.min(size, examples - first)
      const kernel = this.kernel(count)
      this.#fill(kernel, batch, first, count)
      if (first === 0) this.#begin(kernel, examples)
      const last = count - (kernel.shape.examples - kernel.shape.width)
      kernel.exports[first === 0 ? 'first' : 'next']!(last)
      seen?.(kernel, first, count)
    }
    this.kernel(size).exports['after']!(0)
    return this.uniform(this.program.total)[0]!
  }

  /** Changes the parameters along their gradients, as the optimizer says. */
  advance(): void {
    const rule = this.#rule!
    const rate = rule.rate()
    rule.steps++
    for (const { buffer, at } of this.#update!.settings) this.uniform(buffer)[0] = at(rate, rule.steps)
    const [kernel] = this.#kernels.values()
    kernel!.exports['update']!(0)
  }

  /** The numbers of a buffer that is the same for all examples. */
  uniform(buffer: Buffer): Numbers {
    return this.store.numbers(this.#places.get(buffer)!, buffer.size)
  }

  dispose(): void {
    if (this.#disposed) return
    if (this.#rule) this.#rule.state = this.#rule.state.map((slot) => Array.from(slot))
    this.store.unfollow(this)
    this.store.release()
    this.#disposed = true
    this.#kernels.clear()
  }

  /** From now on the optimizer's memory is in the kernel's, wherever that lies. */
  #adopt(): void {
    this.#rule!.state = this.#update!.slots.map((slot, k) => {
      const memory = this.uniform(slot)
      const before = this.#rule!.state[k]!
      // Memory that has moved took its numbers along, and its old views are empty.
      if (before.length > 0) memory.set(Array.from(before))
      return memory
    })
  }

  #begin(kernel: Kernel, examples: number): void {
    const { seed, leaves, outputs } = this.program
    // A result that no example changes is its own mean.
    this.uniform(seed)[0] = outputs[0]!.buffer.varying ? 1 / examples : 1
    const filled = new Map<Buffer, number>()
    for (const { leaf, buffer } of leaves) {
      const at = filled.get(buffer) ?? 0
      this.uniform(buffer)[at] = leaf.data
      filled.set(buffer, at + 1)
    }
    kernel.exports['before']!(0)
  }

  #fill({ shape, layout }: Kernel, { columns }: Batch, first: number, count: number): void {
    this.program.inputs.forEach((buffer, i) => {
      const memory = this.store.numbers(layout.addressOf(buffer), buffer.size * shape.examples)
      pack(columns[i]!, first, count, shape.examples, memory)
    })
  }
}

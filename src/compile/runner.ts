/**
 * A compiled program at work: fills memory with a batch, block by block, and runs the functions of
 * a kernel on it. Kernels are made when a block of their size first comes.
 */
import type { Value } from '../engine.ts'
import type { Located, LoopProgram, Trace } from '../lift/index.ts'
import type { Numbers } from '../page.ts'
import { asArgument, type Batch, type BatchArgument, batchOf } from './batch.ts'
import { type Kernel, kernelOf, straightKernel } from './kernel.ts'
import { type Places, uniformPlaces } from './layout.ts'
import type { Store } from './store.ts'
import { mostStraight } from './straight.ts'
import type { Update, UpdateRule } from './update.ts'
import type { Exports } from './webassembly.ts'

/** Most examples side by side: enough that loops are long, few enough that results stay cached. */
const mostSideBySide = 128

/** Told of each block of a batch while its results are in memory: examples `first` to `first + count`. */
export type Seen = (kernel: Kernel, first: number, count: number) => void

/** A function's value, and its derivative by every input. */
export interface ValueAndGradient {
  value: number
  gradient: number[]
}

const isNumber = (x: unknown): x is number => typeof x === 'number'

/** A single point of a function of its inputs alone. */
interface Point {
  readonly memory: Numbers
  /** Every input is a number, and any will do. */
  readonly numbers: boolean
  readonly inputs: readonly number[]
  readonly gradient: readonly number[]
  readonly value: number
  begin(): void
  run(last: number): number
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
  readonly #places: Places
  readonly #kernels = new Map<number, Kernel>()
  #point: Point | undefined
  #disposed = false

  constructor(store: Store, program: LoopProgram, { trace, update, rule }: Extras = {}) {
    this.store = store
    this.program = program
    this.#trace = trace
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
    this.#refuseDisposed()
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

  /** The value and the gradient of a function of its inputs alone, at one point. */
  at(given: readonly (number | BatchArgument)[]): ValueAndGradient {
    this.#refuseDisposed()
    const point = (this.#point ??= this.#pointOf())
    const { inputs, memory } = point
    if (point.numbers && given.length === inputs.length && given.every(isNumber))
      for (let i = 0; i < inputs.length; i++) memory[inputs[i]!] = given[i] as number
    else
      batchOf(this.program.inputs, given.map(asArgument)).columns.forEach(({ at, width }, i) => {
        for (let place = 0; place < width; place++) memory[inputs[i]! + place] = at(0, place)
      })
    point.begin()
    point.run(0)
    const gradient: number[] = new Array(point.gradient.length)
    for (let i = 0; i < gradient.length; i++) gradient[i] = memory[point.gradient[i]!]!
    return { value: memory[point.value]!, gradient }
  }

  /** Where everything of a single point is, as places of one view of the whole memory. */
  #pointOf(): Point {
    const { inputs, inputGradients, outputs } = this.program
    const kernel = this.kernel(1)
    const { bytes, memory } = this.store
    const place = ({ buffer, at }: Located): number => kernel.layout.addressOf(buffer) / bytes + at
    const trace = this.#trace!.order.length <= mostStraight ? this.#trace : undefined
    const straight = trace && outputs[0]!.buffer.varying && this.#straight(trace, place)
    return {
      memory: this.store.numbers(0, memory.buffer.byteLength / bytes),
      numbers: inputs.every(({ kind }) => kind === 'number'),
      inputs: inputs.map(place),
      gradient: inputGradients.flatMap((g) =>
        Array.from({ length: g.length }, (_, i) => place(g) + i),
      ),
      value: place(outputs[0]!),
      run: (straight || kernel.exports)['first']!,
      begin: straight && this.program.leaves.length === 0 ? () => {} : () => this.#begin(kernel, 1),
    }
  }

  #straight(trace: Trace, place: (at: Located) => number): Exports {
    const { inputs, inputGradients, leaves, outputs } = this.program
    const { bytes } = this.store
    const spread = (list: readonly Located[], to: readonly (readonly Value[])[]) =>
      list.flatMap((at, i) => to[i]!.map((v, k) => [v, (place(at) + k) * bytes] as const))
    const differentiated = trace.inputs.filter((_, i) => inputs[i]!.kind !== 'index')
    return straightKernel(this.store, trace, {
      leaves: new Map([
        ...spread(inputs, trace.inputs),
        ...leaves.map(({ leaf, ...at }) => [leaf, place(at) * bytes] as const),
      ]),
      value: place(outputs[0]!) * bytes,
      gradient: new Map(spread(inputGradients, differentiated)),
    })
  }

  /** Changes the parameters along their gradients, as the optimizer says. */
  advance(): void {
    const rule = this.#rule!
    const rate = rule.rate()
    rule.steps++
    for (const { buffer, at } of this.#update!.settings)
      this.uniform(buffer)[0] = at(rate, rule.steps)
    const [kernel] = this.#kernels.values()
    kernel!.exports['update']!(0)
  }

  /** The numbers of a buffer that is the same for all examples. */
  uniform(buffer: Located['buffer']): Numbers {
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

  #refuseDisposed(): void {
    if (this.#disposed)
      throw new Error('this compiled function was disposed of: compile it again to call it.')
  }

  #begin(kernel: Kernel, examples: number): void {
    const { seed, leaves, outputs } = this.program
    // A result that no example changes is its own mean.
    this.uniform(seed)[0] = outputs[0]!.buffer.varying ? 1 / examples : 1
    for (const { leaf, buffer, at } of leaves) this.uniform(buffer)[at] = leaf.data
    kernel.exports['before']!(0)
  }

  #fill({ shape, layout }: Kernel, { columns }: Batch, first: number, count: number): void {
    this.program.inputs.forEach(({ buffer, at }, i) => {
      const column = columns[i]!
      const start = layout.addressOf(buffer) + at * shape.examples * this.store.bytes
      const memory = this.store.numbers(start, column.width * shape.examples)
      column.copy(first, count, shape.examples, memory)
    })
  }
}

/**
 * A shard: the part of each batch that one thread computes. All shards read the same parameters and
 * whatever else is the same for all examples; what is summed over examples, each sums for itself, and the first
 * one adds the others' sums to its own, always in the same order.
 */
import type { Buffer, LoopProgram, Nest } from '../lift/index.ts'
import { nestOf } from '../lift/nest.ts'
import { read } from '../lift/expression.ts'
import { iota } from '../lift/sequence.ts'
import type { Batch } from './batch.ts'
import { type Kernel, kernelOf, type Module, type Task } from './kernel.ts'
import type { Places } from './layout.ts'
import type { Store } from './store.ts'
import type { Update } from './update.ts'

/** Bytes in memory. */
interface Code {
  readonly code: number
  readonly length: number
}

/** A shard beside the first one, and the kernel whose `before` adds its sums to the first one's. */
interface Another {
  readonly shard: Shard
  readonly gather: Kernel
}

export class Shard {
  readonly #store: Store
  readonly #program: LoopProgram
  readonly #places: Places
  readonly #update: Update | undefined
  readonly #kernels = new Map<number, Kernel>()
  readonly #codes = new Map<Module, Code>()

  constructor(store: Store, program: LoopProgram, places: Places, update?: Update) {
    this.#store = store
    this.#program = program
    this.#places = places
    this.#update = update
  }

  /** The kernel for so many examples side by side. */
  kernel(examples: number): Kernel {
    const known = this.#kernels.get(examples)
    if (known !== undefined) return known
    const fresh = this.part(examples)
    this.#kernels.set(examples, fresh)
    return fresh
  }

  /** A kernel of its own, for some tasks. */
  part(examples: number, tasks?: readonly Task[]): Kernel {
    return kernelOf(this.#store, this.#program, this.#places, examples, this.#update, tasks)
  }

  /** Puts `count` examples of a batch, from `first` on, where the kernel for so many reads them. */
  filled(batch: Batch, first: number, count: number): Kernel {
    const kernel = this.kernel(count)
    this.#program.inputs.forEach((input, i) => {
      const column = batch.columns[i]!
      const length = column.width * kernel.shape.examples
      column.copy(first, count, this.#store.numbers(kernel.rowsOf(input), length))
    })
    return kernel
  }

  /** One of its kernels, whichever: what is the same for all examples is the same in each. */
  any(): Kernel {
    return this.#kernels.values().next().value!
  }

  /** Where the bytes of a module of its kernels are in memory, for a thread to read. */
  code(module: Module): Code {
    const known = this.#codes.get(module)
    if (known !== undefined) return known
    const { binary } = module
    const fresh = { code: this.#store.allocate(binary.length), length: binary.length }
    new Uint8Array(this.#store.memory.buffer).set(binary, fresh.code)
    this.#codes.set(module, fresh)
    return fresh
  }

  clear(): void {
    this.#kernels.clear()
  }

  /** Another shard of the same program. */
  another(): Another {
    const sums = new Map(sumsOf(this.#program).map((buffer) => [buffer, { ...buffer }]))
    const places = new Map(this.#places)
    for (const own of sums.values())
      places.set(own, this.#store.allocate(own.size * this.#store.bytes))
    const shard = new Shard(this.#store, withSums(this.#program, sums), places)
    const gathers: LoopProgram = {
      ...this.#program,
      before: [...sums].map(added),
      each: [],
      after: [],
    }
    return { shard, gather: kernelOf(this.#store, gathers, places, 1) }
  }
}

/** What is summed over the examples of a batch. */
export function sumsOf({ each }: LoopProgram): Buffer[] {
  const targets = each.map(({ target }) => target.buffer)
  return [...new Set(targets.filter(({ varying }) => !varying))]
}

/** What is done for every example, summed in places of one's own. */
function withSums(program: LoopProgram, sums: ReadonlyMap<Buffer, Buffer>): LoopProgram {
  const summed = (nests: readonly Nest[]): Nest[] =>
    nests.map((nest) => {
      const buffer = sums.get(nest.target.buffer)
      return buffer ? { ...nest, target: { ...nest.target, buffer } } : nest
    })
  // Of what is done once, a shard only empties its own sums.
  const before = summed(program.before.filter(({ target }) => sums.has(target.buffer)))
  return { ...program, before, each: summed(program.each), after: [] }
}

/** all += own */
function added([all, own]: [Buffer, Buffer]): Nest {
  const positions = iota(all.size)
  const step = read({ buffer: own, positions })
  return nestOf({ target: all, positions, manner: 'each', step, adds: true })
}

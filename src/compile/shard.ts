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
import { type Kernel, kernelOf, type Module, shapeFor, type Task } from './kernel.ts'
import type { Places } from './layout.ts'
import { Room } from './room.ts'
import type { Update } from './update.ts'

/** Code for a thread: where its bytes are in memory, and a number that no other has. */
interface Code {
  readonly code: number
  readonly length: number
  readonly number: number
}

/**
 * Sizes whose kernels stay, whatever they weigh. An epoch has four at most: those of its full batches and of its
 * last one, and what is left over in each.
 */
const fewest = 8
/** Bytes that kernels of more sizes may have. Those of a small program all stay, 65 in double precision. */
const most = 64e6
let codes = 0

/** A shard beside the first one, and the kernel whose `before` adds its sums to the first one's. */
interface Another {
  readonly shard: Shard
  readonly gather: Kernel
}

export class Shard {
  /** What is there as long as the shard: sums. */
  readonly #room: Room
  readonly #program: LoopProgram
  readonly #places: Places
  readonly #update: Update | undefined
  /** By the examples side by side; the one that was needed last comes last. */
  readonly #kernels = new Map<number, Kernel>()
  #latest: Kernel | undefined
  readonly #codes = new WeakMap<Module, Code>()

  constructor(room: Room, program: LoopProgram, places: Places, update?: Update) {
    this.#room = room
    this.#program = program
    this.#places = places
    this.#update = update
  }

  /** The kernel for so many examples side by side. Of others, some stay for when they are needed again. */
  kernel(examples: number): Kernel {
    const side = shapeFor(this.#room.store, examples).examples
    if (this.#latest?.shape.examples === side) return this.#latest
    const kernel = this.#kernels.get(side) ?? this.#made(side)
    this.#kernels.delete(side)
    this.#kernels.set(side, kernel)
    this.#latest = kernel
    return kernel
  }

  /** A kernel of its own, for some tasks. */
  part(examples: number, tasks?: readonly Task[]): Kernel {
    const room = new Room(this.#room.store)
    try {
      return kernelOf(room, this.#program, this.#places, examples, this.#update, tasks)
    } catch (error) {
      room.leave()
      throw error
    }
  }

  #made(examples: number): Kernel {
    const fresh = this.#affordable(examples)
    let weight = fresh.weight()
    for (const kernel of this.#kernels.values()) weight += kernel.weight()
    for (const [side, kernel] of this.#kernels) {
      if (weight <= most || this.#kernels.size < fewest) break
      weight -= kernel.weight()
      kernel.room.leave()
      this.#kernels.delete(side)
    }
    return fresh
  }

  /** Where there is no memory for one more, there is without the others. */
  #affordable(examples: number): Kernel {
    try {
      return this.part(examples)
    } catch (error) {
      if (this.#kernels.size === 0) throw error
      this.clear()
      return this.part(examples)
    }
  }

  /** Puts `count` examples of a batch, from `first` on, where the kernel for so many reads them. */
  filled(batch: Batch, first: number, count: number): Kernel {
    const kernel = this.kernel(count)
    this.#program.inputs.forEach((input, i) => {
      const column = batch.columns[i]!
      const length = column.width * kernel.shape.examples
      column.copy(first, count, this.#room.store.numbers(kernel.rowsOf(input), length))
    })
    return kernel
  }

  /** The kernel that was needed last. What is the same for all examples is the same in each. */
  latest(): Kernel {
    return this.#latest!
  }

  /** Where the bytes of a module of its kernels are in memory, for a thread to read. */
  code(module: Module): Code {
    const known = this.#codes.get(module)
    if (known !== undefined) return known
    const { binary, room } = module
    const { length } = binary
    const fresh = { code: room.allocate(length), length, number: codes++ }
    new Uint8Array(room.store.memory.buffer).set(binary, fresh.code)
    this.#codes.set(module, fresh)
    return fresh
  }

  /** Gives the memory of all kernels back. */
  clear(): void {
    for (const { room } of this.#kernels.values()) room.leave()
    this.#kernels.clear()
    this.#latest = undefined
  }

  /** Another shard of the same program. */
  another(): Another {
    const sums = new Map(sumsOf(this.#program).map((buffer) => [buffer, { ...buffer }]))
    const places = new Map(this.#places)
    for (const own of sums.values())
      places.set(own, this.#room.allocate(own.size * this.#room.store.bytes))
    const shard = new Shard(this.#room, withSums(this.#program, sums), places)
    const gathers: LoopProgram = {
      ...this.#program,
      before: [...sums].map(added),
      each: [],
      after: [],
    }
    return { shard, gather: kernelOf(this.#room, gathers, places, 1) }
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

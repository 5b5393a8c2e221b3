import type { Located } from '../../lift/index.ts'
import type { Task } from '../kernel.ts'
import type { Runner } from '../runner.ts'
import type { Store } from '../store.ts'

/** Bytes of a memory that are not 0, and where they are. */
interface Segment {
  readonly at: number
  readonly bytes: Uint8Array
}

/** A number in memory, by its place among numbers; or for each example one beside the other from there. */
interface Spot {
  readonly at: number
  readonly varying: boolean
}

/** A kernel without the program that made it: its code, and where things are among the numbers of its memory. */
export interface KernelImage {
  readonly binary: Uint8Array
  /** Examples side by side. */
  readonly side: number
  readonly inputs: readonly number[]
  readonly outputs: readonly Spot[]
}

/** The memory that kernels share, as it is before any has run. */
export interface MemoryImage {
  /** Bytes of a number: 4 or 8. */
  readonly bytes: number
  /** Of 64 KiB. */
  readonly pages: number
  readonly segments: readonly Segment[]
}

export function kernelImage(runner: Runner, examples: number, tasks: readonly Task[]): KernelImage {
  const { layout, shape, moduleOf } = runner.part(examples, tasks)
  const { store, program } = runner
  const at = (located: Located): number => layout.placeOf(located) / store.bytes
  return {
    binary: moduleOf(tasks[0]!).binary,
    side: shape.examples,
    inputs: program.inputs.map(at),
    outputs: program.outputs.map((output) => ({ at: at(output), varying: output.buffer.varying })),
  }
}

/** The memory after all kernels have found their places in it, and before one has run. */
export function memoryImage({ bytes, memory }: Store): MemoryImage {
  const all = new Uint8Array(memory.buffer)
  return { bytes, pages: all.length / 65536, segments: segmentsOf(all) }
}

/** Fewer zeros than this between two stretches are cheaper than to begin a new one. */
const gap = 32

function segmentsOf(memory: Uint8Array): Segment[] {
  const found: Segment[] = []
  let start = -1
  let last = 0
  memory.forEach((byte, i) => {
    if (byte === 0) return
    if (start >= 0 && i - last > gap) {
      found.push({ at: start, bytes: memory.slice(start, last + 1) })
      start = -1
    }
    if (start < 0) start = i
    last = i
  })
  if (start >= 0) found.push({ at: start, bytes: memory.slice(start, last + 1) })
  return found
}

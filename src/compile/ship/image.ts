import type { Located } from '../../lift/index.ts'
import type { Runner } from '../runner.ts'

/** Bytes of a memory that are not 0, and where they are. */
interface Segment {
  readonly at: number
  readonly bytes: Uint8Array
}

/** A number in memory: at `at`, or for each example one beside the other from there. */
interface Spot {
  readonly at: number
  readonly varying: boolean
}

/** All that a kernel is without the program that made it: its code, its memory, where things are. */
export interface Image {
  readonly binary: Uint8Array
  /** Bytes of a number: 4 or 8. */
  readonly bytes: number
  /** Of 64 KiB. */
  readonly pages: number
  /** Examples side by side. */
  readonly side: number
  /** Lanes of a vector. */
  readonly width: number
  readonly inputs: readonly { readonly at: number; readonly length: number }[]
  readonly outputs: readonly Spot[]
  readonly segments: readonly Segment[]
}

/** The image of a program that has not run yet: what has run leaves its numbers in memory. */
export function imageOf(runner: Runner, lengths: readonly number[], examples: number): Image {
  const { layout, shape, binary } = runner.kernel(examples)
  const { store, program } = runner
  const at = ({ buffer, at: member }: Located): number =>
    layout.addressOf(buffer) + member * layout.apart(buffer) * store.bytes
  return {
    binary,
    bytes: store.bytes,
    pages: store.memory.buffer.byteLength / 65536,
    side: shape.examples,
    width: shape.width,
    inputs: program.inputs.map((input, i) => ({ at: at(input), length: lengths[i]! })),
    outputs: program.outputs.map((output) => ({ at: at(output), varying: output.buffer.varying })),
    segments: segmentsOf(new Uint8Array(store.memory.buffer)),
  }
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

/** Runs loop nests one turn at a time, in plain JavaScript: slow, obvious, and without any tiling. */
import {
  type Access,
  type Buffer,
  type Expression,
  type LoopProgram,
  type Nest,
  totalAccess,
} from 'chainrule/lift'

export class Loops {
  readonly #memory = new Map<Buffer, Float64Array>()
  readonly #program: LoopProgram
  #examples = 1

  constructor(program: LoopProgram) {
    this.#program = program
  }

  /** The memory of a buffer: member by member, one number for each example if it varies. */
  of(buffer: Buffer): Float64Array {
    const length = buffer.size * (buffer.varying ? this.#examples : 1)
    let memory = this.#memory.get(buffer)
    if (memory?.length !== length) {
      memory = Float64Array.from({ length }, (_, i) => buffer.numbers[i] ?? NaN)
      this.#memory.set(buffer, memory)
    }
    return memory
  }

  /** Every input as a list of rows, one for each example. */
  run(inputs: readonly (readonly (readonly number[])[])[], mean = true): void {
    const { before, each, after, seed, parameters, leaves } = this.#program
    this.#examples = inputs[0]?.length ?? 1
    this.of(seed)[0] = mean ? 1 / this.#examples : 1
    parameters.group!.leaves.forEach((leaf, i) => (this.of(parameters)[i] = leaf.data))
    for (const { leaf, buffer, at } of leaves) this.of(buffer)[at] = leaf.data
    this.#program.inputs.forEach(({ buffer, at }, k) => {
      const memory = this.of(buffer)
      inputs[k]!.forEach((row, e) =>
        row.forEach((x, i) => (memory[(at + i) * this.#examples + e] = x)),
      )
    })
    for (const nest of [...before, ...each, ...after]) this.#nest(nest)
  }

  #nest(nest: Nest): void {
    const { counters, target, manner, start, step, adds, varying } = nest
    const reduces = varying && !target.buffer.varying
    const touched = new Set<number>()
    const turns = counters.reduce((n, { extent }) => n * extent, 1)
    for (let e = 0; e < (varying ? this.#examples : 1); e++)
      for (let t = 0; t < turns; t++) {
        const at = counters.map(() => 0)
        for (let k = counters.length - 1, rest = t; k >= 0; k--) {
          at[k] = rest % counters[k]!.extent
          rest = Math.floor(rest / counters[k]!.extent)
        }
        const place = this.#place(target, at, e)
        const memory = this.of(target.buffer)
        const first = !touched.has(place)
        touched.add(place)
        const before = first ? (start ? this.#value(start, at, e, 0) : 0) : memory[place]!
        const y = this.#value(step, at, e, before)
        if (manner === 'fold') memory[place] = y
        else if (first && !adds) memory[place] = before + y
        else if (manner === 'each' && !reduces && !first) throw new Error('a place written twice')
        else memory[place]! += y
      }
  }

  #place({ buffer, start, strides, table }: Access, at: readonly number[], e: number): number {
    const turn = strides.reduce((sum, stride, k) => sum + stride * at[k]!, start)
    const position = table ? table[turn]! : turn
    return buffer.varying ? position * this.#examples + e : position
  }

  #value(x: Expression<Access>, at: readonly number[], e: number, total: number): number {
    if (x.kind === 'literal') return x.value
    if (x.kind === 'read')
      return x.read === totalAccess ? total : this.of(x.read.buffer)[this.#place(x.read, at, e)]!
    return x.op.eval(...(x.args.map((arg) => this.#value(arg, at, e, total)) as [number]))
  }
}

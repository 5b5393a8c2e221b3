/** A function of its inputs alone at one point: no batch, no loop over examples, as little as can be around the kernel. */
import type { Value } from '../engine.ts'
import type { Located, LoopProgram, Trace } from '../lift/index.ts'
import { named } from '../lift/stranger.ts'
import type { Numbers } from '../page.ts'
import { asArgument, batchOf } from './batch.ts'
import type { BatchArgument } from './column.ts'
import { type Kernel, straightKernel } from './kernel.ts'
import type { Store } from './store.ts'
import { mostStraight } from './straight.ts'
import type { Exports } from './webassembly.ts'

/** A function's value, and its derivative by every input. */
export interface ValueAndGradient {
  value: number
  gradient: number[]
}

/** Of this file: engines do not write out what `every` calls where it comes from another one. */
const isNumber = (x: unknown): x is number => typeof x === 'number'

export class Point {
  readonly #program: LoopProgram
  /** All of memory; where inputs, gradient and value are in it. */
  #memory: Numbers
  readonly #store: Store
  readonly #inputs: readonly number[]
  readonly #gradient: readonly number[]
  readonly #value: number
  /** Every input is a number, and any will do. */
  readonly #numbers: boolean
  readonly #begin: () => void
  readonly #run: (last: number) => number

  /** `begin` computes what depends on no input. */
  constructor(store: Store, program: LoopProgram, trace: Trace, kernel: Kernel, begin: () => void) {
    const { inputs, inputGradients, outputs, leaves } = program
    const place = (located: Located): number => kernel.layout.placeOf(located) / store.bytes
    const scalars = program.grouping.scalars
    const small = scalars <= mostStraight && outputs[0]!.buffer.varying
    const straight = small ? straightOf(store, program, trace, place) : undefined
    this.#program = program
    this.#store = store
    this.#memory = everythingIn(store)
    this.#numbers = inputs.every(({ kind }) => kind === 'number')
    this.#inputs = inputs.map(place)
    this.#gradient = inputGradients.flatMap((g) =>
      Array.from({ length: g.length }, (_, i) => place(g) + i),
    )
    this.#value = place(outputs[0]!)
    this.#run = (straight ?? kernel.moduleOf('first').exports)['first']!
    this.#begin = straight && leaves.length === 0 ? () => {} : begin
  }

  at(given: readonly (number | BatchArgument)[]): ValueAndGradient {
    // The first time, this writes code, whose lists may need more memory: it comes before any look at that.
    this.#begin()
    // Memory that has grown lies elsewhere, and the old view is empty.
    if (this.#memory.length === 0) this.#memory = everythingIn(this.#store)
    const [memory, inputs, places] = [this.#memory, this.#inputs, this.#gradient]
    if (this.#numbers && given.length === inputs.length && given.every(isNumber))
      for (let i = 0; i < inputs.length; i++) memory[inputs[i]!] = given[i] as number
    else {
      this.#refuseStrangers(given)
      const { inputs: expected } = this.#program
      const { columns, examples } = batchOf(expected, given.map(asArgument), this.#store.precision)
      if (examples > 1)
        throw new RangeError(
          `a function of its inputs is called at one point, got ${examples} rows: pass parameters, or return ` +
            'a list, to compile it for batches.',
        )
      columns.forEach(({ at, width }, i) => {
        for (let place = 0; place < width; place++) memory[inputs[i]! + place] = at(0, place)
      })
    }
    this.#run(0)
    const gradient: number[] = new Array(places.length)
    for (let i = 0; i < gradient.length; i++) gradient[i] = memory[places[i]!]!
    return { value: memory[this.#value]!, gradient }
  }

  /** At a point an argument is a number, where a batch has a list of them. */
  #refuseStrangers(given: readonly unknown[]): void {
    this.#program.inputs.forEach(({ kind }, i) => {
      const x = given[i]
      if (i >= given.length || isNumber(x) || Array.isArray(x) || ArrayBuffer.isView(x)) return
      const expected = typeof kind === 'object' ? `a list of ${kind.length} numbers` : 'a number'
      throw new TypeError(`argument ${i + 1}: expected ${expected}, got ${named(x)}.`)
    })
  }
}

const everythingIn = (store: Store): Numbers =>
  store.numbers(0, store.memory.buffer.byteLength / store.bytes)

/** A small graph, written out. */
function straightOf(
  store: Store,
  { inputs, inputGradients, leaves, outputs }: LoopProgram,
  trace: Trace,
  place: (at: Located) => number,
): Exports {
  const { bytes } = store
  const spread = (list: readonly Located[], to: readonly (readonly Value[])[]) =>
    list.flatMap((at, i) => to[i]!.map((v, k) => [v, (place(at) + k) * bytes] as const))
  const differentiated = trace.inputs.filter((_, i) => inputs[i]!.kind !== 'index')
  return straightKernel(store, trace, {
    leaves: new Map([
      ...spread(inputs, trace.inputs),
      ...leaves.map(({ leaf, ...at }) => [leaf, place(at) * bytes] as const),
    ]),
    value: place(outputs[0]!) * bytes,
    gradient: new Map(spread(inputGradients, differentiated)),
  })
}

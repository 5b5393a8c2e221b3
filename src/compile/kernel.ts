/** A lifted program as machine code for one number of examples side by side. */
import type { Input, LoopProgram, Nest, Trace } from '../lift/index.ts'
import { emitNest } from './code.ts'
import { Forms } from './forms.ts'
import { Layout, type Places } from './layout.ts'
import { Packing } from './packing.ts'
import { scheduleOf, type Shape } from './schedule.ts'
import type { Store } from './store.ts'
import { type Addresses, emitStraight } from './straight.ts'
import type { Update } from './update.ts'
import { withRoutines } from './math/routines.ts'
import { Vectors } from './vectors.ts'
import { FunctionBuilder } from './wasm/function.ts'
import { encodeModule } from './wasm/module.ts'
import { type Node, op } from './wasm/node.ts'
import { type Exports, instantiate } from './webassembly.ts'

/** What a kernel is made of, and what it does. */
export interface Kernel {
  readonly shape: Shape
  readonly layout: Layout
  /** Where the rows of an input are put, one after the other. */
  rowsOf(input: Input): number
  readonly binary: Uint8Array
  /** Its functions, for this thread; linked when first asked for. */
  readonly exports: Exports
}

/**
 * What a kernel can do: what depends on no example; the first block of a batch, and the next one, which adds to
 * the sums of those before; what is left after all examples; the optimizer's update.
 */
export type Task = 'before' | 'first' | 'next' | 'after' | 'update'

/** Most nests of a task that are written out; of more, nests of one form are one function. */
const mostWritten = 64

/** Makes the kernel: for all tasks, which turn the rows of a batch first, or for some, which leave that to others. */
export function kernelOf(
  store: Store,
  program: LoopProgram,
  uniform: Places,
  examples: number,
  update?: Update,
  tasks?: readonly Task[],
): Kernel {
  const width = store.precision === 'f64' ? 2 : 4
  const shape = { examples: examples === 1 ? 1 : Math.ceil(examples / width) * width, width }
  const { before, each, after } = program
  const nests = update?.nests ?? []
  const layout = new Layout(store, program, uniform, shape, update)
  const later = each.map((nest) => (nest.target.buffer.varying ? nest : { ...nest, adds: true }))
  const all: Record<Task, readonly Nest[]> = {
    before,
    first: each,
    next: later,
    after,
    update: nests,
  }
  const vectorsIn = (f: FunctionBuilder): Vectors =>
    new Vectors(
      f,
      store.precision,
      shape.examples > 1 ? f.let(maskOf(store, f)) : undefined,
      store.relaxed,
    )
  const forms = new Forms(store, layout, shape, vectorsIn)
  const packing = new Packing(store, layout, tasks ? [] : program.inputs, shape)
  const functions = (tasks ?? (Object.keys(all) as Task[])).map((name) => {
    const f = new FunctionBuilder(name, ['i32'])
    const v = vectorsIn(f)
    if (name === 'first' || name === 'next') packing.emit(f, v)
    if (all[name].length > mostWritten) forms.emit(f, all[name])
    else emitEach(f, v, all[name], layout, shape)
    return f
  })
  const binary = encodeModule(withRoutines([...functions, ...forms.functions], store.precision), {
    shared: store.shared,
    numbered: forms.functions,
  })
  let linked: Exports | undefined
  return {
    shape,
    layout,
    rowsOf: (input) => packing.rowsOf(input) ?? layout.placeOf(input),
    binary,
    get exports() {
      return (linked ??= instantiate(binary, store.memory))
    },
  }
}

/** The function of a small graph, written out; it takes the place of the nests at a single point. */
export function straightKernel(store: Store, trace: Trace, addresses: Addresses): Exports {
  const f = new FunctionBuilder('first', ['i32'])
  emitStraight(f, new Vectors(f, store.precision), trace, addresses)
  return instantiate(encodeModule(withRoutines([f], store.precision)), store.memory)
}

/** Writes every nest out, one after the other, at the places where its numbers are. */
function emitEach(
  f: FunctionBuilder,
  v: Vectors,
  nests: readonly Nest[],
  layout: Layout,
  shape: Shape,
): void {
  for (const nest of nests)
    f.scope(() =>
      emitNest(f, v, nest, scheduleOf(nest, shape), (access) => [
        undefined,
        layout.originOf(access),
      ]),
    )
}

/** All bits of the lanes before the number that the function is given: examples of the last vector. */
function maskOf({ precision }: Store, f: FunctionBuilder): Node {
  const lanes = precision === 'f64' ? Float64Array.of(0, 1) : Float32Array.of(0, 1, 2, 3)
  const numbers = op('v128.const', { bytes: new Uint8Array(lanes.buffer) })
  const count = f.parameter(0)
  return precision === 'f64'
    ? op('f64x2.lt', numbers, op('f64x2.splat', op('f64.convert_i32_s', count)))
    : op('f32x4.lt', numbers, op('f32x4.splat', op('f32.convert_i32_s', count)))
}

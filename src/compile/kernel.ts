/** A lifted program as machine code for one number of examples side by side. */
import type { LoopProgram, Nest, Trace } from '../lift/index.ts'
import { emitNest } from './code.ts'
import { Layout, type Places } from './layout.ts'
import { scheduleOf, type Shape } from './schedule.ts'
import { type Addresses, emitStraight } from './straight.ts'
import type { Store } from './store.ts'
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
  readonly binary: Uint8Array
  /** Its functions, for this thread; linked when first asked for. */
  readonly exports: Exports
}

/**
 * What a kernel can do: what depends on no example; the first block of a batch, and the next one, which adds to
 * the sums of those before; what is left after all examples; the optimizer's update.
 */
export type Task = 'before' | 'first' | 'next' | 'after' | 'update'

/** Makes the kernel for some tasks, all unless told. */
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
  const functions = (tasks ?? (Object.keys(all) as Task[])).map((name) =>
    functionOf(name, all[name], store, layout, shape),
  )
  const binary = encodeModule(withRoutines(functions, store.precision), store.shared)
  let linked: Exports | undefined
  return {
    shape,
    layout,
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

/** The function of some nests; it takes how many examples the last vector of a batch holds. */
function functionOf(
  name: string,
  nests: readonly Nest[],
  store: Store,
  layout: Layout,
  shape: Shape,
): FunctionBuilder {
  const f = new FunctionBuilder(name, ['i32'])
  const examples = shape.examples > 1 ? f.let(maskOf(store, f)) : undefined
  const v = new Vectors(f, store.precision, examples)
  for (const nest of nests) f.scope(() => emitNest(f, v, layout, nest, scheduleOf(nest, shape)))
  return f
}

/** All bits of the lanes before the number that the function is given. */
function maskOf({ precision }: Store, f: FunctionBuilder): Node {
  const lanes = precision === 'f64' ? Float64Array.of(0, 1) : Float32Array.of(0, 1, 2, 3)
  const numbers = op('v128.const', { bytes: new Uint8Array(lanes.buffer) })
  const count = f.parameter(0)
  return precision === 'f64'
    ? op('f64x2.lt', numbers, op('f64x2.splat', op('f64.convert_i32_s', count)))
    : op('f32x4.lt', numbers, op('f32x4.splat', op('f32.convert_i32_s', count)))
}

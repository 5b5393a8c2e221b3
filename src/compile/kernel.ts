/** A lifted program as machine code for one number of examples side by side. */
import type { Input, LoopProgram, Nest, Trace } from '../lift/index.ts'
import { emitNest } from './code.ts'
import { Forms } from './forms.ts'
import { Layout, type Places } from './layout.ts'
import { Packing } from './packing.ts'
import { scheduleOf, type Shape } from './schedule.ts'
import type { Room } from './room.ts'
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
  /** What it has of the memory. Who made the kernel leaves it when no one calls that any more. */
  readonly room: Room
  /** Where the rows of an input are put, one after the other. */
  rowsOf(input: Input): number
  /** The code that has the function of a task. */
  moduleOf(task: Task): Module
  /** Bytes that are kept for it by now: here, and by the engine. */
  weight(): number
}

/**
 * What a kernel can do: what depends on no example; the first block of a batch, and the next one, which adds to
 * the sums of those before; what is left after all examples; the optimizer's update.
 */
export type Task = 'before' | 'first' | 'next' | 'after' | 'update'

/** All but `next`, which most batches never need: its code is made when a batch first has a second block. */
const main = ['before', 'first', 'after', 'update'] as const satisfies readonly Task[]

/** Bytes that an engine keeps for each byte of code. */
const translated = 16

/** Code for some tasks, written and linked when first asked for. */
export class Module {
  readonly #write: () => Uint8Array
  /** What the kernel has of the memory. */
  readonly room: Room
  #binary: Uint8Array | undefined
  #exports: Exports | undefined

  constructor(write: () => Uint8Array, room: Room) {
    this.#write = write
    this.room = room
  }

  get binary(): Uint8Array {
    return (this.#binary ??= this.#write())
  }

  /** Its functions, for this thread. */
  get exports(): Exports {
    return (this.#exports ??= instantiate(this.binary, this.room.store.memory))
  }

  /** Bytes that an engine keeps of it, if it is written. */
  get weight(): number {
    return translated * (this.#binary?.length ?? 0)
  }
}

/** Most nests of a task that are written out; of more, nests of one form are one function. */
const mostWritten = 64

/** How so many examples lie side by side: in whole vectors, or by itself. */
export function shapeFor({ precision }: Store, examples: number): Shape {
  const width = precision === 'f64' ? 2 : 4
  return { examples: examples === 1 ? 1 : Math.ceil(examples / width) * width, width }
}

/** Makes the kernel: for all tasks, which turn the rows of a batch first, or one module for some, which leave that to others. */
export function kernelOf(
  room: Room,
  program: LoopProgram,
  uniform: Places,
  examples: number,
  update?: Update,
  tasks?: readonly Task[],
): Kernel {
  const shape = shapeFor(room.store, examples)
  const layout = new Layout(room, program, uniform, shape, update)
  const packing = new Packing(room, layout, tasks ? [] : program.inputs, shape)
  const moduleFor = (names: readonly Task[]): Module =>
    new Module(
      () =>
        binaryOf(
          room,
          layout,
          packing,
          shape,
          names.map((name) => [name, nestsOf(name, program, update)]),
        ),
      room,
    )
  const all = moduleFor(tasks ?? main)
  const next = tasks ? all : moduleFor(['next'])
  return {
    shape,
    layout,
    room,
    rowsOf: (input) => packing.rowsOf(input) ?? layout.placeOf(input),
    moduleOf: (task) => (task === 'next' ? next : all),
    weight: () => room.bytes + all.weight + (next === all ? 0 : next.weight),
  }
}

/** The loop nests of a task. */
function nestsOf(task: Task, program: LoopProgram, update: Update | undefined): readonly Nest[] {
  if (task === 'update') return update?.nests ?? []
  if (task === 'first') return program.each
  if (task !== 'next') return program[task]
  return program.each.map((nest) => (nest.target.buffer.varying ? nest : { ...nest, adds: true }))
}

/** The bytes of a module with a function for each of these tasks. */
function binaryOf(
  room: Room,
  layout: Layout,
  packing: Packing,
  shape: Shape,
  tasks: readonly (readonly [Task, readonly Nest[]])[],
): Uint8Array {
  const { store } = room
  const vectorsIn = (f: FunctionBuilder): Vectors =>
    new Vectors(
      f,
      store.precision,
      shape.examples > 1 ? f.let(maskOf(store, f)) : undefined,
      store.relaxed,
    )
  const forms = new Forms(room, layout, shape, vectorsIn)
  const functions = tasks.map(([name, nests]) => {
    const f = new FunctionBuilder(name, ['i32'])
    const v = vectorsIn(f)
    if (name === 'first' || name === 'next') packing.emit(f, v)
    if (nests.length > mostWritten) forms.emit(f, nests)
    else emitEach(f, v, nests, layout, shape)
    return f
  })
  return encodeModule(withRoutines([...functions, ...forms.functions], store.precision), {
    shared: store.shared,
    numbered: forms.functions,
  })
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
      emitNest(f, v, nest, scheduleOf(nest, shape), (access) => ({
        bytes: layout.originOf(access),
      })),
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

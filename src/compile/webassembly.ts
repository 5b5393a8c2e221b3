/** The engine's own WebAssembly, typed: neither Node's types nor ECMAScript's have it. */

export interface Memory {
  readonly buffer: ArrayBuffer
  /** Throws where there is no more memory. */
  grow(pages: number): number
}

export type Exports = Readonly<Record<string, (...x: number[]) => number>>

interface Api {
  readonly Memory: new (limits: { initial: number; maximum: number; shared?: boolean }) => Memory
  validate(bytes: Uint8Array): boolean
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (module: object, imports: object) => { readonly exports: Exports }
}

declare const WebAssembly: Api

/** `shared` among threads: its buffer is a SharedArrayBuffer. */
export const newMemory = (initial: number, maximum: number, shared: boolean): Memory =>
  new WebAssembly.Memory({ initial, maximum, shared })

/** Whether the engine knows all instructions of a module. */
export const isKnown = (bytes: Uint8Array): boolean => WebAssembly.validate(bytes)

/** Compiles and links a module that imports `memory`. */
export function instantiate(bytes: Uint8Array, memory: Memory): Exports {
  const module = new WebAssembly.Module(bytes)
  return new WebAssembly.Instance(module, { '': { memory } }).exports
}

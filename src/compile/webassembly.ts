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

/** `shared` among threads: its buffer is a SharedArrayBuffer. Throws where nothing can be compiled, or memory is out. */
export function newMemory(initial: number, maximum: number, shared: boolean): Memory {
  refuseForbidden()
  try {
    return new WebAssembly.Memory({ initial, maximum, shared })
  } catch (cause) {
    throw new RangeError(
      'there is no memory for another kernel (a browser has some 120 at a time): dispose() of compiled ' +
        'functions that are no longer needed.',
      { cause },
    )
  }
}

/** A module with nothing in it. */
const empty = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0)
let allowed: object | undefined

/** Throws where the policy of a page forbids WebAssembly: here rather than at the first call. */
function refuseForbidden(): void {
  try {
    allowed ??= new WebAssembly.Module(empty)
  } catch (cause) {
    throw new Error(
      "this page's Content-Security-Policy forbids WebAssembly: add 'wasm-unsafe-eval' to its script-src.",
      { cause },
    )
  }
}

/** Whether the engine knows all instructions of a module. */
export const isKnown = (bytes: Uint8Array): boolean => WebAssembly.validate(bytes)

/** Compiles and links a module that imports `memory`. */
export function instantiate(bytes: Uint8Array, memory: Memory): Exports {
  const module = new WebAssembly.Module(bytes)
  return new WebAssembly.Instance(module, { '': { memory } }).exports
}

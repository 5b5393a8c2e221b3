/** Loop nests as a WebAssembly SIMD kernel. */
export {}

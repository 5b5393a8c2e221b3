/** Relaxed SIMD for tests: Node 20 has it, but only if told so. */
import { setFlagsFromString } from 'node:v8'

/** Whether this Node has it without being told. */
export const isUsual: boolean = Number(process.versions.node.split('.')[0]) >= 22

if (!isUsual) setFlagsFromString('--experimental-wasm-relaxed-simd')

/** What others read and write: weights of PyTorch and numpy. Bytes in, bytes out. */
export { FormatError } from './format-error.ts'
export { loadNpy, loadNpz } from './npy.ts'
export {
  loadSafetensors,
  type SafetensorsOptions,
  safetensorsMetadata,
  saveSafetensors,
  type Stateful,
} from './safetensors.ts'
export type { StateDict, Tensor } from './tensor.ts'
